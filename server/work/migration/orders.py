"""Orders to move cases: given by whoever owns the procedure, done when somebody else consents.

The cases are moved one by one, each by a job of its own: moved once or not at all, whatever
happens to the workers meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, func, insert, select, update

from server import clock, db
from server.engine.migration import Ids
from server.errors import Invalid, NotFound, Refused, Stale
from server.feel.sentence import told
from server.ids import new_id
from server.law.catalogue import Catalogue
from server.models import cases, jobs, migration_cases, migrations
from server.work import access, bell, publications
from server.work.migration.effect import Standing, of_procedure
from server.work.opening import MAX_ATTEMPTS
from server.work.people import Person
from server.work.sql import Row

KIND: Final = "migrate"
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""When the jobs of a paused order are due."""
LIMIT_REASON: Final = 1000
LIMIT_IDS: Final = 200
LIMIT_ID: Final = 200

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Order:
    """An order with how many of its cases stand where."""

    row: Row
    counts: Counter[str]

    @property
    def total(self) -> int:
        """All its cases."""
        return self.counts.total()

    @property
    def settled(self) -> int:
        """Cases about which nothing is left to do."""
        return self.total - self.counts["waiting"] - self.counts["returning"]

    @property
    def is_over(self) -> bool:
        """Whether all of it is done."""
        return self.row["status"] in ("running", "undoing") and self.settled == self.total


def _act(work: Callable[[Connection], Result]) -> Result:
    def once() -> Result:
        with db.transaction() as tx:
            return work(tx)

    return db.run(once)


# --- giving an order ----------------------------------------------------------------------------


def order(
    person: Person,
    regime: str,
    process_id: str,
    ids: Ids,
    reason: str,
    chosen: Iterable[str] | None = None,
) -> str:
    """Order the open cases of a procedure (``chosen``: instance ids; None: all that can) to the
    version in force; returns the id of the order, which waits for consent.

    Raises NotFound, NotAllowed, Invalid, and Refused (``nothing_to_move``).
    """
    access.may_change_regimes(person, {regime}, shared=False)
    why = _text(reason)
    _check_ids(ids)
    only = None if chosen is None else set(chosen)
    with db.read() as looking:
        number = publications.current(looking)
        made = publications.catalogue(looking, number)
        fitting = list(_fitting(looking, made, regime, process_id, ids, only))

    def work(tx: Connection) -> str:
        busy = set(tx.execute(_spoken_of()).scalars())
        found = [one for one in fitting if one.instance_id not in busy]
        if not found:
            raise Refused("没有可以迁移的在办事项", code="nothing_to_move")
        return _enter(tx, person, number, regime, process_id, ids, why, found)

    return _act(work)


def _text(given: str) -> str:
    text = given.strip()
    if not text or len(text) > LIMIT_REASON:
        raise Invalid(told("请填写理由（不超过 %(limit)s 字）", limit=LIMIT_REASON), code="text")
    return text


def _check_ids(ids: Ids) -> None:
    named = [word for of in ids.values() for pair in of.items() for word in pair]
    if len(named) > LIMIT_IDS or any(len(word) > LIMIT_ID for word in (*ids, *named)):
        raise Invalid("环节对应过多或过长", code="ids")


def _fitting(
    tx: Connection, made: Catalogue, regime: str, process_id: str, ids: Ids, only: set[str] | None
) -> Iterable[Standing]:
    """Those that could go over as they stand; each is looked at again when it is its turn."""
    for one in of_procedure(tx, made, regime, process_id, ids):
        if not one.reasons and (only is None or one.instance_id in only):
            yield one


def _own_jobs() -> Any:
    return (jobs.c.kind == KIND) & (jobs.c.status == "due")


def _spoken_of() -> Any:
    """Instances of orders that are not over."""
    still = migration_cases.c.status.in_(("waiting", "returning"))
    alive = migrations.c.status != "refused"
    return (
        select(migration_cases.c.instance_id)
        .join(migrations, migrations.c.id == migration_cases.c.migration_id)
        .where(still, alive)
    )


