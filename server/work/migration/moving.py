"""One case goes over: what waits stays what it is, its diagram, tables and forms are new.

Everything happens in the transaction that also marks the job as done, with the case locked. What
does not fit is refused and written down; the case is as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from sqlalchemy import Connection, select, update

from server import clock
from server.engine import runtime
from server.engine.errors import EngineError, Reason, Unfit
from server.engine.migration import Ids
from server.engine.outcome import OpenTask, Outcome, Subscription
from server.engine.specs import Spec
from server.errors import Problem
from server.law.catalogue import Catalogue
from server.law.deadlines import NoDeadline
from server.models import instances, migration_cases, migrations, subscriptions, work_items
from server.work import desk as desks
from server.work import publications
from server.work.desk import Desk
from server.work.migration import versions
from server.work.people import names_of
from server.work.settle import Act, settle
from server.work.sql import Row
from server.work.surroundings import Surroundings

FINISHED: Final = ("ended", "cancelled")
THERE: Final = {"waiting": ("moved", "refused"), "returning": ("returned", "kept")}
"""What a case still to be moved becomes: done, or refused."""


def run(tx: Connection, job: Row) -> None:
    """Move the case of a job; nothing where it was moved already."""
    desk = desks.of_instance(tx, job["case_id"], job["payload"]["instance"])
    order = _order(tx, job["ref"])
    line = _line(tx, order, desk)
    if line["status"] not in THERE:
        return None
    done, refused = THERE[line["status"]]
    if desk.instance["status"] in FINISHED or desk.case["closed_at"]:
        return _settle(tx, line, "gone" if done == "moved" else "kept", ())
    try:
        with tx.begin_nested():
            _move(desk, order, line)
    except Unfit as error:
        return _settle(tx, line, refused, error.reasons)
    except (EngineError, Problem, NoDeadline) as error:
        return _settle(tx, line, refused, (Reason("refused", name=str(error)),))
    return _settle(tx, line, done, ())


def _order(tx: Connection, order_id: str) -> Row:
    wanted = select(migrations).where(migrations.c.id == order_id)
    row = dict(tx.execute(wanted).mappings().one())
    names = names_of(tx, {row["ordered_by"], row["decided_by"]})
    told = {"ordered": names[row["ordered_by"]], "confirmed": names.get(row["decided_by"], "")}
    return row | told


def _line(tx: Connection, order: Row, desk: Desk) -> Row:
    own = migration_cases.c.migration_id == order["id"]
    this = migration_cases.c.instance_id == desk.instance["id"]
    return dict(tx.execute(select(migration_cases).where(own, this)).mappings().one())


def _settle(tx: Connection, line: Row, status: str, reasons: Iterable[Reason]) -> None:
    own = migration_cases.c.migration_id == line["migration_id"]
    this = migration_cases.c.instance_id == line["instance_id"]
    told = [asdict(reason) for reason in reasons]
    settled = {"status": status, "reasons": told, "settled_at": clock.now()}
    tx.execute(update(migration_cases).where(own, this).values(**settled))


def _move(desk: Desk, order: Row, line: Row) -> None:
    """Raises Unfit, or whatever an automatic step that was standing still runs into."""
    back = line["status"] == "returning"
    here, number = line["from_id"], order["publication_id"]
    if back:
        here, number = number, here
    if desk.instance["publication_id"] != here:
        raise Unfit([Reason("elsewhere")])
    ids = inverse(order["ids"]) if back else order["ids"]
    new = publications.catalogue(desk.tx, number)
    both = versions.between(desk.catalogue, new, desk.case["regime"], desk.instance["process_id"])
    state = bytes(desk.instance["state_blob"])
    reasons = both.reasons(state, desk.case["state"], ids)
    if reasons or both.spec is None:
        raise Unfit(reasons)
    told = {"from": here, "from_digest": desk.instance["digest"], "ids": ids}
    told |= {"to": number, "digest": new.digest}
    desk.instance |= {"publication_id": number, "digest": new.digest}
    there = replace(desk, catalogue=new)
    around = Surroundings(there)
    outcome = runtime.migrate(both.former, state, both.spec, ids, around.ports())
    settle(there, outcome, _act(order, told, back), around)
    _repin(there, desk.catalogue, both.spec, outcome)


def _act(order: Row, told: Row, back: bool) -> Act:
    who = {"ordered": order["ordered"], "confirmed": order["confirmed"]}
    detail = told | who | {"order": order["id"]}
    detail |= {"reason": order["acts"][-1]["reason"] if back else order["reason"]}
    return Act("migrate", name="迁回原版本" if back else "迁移到新版本", detail=detail)


def inverse(ids: Ids) -> dict[str, dict[str, str]]:
    """The way back; an event that was dropped has none."""
    return {process: {new: old for old, new in of.items() if new} for process, of in ids.items()}


# --- the rows of what waits ---------------------------------------------------------------------


def _repin(desk: Desk, old: Catalogue, spec: Spec, outcome: Outcome) -> None:
    """The instance belongs to the other publication; what waits is told as that one has it."""
    pins = {name: desk.instance[name] for name in ("publication_id", "digest")}
    own = instances.c.id == desk.instance["id"]
    desk.tx.execute(update(instances).where(own).values(**pins))
    tasks, waiting = runtime.waiting(spec, outcome.state)
    fresh = {task.id for task in outcome.opened}
    for task in tasks:
        if task.id not in fresh:
            _update_item(desk, old, task)
    for subscription in waiting:
        this = subscriptions.c.id == subscription.id
        desk.tx.execute(update(subscriptions).where(this).values(**_drawn(subscription)))


def _update_item(desk: Desk, old: Catalogue, task: OpenTask) -> None:
    """Whoever has it open is told before they hand it in, where what they see has changed."""
    this = (work_items.c.instance_id == desk.instance["id"]) & (work_items.c.task_id == task.id)
    item = dict(desk.tx.execute(select(work_items).where(this)).mappings().one())
    values = {**_drawn(task), "multi_instance": task.multi_instance}
    looks = ("name", "form", "clauses")
    changed = any(item[name] != values[name] for name in looks) or _asks_else(desk, old, task)
    values |= {"version": item["version"] + changed}
    desk.tx.execute(update(work_items).where(this).values(**values))


def _asks_else(desk: Desk, old: Catalogue, task: OpenTask) -> bool:
    """Whether the form of the task, named alike, has other fields now."""
    regime = desk.case["regime"]
    before, after = (made.form(task.form or "", regime) for made in (old, desk.catalogue))
    return before != after


def _drawn(one: OpenTask | Subscription) -> Mapping[str, Any]:
    told = {"element_id": one.element_id, "name": one.name, "form": one.form}
    return told | {"clauses": list(one.clauses)}
