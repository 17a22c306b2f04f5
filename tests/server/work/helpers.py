"""Words in which the tests of acts and jobs speak."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from server import db
from server.models import cases, work_items
from server.work import worklist
from server.work.journal import verify
from server.work.people import Person
from tests.office import Office

FILLED = {"summary": "建设方案", "mode": "plain"}


def rows(table: Any, **where: Any) -> list[dict[str, Any]]:
    """The rows of a table whose columns have these values, in the order of the key."""
    wanted = select(table).order_by(*table.primary_key.columns)
    for name, value in where.items():
        wanted = wanted.where(table.c[name] == value)
    with db.read() as tx:
        return [dict(row) for row in tx.execute(wanted).mappings()]


def count(table: Any) -> int:
    with db.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def open_item(element_id: str, **where: Any) -> dict[str, Any]:
    return rows(work_items, element_id=element_id, status="open", **where)[0]


def do(person: Person, element_id: str, key: str | None = None, **data: Any) -> dict[str, Any]:
    item = open_item(element_id)
    return worklist.complete(person, item["id"], item["version"], data, key)


def fill(office: Office, size: int = 3, **data: Any) -> dict[str, Any]:
    """The applicant fills in the application and asks for a panel of some size."""
    panel = [expert.id for expert in office.experts[:size]]
    return do(office["applicant"], "fill", **{**FILLED, "panel": panel, **data})


def review_all(office: Office, size: int = 3) -> None:
    for expert in office.experts[:size]:
        item = open_item("review", assignee_id=expert.id)
        worklist.complete(expert, item["id"], 1, {"opinion": f"{expert.name} 同意"})


def assert_intact() -> None:
    """The journal of every case is whole."""
    with db.read() as tx:
        for case in tx.execute(select(cases.c.id)).scalars():
            assert verify(tx, case) == []