def _enter(
    tx: Connection,
    person: Person,
    number: int,
    regime: str,
    process_id: str,
    ids: Ids,
    why: str,
    found: list[Standing],
) -> str:
    row: Row = {"id": new_id(), "publication_id": number, "regime": regime, "reason": why}
    row |= {"process_id": process_id, "ids": {name: dict(of) for name, of in ids.items()}}
    row |= {"status": "submitted", "ordered_by": person.id, "ordered_at": clock.now()}
    tx.execute(insert(migrations).values(**row, acts=[_told(person, "order", why)]))
    own = {"migration_id": row["id"], "status": "waiting", "reasons": []}
    lines = [
        own | {"instance_id": s.instance_id, "case_id": s.case_id, "from_id": s.publication_id}
        for s in found
    ]
    tx.execute(insert(migration_cases), lines)
    return str(row["id"])


# --- what becomes of it -------------------------------------------------------------------------


def consent(person: Person, order_id: str) -> None:
    """A second person agrees: the cases are moved. Raises NotFound, NotAllowed, Stale."""

    def work(tx: Connection) -> None:
        row = _to_decide(tx, person, order_id)
        _note(tx, row, person, "consent", "", status="running", **_decided(person))
        _enqueue(tx, row, "waiting")

    _act(work)


def refuse(person: Person, order_id: str, reason: str) -> None:
    """A second person does not agree."""
    why = _text(reason)

    def work(tx: Connection) -> None:
        row = _to_decide(tx, person, order_id)
        _note(tx, row, person, "refuse", why, status="refused", **_decided(person))

    _act(work)


def withdraw(person: Person, order_id: str) -> None:
    """Whoever gave the order takes it back before anybody has agreed."""

    def work(tx: Connection) -> None:
        row = find(tx, person, order_id, lock=True).row
        access.may_withdraw_migration(person, row)
        _still(row, "submitted")
        _note(tx, row, person, "withdraw", "", status="refused")

    _act(work)


def pause(person: Person, order_id: str) -> None:
    """Nothing more of it is done until it is resumed; what is under way is finished."""
    _turn(person, order_id, "pause", "running", "paused", NEVER)


def resume(person: Person, order_id: str) -> None:
    """Go on where it was paused."""
    _turn(person, order_id, "resume", "paused", "running", None)


def _turn(
    person: Person, order_id: str, act: str, before: str, after: str, when: datetime | None
) -> None:
    def work(tx: Connection) -> None:
        row = _to_steer(tx, person, order_id)
        _still(row, before)
        _note(tx, row, person, act, "", status=after)
        due = _own_jobs() & (jobs.c.ref == order_id)
        tx.execute(update(jobs).where(due).values(run_at=when or clock.now()))
        db.after_commit(bell.ring)

    _act(work)


def take_back(person: Person, order_id: str, reason: str) -> None:
    """Every case that was moved goes back to the version it came from, where it still can; those
    not moved yet stay. One person may do this: two have agreed to nothing else than what was."""
    why = _text(reason)

    def work(tx: Connection) -> None:
        row = _to_steer(tx, person, order_id)
        if row["status"] not in ("running", "paused"):
            raise Stale("这次迁移不在进行中", code="closed")
        _note(tx, row, person, "undo", why, status="undoing")
        due = _own_jobs() & (jobs.c.ref == order_id)
        tx.execute(update(jobs).where(due).values(status="done"))
        _set(tx, order_id, "waiting", "refused")
        _set(tx, order_id, "moved", "returning")
        _enqueue(tx, row, "returning")

    _act(work)


def _set(tx: Connection, order_id: str, before: str, after: str) -> None:
    own = (migration_cases.c.migration_id == order_id) & (migration_cases.c.status == before)
    tx.execute(update(migration_cases).where(own).values(status=after))


