"""What is asked all day costs the same however much has been done before."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert

from server import clock, db
from server.errors import Invalid
from server.ids import new_id
from server.models import cases, documents
from server.work import choices, scope, search
from server.work.people import Person
from server.work.sql import Query, render
from tests.office import Office, furnish
from tests.server.work.helpers import fill, review_all, rows

COPIES = """
    INSERT INTO work_items SELECT (row).* FROM (
        SELECT json_populate_record(w, json_build_object(
            'id', w.id || '-' || n, 'task_id', w.task_id || '-' || n)) AS row
        FROM work_items w, generate_series(1, 2000) n
        WHERE w.id = (SELECT max(id) FROM work_items WHERE status = 'completed')) c"""
"""Two thousand more finished items, newer than all that are open."""


def _attach(person: Person) -> None:
    paper = {"sha": "0" * 64, "name": "材料.pdf", "media_type": "application/pdf", "size": 1}
    case = {"case_id": rows(cases)[0]["id"], "uploaded_by": person.id, "uploaded_at": clock.now()}
    with db.transaction() as tx:
        tx.execute(insert(documents), [paper | case | {"id": new_id()} for _ in range(1000)])


def rows_read(person: Person, monkeypatch: pytest.MonkeyPatch) -> int:
    """Rows that the statements of a search look at, as PostgreSQL counts them."""
    asked: list[tuple[str, dict[str, Any]]] = []
    query = Query._rows

    def heard(self: Query, tx: Connection, given: dict[str, Any]) -> Any:
        asked.append((render(self.sql, tx.dialect.name), given))
        return query(self, tx, given)

    with monkeypatch.context() as patch:
        patch.setattr(Query, "_rows", heard)
        search.everything(person, ["某基地"])
    with db.engine().begin() as tx:
        tx.exec_driver_sql("ANALYZE")
        explain = "EXPLAIN (ANALYZE, FORMAT JSON) "
        plans = [tx.exec_driver_sql(explain + sql, given).scalar_one() for sql, given in asked]
    return sum(_looked_at(plan[0]["Plan"]) for plan in plans)


def _looked_at(node: dict[str, Any]) -> int:
    own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    here = own * node["Actual Loops"] if "Relation Name" in node else 0
    return int(here) + sum(map(_looked_at, node.get("Plans", ())))


def test_a_search_looks_at_no_more_beside_thousands_of_finished_items(
    postgresql_database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = furnish()
    for _ in range(2):
        office.start()
        fill(office)
    review_all(office)
    _attach(office["applicant"])
    monkeypatch.setattr(scope, "MOST", 0)
    before = rows_read(office["officer"], monkeypatch)
    with db.engine().begin() as tx:
        tx.exec_driver_sql(COPIES)
    assert rows_read(office["officer"], monkeypatch) <= before + 100


def test_a_panel_is_checked_without_reading_the_whole_pool(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object, **__: object) -> None:
        raise AssertionError("the whole pool of experts was read")

    monkeypatch.setattr(choices.EXPERTS, "all", read)
    office.start()
    strangers = [office["reviewer"].id, *(expert.id for expert in office.experts[:2])]
    with pytest.raises(Invalid) as caught:
        fill(office, panel=strangers)
    assert list(caught.value.errors) == ["panel"]
    fill(office)
