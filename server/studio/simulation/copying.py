"""A case in an office of its own in memory: what is tried there happens nowhere else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, insert, select

from server import clock, db
from server.errors import NotFound
from server.models import cases
from server.studio.scenarios import stage
from server.studio.scenarios.stage import Machinery, Stage

PRIVATE = frozenset({"sessions", "tokens", "idempotency", "drafts", "rehearsals", "tryouts"})
"""Tables that no procedure looks at."""

OFFICE = frozenset({"records"})
"""Tables with a case's rows among which a procedure also looks at those of other cases."""

NO_PASSWORD = "-"


@contextmanager
def copied(machinery: Machinery, case_id: str) -> Iterator[Stage]:
    """A stage with a copy of the case, its clock standing at the present moment."""
    source, now = db.engine(), clock.now()
    connection = sqlite3.connect(":memory:")
    engine = stage.memory(connection)
    machinery.migrate(engine)
    connection.execute("PRAGMA foreign_keys=OFF")  # other cases stay behind
    with db.read() as tx:
        _copy(tx, engine, case_id)
    try:
        with stage.playing(engine, Stage(now, machinery)) as played:
            yield played
    finally:
        db.bind(source)


def find(name: str) -> str:
    """The id of a case by its number or id; raises NotFound."""
    wanted = select(cases.c.id).where((cases.c.number == name) | (cases.c.id == name))
    with db.read() as tx:
        found = tx.execute(wanted).scalar_one_or_none()
    if found is None:
        raise NotFound("没有这个办件")
    return str(found)


def _copy(tx: Connection, engine: Engine, case_id: str) -> None:
    with engine.begin() as target:
        for table in db.db.metadata.sorted_tables:
            rows = [dict(row) for row in tx.execute(_wanted(table, case_id)).mappings()]
            if rows:
                target.execute(insert(table), [_harmless(row) for row in rows])


def _wanted(table: Table, case_id: str) -> Select[Any]:
    wanted = select(table)
    if table.name in PRIVATE:
        return wanted.limit(0)
    if table.name == "cases":
        return wanted.where(table.c.id == case_id)
    if "case_id" in table.c and table.name not in OFFICE:
        return wanted.where(table.c.case_id == case_id)
    return wanted


def _harmless(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "password_hash": NO_PASSWORD} if "password_hash" in row else row
