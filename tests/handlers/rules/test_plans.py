"""Addressees of the construction plan."""

from datetime import date
from typing import Any

from handlers.rules.plans import file_plan, missing_addressees
from tests.walk import Office


def missing(regime: str, *filed_with: str) -> list[str]:
    table: Any = Office(regime).law.table
    return missing_addressees(table, filed_with)


def test_shanxi_wants_both_addressees() -> None:
    assert missing("shanxi") == ["推荐单位", "批准机关"]
    assert missing("shanxi", "recommender") == ["批准机关"]
    assert missing("shanxi", "recommender", "authority") == []


def test_jiangxi_has_one_addressee_who_receives_it_here() -> None:
    assert missing("jiangxi") == []


def test_every_version_is_kept() -> None:
    it = Office("shanxi")
    file_plan(it.books, "建设方案", 2, date(2025, 9, 1))
    assert it.books.records("construction_plan", version=2)[0]["title"] == "建设方案"
