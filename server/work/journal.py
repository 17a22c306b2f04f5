"""The journal: who did what, appended in the transaction of the act, chained by hash per case.

Each entry's hash covers the entry and the hash before it; the last hash stands in the case row.
Whoever changes, removes, adds or re-dates an entry breaks the chain, and ``verify`` names the
first entry that does not fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from server import db
from server.models import cases, journal
from server.models.columns import instant_text
from server.work.sql import Query, Row, columns, json_text, readers

GENESIS = "0" * 64
"""The hash before the first entry."""

SYSTEM = "系统"
"""Actor of steps that happen by themselves."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; ``actor_id`` is None for what happens by itself."""

    act: str
    name: str = ""
    element_id: str = ""
    actor_id: str | None = None
    actor_name: str = SYSTEM
    detail: Mapping[str, Any] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()


def append(case: Row, entries: Iterable[Entry], at: datetime) -> list[Row]:
    """The rows to insert for ``entries``; moves head and sequence of the (locked) case along."""
    return [_link(case, entry, at) for entry in entries]


def _link(case: Row, entry: Entry, at: datetime) -> Row:
    row = {
        "case_id": case["id"],
        "seq": case["journal_seq"] + 1,
        "at": at,
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "act": entry.act,
        "element_id": entry.element_id,
        "name": entry.name,
        "detail": dict(entry.detail),
        "clauses": list(entry.clauses),
        "prev_hash": case["journal_head"],
    }
    row["hash"] = digest(row)
    case["journal_head"], case["journal_seq"] = row["hash"], row["seq"]
    return row


def digest(row: Mapping[str, Any]) -> str:
    """SHA-256 over everything in an entry but its own hash."""
    return sha256(canonical(row).encode()).hexdigest()


def canonical(row: Mapping[str, Any]) -> str:
    """An entry without its hash as the text of which the hash is taken."""
    content = {name: value for name, value in row.items() if name != "hash"}
    content["at"] = instant_text(row["at"])
    return json_text(content)


def fingerprint(data: Any) -> str:
    """SHA-256 of a JSON document, whatever the order of its keys."""
    return sha256(json_text(data).encode()).hexdigest()


ENTRIES = Query(
    f"SELECT {columns(journal, 'j')} FROM journal j WHERE j.case_id = :case ORDER BY j.seq",
    readers(journal),
)
HEAD = Query(f"SELECT {columns(cases, 'c')} FROM cases c WHERE c.id = :case", readers(cases))
ALL_CASES = Query("SELECT id, number FROM cases ORDER BY id")
RESULTS = Query(
    "SELECT id, result FROM work_items WHERE case_id = :case AND status = 'completed'",
    {"json": ["result"]},
)


def entries(tx: Connection, case_id: str) -> list[Row]:
    """All entries of a case in order. What a person may see of them: server/work/access.py."""
    return ENTRIES.all(tx, case=case_id)


def verify(tx: Connection, case_id: str) -> list[str]:
    """What does not fit in the journal of a case, as Chinese sentences; empty when intact."""
    case = HEAD.first(tx, case=case_id)
    if case is None:
        return ["没有这个办件"]
    rows = entries(tx, case_id)
    return [*_broken_links(rows), *_wrong_head(rows, case), *_changed_results(tx, case_id, rows)]


def _broken_links(rows: list[Row]) -> Iterable[str]:
    before = GENESIS
    for expected, row in enumerate(rows, start=1):
        if row["seq"] != expected:
            yield f"第 {expected} 条记录缺失"
            return
        if row["prev_hash"] != before or row["hash"] != digest(row):
            yield f"第 {expected} 条记录与校验值不符"
            return
        before = row["hash"]


def _wrong_head(rows: list[Row], case: Row) -> Iterable[str]:
    last = (rows[-1]["hash"], rows[-1]["seq"]) if rows else (GENESIS, 0)
    if last != (case["journal_head"], case["journal_seq"]):
        yield "最后一条记录与办件登记的链头不符"


def _changed_results(tx: Connection, case_id: str, rows: list[Row]) -> Iterable[str]:
    """What people handed in is kept beside its work item; the journal holds its fingerprint."""
    handed_in = {row["id"]: row["result"] for row in RESULTS.all(tx, case=case_id)}
    for row in rows:
        item, expected = row["detail"].get("item"), row["detail"].get("data")
        if row["act"] == "complete" and fingerprint(handed_in.get(item)) != expected:
            yield f"第 {row['seq']} 条记录对应的办理内容与校验值不符"


def broken_cases() -> dict[str, list[str]]:
    """Number of the case -> what does not fit, for every case whose journal is not intact."""
    with db.read() as tx:
        found = {row["number"]: verify(tx, row["id"]) for row in ALL_CASES.all(tx)}
    return {number: sentences for number, sentences in found.items() if sentences}
