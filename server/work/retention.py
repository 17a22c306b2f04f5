"""How long finished cases are kept (table ``retention``), and what is left when they go: a
tombstone with the last hash of the journal, the same in the journal of the administration, and the
entries of the office's registers.

A case goes only when its years are over, nothing of it is open, nobody holds it, and no other case
or register entry speaks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from handlers.rules.periods import add_years
from server import clock, db
from server.errors import Refused
from server.ids import new_id
from server.law.catalogue import Catalogue
from server.models import administration_journal, cases, holds, records, tombstones, work_items
from server.models.columns import instant_text
from server.work import archive, publications
from server.work import desk as desks
from server.work.desk import Desk
from server.work.people.journal import COMMAND_LINE, Actor, Subject, append
from server.work.settle import Act, note
from server.work.sql import Query, Row, columns, readers
from server.work.store import Writes

MACHINE = Actor(None, COMMAND_LINE)

ANCHORED = "purge_case"
"""The act in the journal of the administration that vouches for a tombstone."""

CLOSED = Query(
    f"""SELECT {columns(cases, "c")} FROM cases c
        WHERE c.closed_at IS NOT NULL AND c.closed_at < :before ORDER BY c.closed_at, c.id""",
    readers(cases),
)
STANDS = Query("""
    SELECT (SELECT count(*) FROM deadlines WHERE case_id = :case AND status = 'open') AS deadline,
        (SELECT count(*) FROM work_items WHERE case_id = :case AND status = 'open') AS task,
        (SELECT count(*) FROM instances
            WHERE case_id = :case AND status IN ('running', 'failed')) AS procedure,
        (SELECT count(*) FROM jobs
            WHERE case_id = :case AND status IN ('due', 'dead') AND kind <> 'timer') AS job,
        (SELECT count(*) FROM holds WHERE case_id = :case AND ended_at IS NULL) AS hold,
        (SELECT count(*) FROM cases WHERE id <> :case AND record LIKE :mention)
            + (SELECT count(*) FROM records
               WHERE (case_id IS NULL OR case_id <> :case) AND data LIKE :mention) AS mention""")

REASONS = {
    "deadline": "有未了结的期限",
    "task": "有未办结的事项",
    "procedure": "有在办的程序",
    "job": "有未完成或者失败的作业",
    "hold": "因涉诉、信访等停止销毁",
    "mention": "其他办件或者登记簿引用了它",
}
"""Why a case whose years are over stays."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finished case whose years are over; ``reason`` is why it stays all the same."""

    case: Row
    years: int
    clause: str
    until: date
    reason: str = ""

    def __str__(self) -> str:
        told = f"{self.case['number']}  {self.case['title']}  {self.years} 年，{self.until} 期满"
        return f"{told}  {f'保留：{self.reason}' if self.reason else '可以销毁'}"


def due(tx: Connection) -> list[Candidate]:
    """The finished cases whose years are over, the oldest first."""
    law = publications.catalogue(tx, publications.current(tx))
    today = clock.today()
    least = clock.midnight(add_years(today, -_fewest(law)))
    found = (_candidate(tx, law, row) for row in CLOSED.all(tx, before=instant_text(least)))
    return [each for each in found if each and each.until < today]


def _fewest(law: Catalogue) -> int:
    """No case goes earlier than this, so younger ones need not be looked at."""
    tables = law.tables.tables_of("retention")
    place = [column.text for column in tables[0].outputs].index("years")
    return min(int(rule.outputs[place]) for rule in tables[0].rules)


def _candidate(tx: Connection, law: Catalogue, case: Row) -> Candidate | None:
    """None for a case that is kept for good."""
    row = law.row("retention", case["regime"], kind=case["kind"], state=case["state"])
    if row is None:
        return None
    years, clause = int(row["years"]), f"{row['reading']} {row['clause']}"
    until = add_years(clock.civil_day(case["closed_at"]), years)
    return Candidate(case, years, clause, until, _reason(tx, case["id"]))


def _reason(tx: Connection, case_id: str) -> str:
    stands = STANDS.first(tx, case=case_id, mention=f"%{case_id}%") or {}
    return "；".join(said for name, said in REASONS.items() if stands[name])


