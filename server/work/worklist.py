"""The acts of people. Each is one transaction and reads the same five steps:

lock the case and read the rest · has this request been answered? · may this person? · is it still
as the person saw it, and does the form accept what they hand in? · engine, then one write set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from server import db
from server.engine import runtime
from server.work import access, automatic, beginning, bell, cases, panels
from server.work import desk as desks
from server.work.acting import (
    behalf,
    carry_out,
    change_item,
    keep_posts_apart,
    on_item,
    still_alive,
    still_as_seen,
    without_waiting,
)
from server.work.people import Person
from server.work.requests import answered, request_hash, stored_answer
from server.work.settle import Act, settle
from server.work.sql import Row
from server.work.submission import check_draft, forget_draft, submit, submit_draft
from server.work.surroundings import Surroundings


def start_case(
    person: Person,
    regime: str,
    process_id: str,
    title: str,
    parties: Mapping[str, str],
    data: Mapping[str, Any],
    key: str | None = None,
) -> Row:
    """Open a case and start a procedure in it; returns the answer with the case's id.

    ``parties`` chooses the organisation for which the person acts where they serve several, by
    the role of the starting lane. Raises NotAllowed, Invalid, Refused; then nothing is written.
    """
    request = request_hash("start", process_id, [regime, title, dict(parties), data])

    def act() -> Row:
        with db.transaction() as tx:
            if answer := stored_answer(answered(tx, person.id, key), request):
                return answer
            start = beginning.prepare(tx, person, regime, process_id, title, parties, data)
            around = Surroundings(start.desk, person)
            outcome = runtime.start(around.spec, start.variables, around.ports())
            done = replace(start.act, key=key, request=request)
            return settle(start.desk, outcome, done, around)

    return carry_out(act, key)


def start_procedure(
    person: Person, case_id: str, process_id: str, data: Mapping[str, Any], key: str | None = None
) -> Row:
    """Start a further procedure in a case: an extension, an acceptance, a change.

    Raises NotFound, NotAllowed, Invalid, and Refused while it is not the time for it.
    """
    request = request_hash("start_procedure", case_id, [process_id, data])

    def act() -> Row:
        with db.transaction() as tx:
            desk = desks.of_case(tx, case_id, person.id, key)
            if answer := stored_answer(desk.answered, request):
                return answer
            start = beginning.prepare_in_case(desk, person, process_id, data)
            around = Surroundings(desk, person)
            outcome = runtime.start(around.spec, start.variables, around.ports())
            done = replace(start.act, key=key, request=request)
            return settle(desk, outcome, done, around)

    return carry_out(act, key)


def complete(
    person: Person,
    item_id: str,
    version: int,
    data: Mapping[str, Any],
    key: str | None = None,
    seen: Row | None = None,
) -> Row:
    """Hand in a work item. ``version`` is that of the item as the person saw it; ``seen`` the
    item's row where it came with the session (server/work/arrival.py).

    The answer names the case, its state and the items that opened for the same person. Raises
    NotFound, NotAllowed, Stale, Invalid (by field) and Refused (by a rule, with its clauses).
    """

    once = iter([seen] if seen else [])  # whoever has to try again has to look again

    def act(tx: Connection, lock: bool) -> Row:
        row = None if lock else next(once, None)
        return _complete(tx, person, item_id, version, data, key, lock, row)

    return carry_out(lambda: without_waiting(act), key)


def try_complete(person: Person, item_id: str, version: int, data: Mapping[str, Any]) -> Row:
    """What ``complete`` would answer or raise: everything is done and then taken back.

    The items that would open have no ``id``.
    """

    def act() -> Row:
        try:
            with db.transaction() as tx:
                raise _TakenBack(_complete(tx, person, item_id, version, data, None))
        except _TakenBack as taken:
            opened = [{**item, "id": None} for item in taken.answer["next"]]
            return {**taken.answer, "next": opened}

    return carry_out(act)


class _TakenBack(Exception):
    """Ends a transaction without a commit; carries what it would have answered."""

    def __init__(self, answer: Row) -> None:
        self.answer = answer


def _complete(
    tx: Connection,
    person: Person,
    item_id: str,
    version: int,
    data: Mapping[str, Any],
    key: str | None,
    lock: bool = True,
    seen: Row | None = None,
) -> Row:
    request = request_hash("complete", item_id, [version, data])
    desk = desks.of_item(tx, item_id, person.id, key, lock, seen)
    if answer := stored_answer(desk.answered, request):
        return answer
    holder = access.may_complete(person, desk.item)
    keep_posts_apart(desk, person, holder)
    still_as_seen(desk, version)
    around = Surroundings(desk, person)
    handed_in = submit(desk, around, desk.item["form"], person, data)
    outcome = runtime.complete(
        around.spec, around.state, desk.item["task_id"], handed_in.values, around.ports()
    )
    done = on_item(
        "complete",
        desk,
        person,
        {} if around.is_secret else handed_in.values,
        handed_in.documents,
        behalf=behalf(person, holder),
        key=key,
        request=request,
    )
    return settle(desk, outcome, done, around)


def deliver(
    person: Person, waiting_id: str, data: Mapping[str, Any], key: str | None = None
) -> Row:
    """Bring a message for which the case waits, by its form: an objection for instance."""
    request = request_hash("deliver", waiting_id, data)

    def act() -> Row:
        with db.transaction() as tx:
            desk = desks.of_subscription(tx, waiting_id, person.id, key)
            if answer := stored_answer(desk.answered, request):
                return answer
            waiting = desk.subscription
            still_alive(desk)
            access.may_deliver(person, waiting, desk.case["regime"])
            around = Surroundings(desk, person)
            handed_in = submit(desk, around, waiting["form"], person, data)
            outcome = runtime.deliver(
                around.spec,
                around.state,
                waiting["message"],
                waiting["key"],
                handed_in.values,
                around.ports(),
            )
            done = Act(
                "deliver",
                person,
                waiting["name"],
                waiting["element_id"],
                waiting["clauses"],
                detail={"message": waiting["message"], "values": handed_in.values},
                submitted=handed_in.values,
                documents=handed_in.documents,
                key=key,
                request=request,
            )
            return settle(desk, outcome, done, around)

    return carry_out(act, key)


def claim(person: Person, item_id: str) -> Row:
    """Take an item of one's office for oneself, or for whom one is the deputy; the answer has the
    item's new version."""

    def act() -> Row:
        with db.transaction() as tx:
            desk = desks.of_item(tx, item_id, person.id)
            holder = access.may_complete(person, desk.item)
            keep_posts_apart(desk, person, holder)
            still_as_seen(desk)
            if desk.item["assignee_id"] is None:
                change_item(desk, person, "claim", holder)
            return {"id": item_id, "version": desk.item["version"]}

    return carry_out(act)


