"""What an outcome opens and closes: work items with their deadlines, timers, subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from server.db import after_commit
from server.engine.outcome import Begin, OpenTask, Outcome, Subscription, Thrown, Timer
from server.errors import Refused
from server.feel.sentence import told
from server.ids import new_id
from server.law.states import States
from server.models import deadlines, jobs, subscriptions, work_items
from server.work import bell, parties
from server.work.dates import anchor_day, columns_of
from server.work.desk import Desk
from server.work.record import changed, entered, revived
from server.work.sql import Row, strings
from server.work.store import Writes
from server.work.surroundings import Surroundings

BACK_OFF = (10, 60, 300, 1800, 7200)
"""Seconds before the next try of a failed job; after the last it is an incident."""

MAX_ATTEMPTS = len(BACK_OFF) + 1

AT_ONCE = frozenset({"message", "begin", "cancel"})
"""Kinds of jobs that are due as soon as the act has committed."""


def open_and_close(desk: Desk, outcome: Outcome, around: Surroundings, writes: Writes) -> list[Row]:
    """Add all of it to the write set; returns the rows of the work items that open."""
    record = revived(entered(desk.case["record"], changed(outcome)))
    items = [_item(desk, task, record, around, writes) for task in outcome.opened]
    writes.insert(work_items, *items)
    writes.insert(subscriptions, *(_subscription(desk, each) for each in outcome.waiting))
    waiting = _in_order(list(_jobs(desk, outcome, around.law.states)))
    writes.insert(jobs, *waiting)
    if any(each["kind"] in AT_ONCE for each in waiting):
        after_commit(bell.ring)
    _close(outcome, writes)
    return items


def _close(outcome: Outcome, writes: Writes) -> None:
    if outcome.closed:
        writes.update("cancelled", closed=strings(outcome.closed))
        writes.update("void")
    if outcome.timers_gone:
        writes.update("timers_gone", timers_gone=strings(outcome.timers_gone))
    if outcome.waiting_gone:
        writes.update("waiting_gone", waiting_gone=strings(outcome.waiting_gone))


# --- work items ---------------------------------------------------------------------------------


def _item(desk: Desk, task: OpenTask, record: Row, around: Surroundings, writes: Writes) -> Row:
    role = parties.acting(desk.catalogue, desk.case["regime"], task.lane or "")
    deadline = _deadline(desk, task, role, record, around)
    if deadline:
        writes.insert(deadlines, deadline)
    return {
        "id": new_id(),
        "case_id": desk.case["id"],
        "instance_id": desk.instance["id"],
        "task_id": task.id,
        "process_id": task.process_id,
        "element_id": task.element_id,
        "name": task.name,
        "role": role,
        "organisation_id": _organisation(desk, role, task.name, task.assignee),
        "regime": desk.case["regime"],
        "assignee_id": task.assignee,
        "claimed_at": None,
        "form": task.form,
        "due_on": deadline.get("due_on"),
        "due_kind": deadline.get("kind"),
        "deadline_id": deadline.get("id"),
        "clauses": list(task.clauses),
        "multi_instance": task.multi_instance,
        "status": "open",
        "version": 1,
        "opened_at": desk.now,
    }


def _organisation(desk: Desk, role: str, name: str, assignee: str | None) -> str | None:
    """The party of the role; a task that nobody could ever see is refused instead of opened."""
    organisation = desk.parties.get(role)
    if organisation is None and assignee is None:
        sentence = told("尚未确定承担“%(name)s”的单位，请先确定后再办理", name=name)
        raise Refused(sentence, code="role_unbound")
    return organisation


def _deadline(desk: Desk, task: OpenTask, role: str, record: Row, around: Surroundings) -> Row:
    """``record`` is the case's register entry as this act makes it."""
    if task.due is None:
        return {}
    computed = around.deadline(task.due, anchor_day(task.due_from, desk.now), record)
    owner = {"case_id": desk.case["id"], "instance_id": desk.instance["id"]}
    row = columns_of(computed) | {"anchor_name": task.due_anchor, "role": role}
    return {"id": new_id(), "status": "open", **owner, **row}