# --- destroying ---------------------------------------------------------------------------------


def purge(candidate: Candidate, keep: Callable[[archive.Whole], str]) -> None:
    """Destroy a case; ``keep`` first writes its package somewhere and gives its SHA-256.

    Raises Refused where it may no longer go, and whatever ``keep`` raises; then nothing has gone.
    """

    def act() -> None:
        with db.transaction() as tx:
            desk = desks.of_case(tx, candidate.case["id"])
            again = _candidate(tx, desk.catalogue, desk.case)
            if again is None or again.reason or again.until >= clock.today():
                raise Refused("该办件不能销毁", code="kept")
            whole = archive.whole(tx, desk.case["id"])
            if whole.broken:
                raise Refused("该办件的日志校验不符，不能销毁", code="broken")
            _bury(desk, again, keep(whole))
            for table, condition in _belongings(desk.case["id"]):
                tx.execute(delete(table).where(condition))

    db.run(act)


def _bury(desk: Desk, gone: Candidate, package: str) -> None:
    case = desk.case
    kept = ("number", "regime", "kind", "state", "opened_on", "journal_head", "journal_seq")
    row = {"case_id": case["id"], **{name: case[name] for name in kept}}
    row |= {"closed_on": clock.civil_day(case["closed_at"]), "purged_at": desk.now}
    row |= {"years": gone.years, "clause": gone.clause, "package": package}
    desk.tx.execute(insert(tombstones).values(row))
    free = update(records).where(records.c.case_id == case["id"])
    desk.tx.execute(free.values(case_id=None))
    append(desk.tx, MACHINE, ANCHORED, Subject(case["id"], case["number"]), _anchor(row))


def _anchor(tombstone: Row) -> Row:
    """A tombstone as the journal of the administration tells it."""
    told = {str(column.name): tombstone[column.name] for column in tombstones.c}
    days = {name: told[name].isoformat() for name in ("opened_on", "closed_on")}
    return told | days | {"purged_at": instant_text(told["purged_at"])}


def _belongings(case_id: str) -> Iterator[tuple[Table, Any]]:
    """Every table with rows of the case, each before those it refers to; the case itself last."""
    items = select(work_items.c.id).where(work_items.c.case_id == case_id)
    for table in reversed(db.db.metadata.sorted_tables):
        if table is cases:
            yield table, cases.c.id == case_id
        elif "case_id" in table.c and table.c.case_id.foreign_keys and table is not records:
            yield table, table.c.case_id == case_id
        elif "work_item_id" in table.c:
            yield table, table.c.work_item_id.in_(items)


def unfounded(tx: Connection) -> Iterator[str]:
    """Numbers of tombstones for which the journal of the administration does not vouch."""
    told = administration_journal.c
    entries = select(told.subject_id, told.detail).where(told.act == ANCHORED)
    anchored = {row.subject_id: row.detail for row in tx.execute(entries)}
    for row in tx.execute(select(tombstones)).mappings():
        if anchored.get(row["case_id"]) != _anchor(dict(row)):
            yield str(row["number"])


# --- holds --------------------------------------------------------------------------------------


def hold(case_id: str, reason: str) -> None:
    """Nothing of a case is destroyed from now on. Raises NotFound."""

    def act() -> None:
        with db.transaction() as tx:
            desk = desks.of_case(tx, case_id)
            row = {"id": new_id(), "case_id": case_id, "reason": reason, "set_at": desk.now}
            tx.execute(insert(holds).values(row))
            _journal(desk, "hold", {"reason": reason})

    db.run(act)


def end_holds(case_id: str) -> None:
    """Nobody holds a case any longer. Raises NotFound."""

    def act() -> None:
        with db.transaction() as tx:
            desk = desks.of_case(tx, case_id)
            running = update(holds).where(holds.c.case_id == case_id, holds.c.ended_at.is_(None))
            tx.execute(running.values(ended_at=desk.now))
            _journal(desk, "end_hold", {})

    db.run(act)


def _journal(desk: Desk, act: str, detail: Row) -> None:
    names = {"hold": "停止销毁", "end_hold": "恢复按期限销毁"}
    note(desk, [Act(act, name=names[act], detail=detail)], Writes())
