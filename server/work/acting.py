"""The steps that every act of a person takes (server/work/worklist.py reads them in order)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection

from server import db
from server.engine.errors import BadValue, NotOpen, StepFailed
from server.engine.errors import Refused as EngineRefused
from server.errors import Invalid, NotAllowed, Refused, Stale
from server.law.deadlines import NoDeadline
from server.work import desk as desks
from server.work.desk import Desk
from server.work.people import Person
from server.work.requests import check_key, stored_answer
from server.work.settle import Act, note
from server.work.sql import Query, Row
from server.work.store import SINGLE, Writes

Answer = TypeVar("Answer")

OTHER_POST = Query("""
    SELECT 1 AS found FROM work_items
    WHERE case_id = :case AND completed_by = :person AND role <> :role LIMIT 1""")

GONE = "该事项已经办结或者撤销，请刷新后查看"


def carry_out(act: Callable[[], Answer], key: str | None = None) -> Answer:
    """Run an act, retried where the database asks for it, in the words of the house's errors."""
    check_key(key)
    try:
        return db.run(act)
    except NotOpen as error:
        raise Stale(GONE, code="not_open") from error
    except EngineRefused as error:
        raise Refused(error.reason, code=error.code, clauses=error.clauses) from error
    except BadValue as error:
        raise Invalid(str(error), code="bad_value") from error
    except StepFailed as error:
        raise Refused(str(error), code="not_possible") from error
    except NoDeadline as error:
        raise Refused(str(error), code="no_date") from error


def without_waiting(act: Callable[[Connection, bool], Answer]) -> Answer:
    """Run ``act(tx, lock)`` in one transaction.

    On PostgreSQL it is first tried without a lock, two round trips shorter: its write set fails
    where the case has changed since it was read. Then, and where something else wants to be
    written, the case is locked.
    """
    if db.engine().dialect.name == "postgresql":
        with suppress(Stale, db.NeedsTransaction), db.single(SINGLE) as tx:
            return act(tx, False)
    with db.transaction() as tx:
        return act(tx, True)


def once_on_item(
    person: Person, item_id: str, key: str | None, request: str, act: Callable[[Desk], Answer]
) -> Answer | Row:
    """An act on a work item: in one transaction, with the case locked, once per key."""

    def carried() -> Answer | Row:
        with db.transaction() as tx:
            desk = desks.of_item(tx, item_id, person.id, key)
            return stored_answer(desk.answered, request) or act(desk)

    return carry_out(carried, key)


def once_in_case(
    person: Person, case_id: str, key: str | None, request: str, act: Callable[[Desk], Answer]
) -> Answer | Row:
    """An act in a case that is on no work item, likewise."""

    def carried() -> Answer | Row:
        with db.transaction() as tx:
            desk = desks.of_case(tx, case_id, person.id, key)
            return stored_answer(desk.answered, request) or act(desk)

    return carry_out(carried, key)


def still_alive(desk: Desk) -> None:
    """What is still open in a case that has ended is about to be cancelled."""
    if desk.case["closed_at"]:
        raise Stale("办件已经终结", code="not_open")


def still_as_seen(desk: Desk, version: int | None = None) -> None:
    """Raises Stale unless the item is open and, where a version is given, unchanged."""
    still_alive(desk)
    item = desk.item
    if item["status"] != "open":
        raise Stale(GONE, code="not_open")
    if version is not None and version != item["version"]:
        raise Stale("该事项在您打开之后有变动，请刷新后重新提交")


def on_item(
    kind: str,
    desk: Desk,
    person: Person,
    submitted: Mapping[str, Any] | None = None,
    documents: tuple[str, ...] = (),
    **more: Any,
) -> Act:
    """The act on the desk's work item, for the journal."""
    item = desk.item
    return Act(
        kind,
        person,
        item["name"],
        item["element_id"],
        item["clauses"],
        submitted=submitted or {},
        documents=documents,
        **more,
    )


def change_item(desk: Desk, person: Person, change: str, holder: Person) -> None:
    """Claim or release: the item's row and one entry in the journal."""
    writes = Writes()
    writes.update(change, item=desk.item["id"], person=holder.id, now=desk.now.isoformat())
    desk.item["version"] += 1
    note(desk, [on_item(change, desk, person, behalf=behalf(person, holder))], writes)


def behalf(person: Person, holder: Person) -> Person | None:
    """For whom a person acts, when it is not themselves."""
    return None if holder is person else holder


def keep_posts_apart(desk: Desk, person: Person, holder: Person) -> None:
    """Raises NotAllowed for a deputy who has acted in this case from another post: nobody checks
    their own work."""
    if holder is person:
        return
    item = desk.item
    other = {"case": item["case_id"], "person": person.id, "role": item["role"]}
    if OTHER_POST.first(desk.tx, **other):
        sentence = "您已在本办件中以其他岗位办理过事项，不能代他人办理本事项"
        raise NotAllowed(sentence, code="posts_apart")
