"""The journal of the administration: every change of people, organisations and offices, every
sign-in and every refused one, appended in the transaction of the act and chained by hash.

Whoever appends locks the head row, so the entries have one order; ``broken`` recomputes the chain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select, update

from server import clock
from server.models import administration_head, administration_journal
from server.models.columns import instant_text
from server.work.people.person import Person
from server.work.sql import Query, Row, json_text

GENESIS = "0" * 64

LOCKED_HEAD = Query(f"""
    INSERT INTO administration_head (id, seq, hash) VALUES (1, 0, '{GENESIS}')
    ON CONFLICT (id) DO UPDATE SET seq = administration_head.seq RETURNING seq, hash""")

COMMAND_LINE = "命令行"
"""Actor of what is done on the machine itself."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from which address; ``id`` is None on the command line and before sign-in."""

    id: str | None
    name: str
    address: str = ""


def actor(person: Person, address: str) -> Actor:
    """A signed-in person as an actor."""
    return Actor(person.id, person.name, address[:64])


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what an act is about."""

    id: str
    name: str


def append(
    tx: Connection, who: Actor, act: str, subject: Subject, detail: Mapping[str, Any] | None = None
) -> None:
    """Write one entry in the open transaction."""
    head = LOCKED_HEAD.first(tx)
    assert head is not None
    row: Row = {
        "seq": head["seq"] + 1,
        "at": clock.now(),
        "actor_id": who.id,
        "actor_name": who.name,
        "address": who.address,
        "act": act,
        "subject_id": subject.id,
        "subject_name": subject.name,
        "detail": dict(detail or {}),
        "prev_hash": head["hash"],
    }
    row["hash"] = digest(row)
    tx.execute(insert(administration_journal).values(row))
    tx.execute(update(administration_head).values(seq=row["seq"], hash=row["hash"]))


def digest(row: Mapping[str, Any]) -> str:
    """SHA-256 over everything in an entry but its own hash."""
    content = {str(name): value for name, value in row.items() if name != "hash"}
    content["at"] = instant_text(row["at"])
    return sha256(json_text(content).encode()).hexdigest()


def broken(tx: Connection) -> list[str]:
    """What does not fit in the journal, as Chinese sentences; empty when it is intact."""
    head = tx.execute(select(administration_head)).mappings().first()
    ordered = select(administration_journal).order_by(administration_journal.c.seq)
    rows = [dict(row) for row in tx.execute(ordered).mappings()]
    return [*_broken_links(rows), *_wrong_head(rows, head)]


def _broken_links(rows: list[Row]) -> Iterator[str]:
    before = GENESIS
    for expected, row in enumerate(rows, start=1):
        if row["seq"] != expected:
            yield f"第 {expected} 条管理日志缺失"
            return
        if row["prev_hash"] != before or row["hash"] != digest(row):
            yield f"第 {expected} 条管理日志与校验值不符"
            return
        before = row["hash"]


def _wrong_head(rows: list[Row], head: Mapping[Any, Any] | None) -> Iterator[str]:
    last = (rows[-1]["seq"], rows[-1]["hash"]) if rows else (0, GENESIS)
    known = (head["seq"], head["hash"]) if head else (0, GENESIS)
    if last != known:
        yield "最后一条管理日志与链头不符"