# --- what waits for a message -------------------------------------------------------------------


def _subscription(desk: Desk, waiting: Subscription) -> Row:
    role, organisation = _bearer(desk, waiting)
    return {
        "id": waiting.id,
        "instance_id": desk.instance["id"],
        "case_id": desk.case["id"],
        "process_id": waiting.process_id,
        "element_id": waiting.element_id,
        "name": waiting.name,
        "role": role,
        "organisation_id": organisation,
        "form": waiting.form,
        "message": waiting.message,
        "key": waiting.key,
        "clauses": list(waiting.clauses),
    }


def _bearer(desk: Desk, waiting: Subscription) -> tuple[str | None, str | None]:
    """Role and organisation of who may bring it. What is open to roles has no organisation; a
    lane whose organisation is not known yet has no role either, so that nobody may."""
    if waiting.open_to:
        return " ".join(waiting.open_to), None
    role = parties.acting(desk.catalogue, desk.case["regime"], waiting.lane or "")
    organisation = desk.parties.get(role)
    return (role, organisation) if organisation else (None, None)


# --- jobs ---------------------------------------------------------------------------------------


def _jobs(desk: Desk, outcome: Outcome, states: States) -> Iterator[Row]:
    """What ends comes before what begins: a procedure may begin anew."""
    for timer in outcome.timers:
        yield _timer(desk, timer)
    for thrown in outcome.thrown:
        yield _message(desk, thrown)
    if states.is_final(outcome.case_state or ""):
        yield _cancel(desk, None)
    elif outcome.life.ends:
        yield _cancel(desk, list(outcome.life.ends))
    for begin in outcome.life.begins:
        yield _begin(desk, begin)
    if outcome.fault:
        yield _resume(desk)


def _in_order(rows: list[Row]) -> list[Row]:
    """What is due at once is done in this order: each a microsecond before the next."""
    for place, row in enumerate(reversed(rows)):
        if row["kind"] in AT_ONCE:
            row["run_at"] -= timedelta(microseconds=place)
    return rows


def job(desk: Desk, kind: str, ref: str, key: str, run_at: datetime, payload: Row) -> Row:
    """A job of this instance; a job whose key exists already is not entered again."""
    return {
        "id": new_id(),
        "kind": kind,
        "case_id": desk.case["id"],
        "instance_id": desk.instance["id"],
        "ref": ref,
        "payload": payload,
        "run_at": run_at,
        "attempts": 0,
        "max_attempts": MAX_ATTEMPTS,
        "fence": 0,
        "status": "due",
        "key": key,
    }


def _timer(desk: Desk, timer: Timer) -> Row:
    key = f"timer:{timer.id}:{timer.run_at.isoformat()}"
    return job(desk, "timer", timer.id, key, timer.run_at, {"element": timer.element_id})


def _message(desk: Desk, thrown: Thrown) -> Row:
    payload = {"message": thrown.message, "key": thrown.key, "payload": dict(thrown.payload)}
    return job(desk, "message", thrown.message, f"message:{new_id()}", desk.now, payload)


def _begin(desk: Desk, begin: Begin) -> Row:
    payload = {"process": begin.process_id, "variables": dict(begin.variables)}
    return job(desk, "begin", begin.process_id, f"begin:{new_id()}", desk.now, payload)


def _cancel(desk: Desk, processes: list[str] | None) -> Row:
    """Ends the named procedures of the case; None ends every other one."""
    ref, payload = desk.instance["id"], {"processes": processes}
    return job(desk, "cancel", ref, f"cancel:{new_id()}", desk.now, payload)


def _resume(desk: Desk) -> Row:
    """The automatic part that failed is tried again; one job per state it may be in."""
    instance = desk.instance
    key = f"resume:{instance['id']}:{instance['version']}"
    later = desk.now + timedelta(seconds=BACK_OFF[0])
    return job(desk, "resume", instance["id"], key, later, {})
