"""Clause coverage and the interpretation register, regime by regime."""

import csv
import io
from collections import Counter

import pytest

from server.law.coverage import coverage
from server.law.coverage_states import standings
from tests.server.views.conftest import Visit, Visitor
from tests.walk import shipped


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    return visit("shanxi_authority")


def rows(visitor: Visitor, path: str) -> list[dict[str, str]]:
    text = visitor.get(f"{path}&format=csv").text
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


@pytest.mark.parametrize("regime", ["national", "shanxi", "jiangxi"])
def test_the_page_counts_what_the_register_says(visitor: Visitor, regime: str) -> None:
    law = shipped()
    counts = Counter(each.state for each in standings(law, coverage(law), regime))
    page = visitor.get(f"/coverage?regime={regime}").text
    for state, count in counts.items():
        here = page.index(f"/coverage?regime={regime}&amp;state={state}")
        assert f"<b>{count}</b>" in page[here : here + 300]
    assert "不能发布" not in page


def test_a_clause_names_every_place_that_carries_it_out(visitor: Visitor) -> None:
    (row,) = rows(visitor, "/coverage?regime=shanxi&q=SX-16.2")
    assert row["执行情况"] == "已实现"
    assert row["环节"] and row["表格行"] and row["情景"]
    assert "/why/processes/" in visitor.get("/coverage?regime=shanxi&q=SX-16.2").text


def test_what_is_done_by_hand_says_why(visitor: Visitor) -> None:
    found = rows(visitor, "/coverage?regime=shanxi&state=manual")
    assert found and all(row["说明"] for row in found)


def test_red_clauses_are_said_to_hold_up_the_publication(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.law.coverage_states.CARRYING", ())
    page = visitor.get("/coverage?regime=shanxi").text
    assert "不能发布" in page and "gc-figure-bad" in page


def test_a_reading_has_question_alternatives_and_its_place(visitor: Visitor) -> None:
    found = rows(visitor, "/interpretations?regime=national")
    assert all(row["问题"] and row["所取解释"] and row["设在何处"] for row in found)
    assert "D-44" in visitor.get("/interpretations?regime=national&q=D-44").text


def test_an_unknown_regime_shows_the_first(visitor: Visitor) -> None:
    for path in ("/coverage?regime=nowhere&page=x", "/interpretations?regime=<b>"):
        assert visitor.get(path).status_code == 200
