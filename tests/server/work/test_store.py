"""How PostgreSQL finds the rows of a write set, on tables that have no statistics yet."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine

from server import db
from server.work.sql import render
from server.work.store import UPDATES

ONE_ROW = ("case", "instance", "item", "claim", "release", "assign", "met", "recomputed")
OF_WHAT_IS_OPEN = {
    f"ix_{name}"
    for name in ("work_items_due", "work_items_inbox", "work_items_in_hand", "deadlines_due")
}
SEVERAL = ("cancelled", "milestones_met", "void", "void_others", "moved", "handed_on")


TABLES = "('cases', 'instances', 'work_items', 'deadlines')"
AS_IF_YOUNG = (
    "DELETE FROM pg_statistic WHERE starelid IN"
    f" (SELECT oid FROM pg_class WHERE relname IN {TABLES})",
    f"UPDATE pg_class SET relpages = 0, reltuples = -1 WHERE relname IN {TABLES}",
    "SET LOCAL enable_seqscan = off",  # which is best for a handful of rows
    "SET LOCAL enable_bitmapscan = off",
)
"""What other tests have left is forgotten, for this transaction."""


def plan(name: str) -> str:
    """What the planner makes of a statement; lists are empty, all else is 1."""
    statement = "EXPLAIN " + render(UPDATES[name], "postgresql")
    lists = set(re.findall(r"CAST\(%\((\w+)\)s AS json\)", statement))
    given: dict[str, str | int | bool] = {}
    for parameter in re.findall(r"%\((\w+)\)s", statement):
        given[parameter] = "[]" if parameter in lists else _fitting(parameter)
    with db.engine().connect() as tx:
        for each in AS_IF_YOUNG:
            tx.exec_driver_sql(each)
        rows = tx.exec_driver_sql(statement, given).scalars().all()
        tx.rollback()
    return "\n".join(rows)


def _fitting(parameter: str) -> str | int | bool:
    if parameter.endswith(("_on", "today")):
        return "2026-01-01"
    if parameter in ("now", "ended_at", "case_closed"):
        return "2026-01-01T00:00:00Z"
    if parameter == "provisional":
        return False
    return 1 if parameter.endswith(("version", "seq")) else "1"


@pytest.mark.parametrize("name", ONE_ROW)
def test_one_row_is_found_by_its_key(postgresql_database: Engine, name: str) -> None:
    assert re.findall(r"using (\w+) on", plan(name)) == [f"pk_{TABLE[name]}"]


@pytest.mark.parametrize("name", SEVERAL)
def test_the_rows_of_a_case_are_not_looked_for_among_all_that_is_open(
    postgresql_database: Engine, name: str
) -> None:
    assert not OF_WHAT_IS_OPEN & set(re.findall(r"using (\w+) on", plan(name)))


TABLE = {name: re.search(r"UPDATE (\w+)", UPDATES[name]).group(1) for name in ONE_ROW}  # type: ignore[union-attr]