def _enqueue(tx: Connection, row: Row, status: str) -> None:
    """A job for every case of the order that stands so."""
    own = (migration_cases.c.migration_id == row["id"]) & (migration_cases.c.status == status)
    wanted = select(migration_cases.c.instance_id, migration_cases.c.case_id).where(own)
    plain = {"kind": KIND, "ref": row["id"], "run_at": clock.now(), "status": "due", "fence": 0}
    plain |= {"attempts": 0, "max_attempts": MAX_ATTEMPTS}
    lines = [
        plain
        | {"id": new_id(), "case_id": one.case_id, "payload": {"instance": one.instance_id}}
        | {"key": f"{KIND}:{row['id']}:{one.instance_id}:{status}"}
        for one in tx.execute(wanted.order_by(migration_cases.c.instance_id))
    ]
    if lines:
        tx.execute(insert(jobs), lines)
        db.after_commit(bell.ring)


def _to_decide(tx: Connection, person: Person, order_id: str) -> Row:
    row = find(tx, person, order_id, lock=True).row
    access.may_consent(person, {row["regime"]}, {row["ordered_by"]})
    _still(row, "submitted")
    return row


def _to_steer(tx: Connection, person: Person, order_id: str) -> Row:
    row = find(tx, person, order_id, lock=True).row
    access.may_steer_migration(person, row["regime"])
    return row


def _still(row: Row, status: str) -> None:
    if row["status"] != status:
        raise Stale("这次迁移已有变化，请刷新后查看", code="closed")


def _decided(person: Person) -> Row:
    return {"decided_by": person.id, "decided_at": clock.now()}


def _told(person: Person, act: str, why: str) -> Row:
    at = clock.now().isoformat(timespec="seconds")
    return {"at": at, "actor": person.id, "name": person.name, "act": act, "reason": why}


def _note(tx: Connection, row: Row, person: Person, act: str, why: str, **columns: Any) -> None:
    acts = [*row["acts"], _told(person, act, why)]
    changed = update(migrations).where(migrations.c.id == row["id"])
    tx.execute(changed.values(acts=acts, **columns))


# --- reading ------------------------------------------------------------------------------------


def find(tx: Connection, person: Person, order_id: str, lock: bool = False) -> Order:
    """One order of a regime that the person reads; raises NotFound."""
    wanted = select(migrations).where(migrations.c.id == order_id)
    row = tx.execute(wanted.with_for_update() if lock else wanted).mappings().first()
    if row is None or row["regime"] not in access.may_read_models(person):
        raise NotFound("没有找到这次迁移")
    return Order(dict(row), counts(tx, [order_id])[order_id])


def listed(tx: Connection, regimes: Iterable[str]) -> list[Order]:
    """The orders of some regimes, the newest first."""
    own = select(migrations).where(migrations.c.regime.in_(list(regimes)))
    rows = [
        dict(row) for row in tx.execute(own.order_by(migrations.c.ordered_at.desc())).mappings()
    ]
    known = counts(tx, [row["id"] for row in rows])
    return [Order(row, known[row["id"]]) for row in rows]


def counts(tx: Connection, order_ids: Iterable[str]) -> Mapping[str, Counter[str]]:
    """How many cases of each order stand where."""
    asked = list(order_ids)
    found: dict[str, Counter[str]] = {one: Counter() for one in asked}
    columns = migration_cases.c.migration_id, migration_cases.c.status
    wanted = select(*columns, func.count().label("n")).where(columns[0].in_(asked))
    for row in tx.execute(wanted.group_by(*columns)):
        found[row.migration_id][row.status] = row.n
    return found


def cases_of(tx: Connection, order_id: str) -> list[Row]:
    """Its cases with what became of them."""
    told = cases.c.number, cases.c.title
    wanted = (
        select(migration_cases, *told)
        .join(cases, cases.c.id == migration_cases.c.case_id)
        .where(migration_cases.c.migration_id == order_id)
    )
    rows = tx.execute(wanted.order_by(cases.c.number)).mappings()
    return [dict(row) for row in rows]


def once_on(tx: Connection, case_id: str) -> set[int]:
    """The publications on which a case once was, and from which or back from which it was moved."""
    gone = migration_cases.c.status.in_(("moved", "returning", "returned", "kept"))
    own = (migration_cases.c.case_id == case_id) & gone
    both = select(migration_cases.c.from_id, migrations.c.publication_id).join(
        migrations, migrations.c.id == migration_cases.c.migration_id
    )
    return {number for row in tx.execute(both.where(own)) for number in row}