def release(person: Person, item_id: str) -> Row:
    """Hand a claimed item back to the office; the answer has the item's new version."""

    def act() -> Row:
        with db.transaction() as tx:
            desk = desks.of_item(tx, item_id, person.id)
            holder = access.may_release(person, desk.item)
            still_as_seen(desk)
            change_item(desk, person, "release", holder)
            return {"id": item_id, "version": desk.item["version"]}

    return carry_out(act)


def save_draft(
    person: Person, item_id: str, data: Mapping[str, Any], seen: str | None = None
) -> Row:
    """Keep what a person has filled in so far; checked for kind and size only.

    ``seen`` is the fingerprint of the draft that this one replaces; None replaces any. Raises
    Outdated where another has been kept meanwhile.
    """

    def act() -> Row:
        with db.transaction() as tx:
            desk = desks.of_item(tx, item_id, person.id)
            access.may_complete(person, desk.item)
            still_as_seen(desk)
            check_draft(tx, item_id, person, seen)
            submit_draft(desk, Surroundings(desk), person, data)
            return {"id": item_id, "saved_at": desk.now.isoformat()}

    return carry_out(act)


def discard_draft(person: Person, item_id: str, seen: str) -> None:
    """Forget a draft; ``seen`` as in ``save_draft``."""

    def act() -> None:
        with db.transaction() as tx:
            desk = desks.of_item(tx, item_id, person.id)
            access.may_complete(person, desk.item)
            check_draft(tx, item_id, person, seen)
            forget_draft(tx, item_id, person)

    carry_out(act)


def withdraw_expert(person: Person, item_id: str, reason: str, key: str | None = None) -> Row:
    """Take an expert off an open panel; the others go on."""
    return _change_panel(person, item_id, None, reason, key)


def replace_expert(
    person: Person, item_id: str, expert_id: str, reason: str, key: str | None = None
) -> Row:
    """Put another expert in the place of one on an open panel, after the check for conflicts."""
    return _change_panel(person, item_id, expert_id, reason, key)


def _change_panel(
    person: Person, item_id: str, expert_id: str | None, reason: str, key: str | None
) -> Row:
    request = request_hash("panel", item_id, [expert_id, reason])

    def act() -> Row:
        with db.transaction() as tx:
            desk = desks.of_item(tx, item_id, person.id, key)
            if answer := stored_answer(desk.answered, request):
                return answer
            cases.readable(tx, person, desk.case["id"])
            access.may_keep_panel(person, desk.case, desk.parties)
            still_as_seen(desk)
            around = Surroundings(desk, person)
            outcome = panels.change(desk, around, expert_id)
            kind = "replace" if expert_id else "withdraw"
            done = on_item(kind, desk, person)
            detail = panels.detail(desk, expert_id, reason)
            return settle(
                desk, outcome, replace(done, detail=detail, key=key, request=request), around
            )

    return carry_out(act, key)


def retry(person: Person, job_id: str) -> Row:
    """An operator has a failed automatic step tried again at once."""

    def act() -> Row:
        with db.transaction() as tx:
            automatic.retry(tx, person, job_id)
            db.after_commit(bell.ring)
            return {"id": job_id}

    return carry_out(act)
