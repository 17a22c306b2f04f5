"""The dashboard: figures that lead to lists, charts with tables, scope."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest
from flask import Flask

from server.views import charts
from server.views.charts import Life, Mark, Part, Range
from tests.server.views.conftest import Visit, Visitor

TODAY = date(2026, 11, 20)


def test_figures_lead_to_the_lists_that_hold_so_many(applicant: Visitor) -> None:
    page = applicant.get("/dashboard").text
    figures = re.findall(r'gc-figure[^"]*" href="([^"]+)"><b>(\d+)</b>', page)
    assert len(figures) == 5
    for href, count in figures:
        path = href.replace("&amp;", "&")
        text = applicant.get(f"{path}{'&' if '?' in path else '?'}format=csv").text
        assert len(text.splitlines()) - 1 == int(count), href


def test_every_chart_has_a_table_with_the_same_content(applicant: Visitor) -> None:
    page = applicant.get("/dashboard").text
    assert page.count('<svg class="gc-chart"') <= page.count("以表格查看")
    assert "碳基新材料" in page and "申报准备" in page
    assert not re.search(r"\sstyle=", page)


def test_a_stranger_has_empty_charts(applicant: Visitor, visit: Visit) -> None:
    for login in ("national_leader", "jiangxi_applicant"):
        page = visit(login).get("/dashboard").text
        assert "碳基新材料" not in page and "没有在办的办件" in page
    assert "碳基新材料" in visit("shanxi_leader").get("/dashboard").text


def test_one_regime_can_be_looked_at(visit: Visit, applicant: Visitor) -> None:
    leader = visit("shanxi_leader")
    assert "碳基新材料" in leader.get("/dashboard?regime=shanxi").text
    assert "碳基新材料" not in leader.get("/dashboard?regime=national").text
    assert leader.get("/dashboard?regime=<b>").status_code == 200


def test_no_date_covers_the_name_of_a_phase(app: Flask) -> None:
    with app.test_request_context():
        bars = charts.phases({"approved_on": "2025-01-05"}, date(2024, 1, 1), TODAY)
        covering = [Mark(date(2025, 2, 5), "x", "/x")]
        apart = [Mark(date(2025, 12, 5), "x", "/x")]
        drawn = [charts.lives([Life("a", "a", "/y", bars, m)], TODAY) for m in (apart, covering)]
        assert ['gc-c-in" text-anchor="start">建设<' in one for one in drawn] == [True, False]


@pytest.mark.parametrize("hostile", ["<script>x</script>", '"><b>', "&"])
def test_what_people_typed_is_text_in_a_chart(app: Flask, hostile: str) -> None:
    with app.test_request_context():
        bars = charts.phases({"approved_on": "2026-01-05"}, date(2025, 1, 1), TODAY)
        marks = [Mark(date(2026, 12, 1), hostile, "/x")]
        drawn = charts.lives([Life(hostile, hostile, "/y", bars, marks)], TODAY)
        drawn += charts.bars([(hostile, [Part("a", 3, hostile)])], hostile)
        ElementTree.fromstring(f"<all>{drawn}</all>")
        assert "<script>" not in drawn


def test_a_life_has_its_phases(app: Flask) -> None:
    with app.test_request_context():
        record = {"approved_on": "2026-01-05", "construction_end": "2029-01-05"}
        told = charts.phases(record, date(2025, 6, 1), TODAY)
        assert [(bar.phase, bar.planned) for bar in told] == [
            ("application", False),
            ("construction", False),
            ("construction", True),
        ]
        assert charts.phases(record | {"established_on": "2026-05-01"}, TODAY, TODAY)[-1].phase == (
            "operation"
        )
        assert len(charts.phases({"approved_on": "soon"}, TODAY, TODAY)) == 1


def test_nothing_to_draw_is_drawn_without_fault(app: Flask) -> None:
    with app.test_request_context():
        for drawn in (
            charts.lives([], TODAY),
            charts.bars([], "x"),
            charts.ranges([Range("x", 0, 0, 0)], "x"),
        ):
            ElementTree.fromstring(drawn)


def test_days_beyond_the_limit_are_marked(app: Flask) -> None:
    with app.test_request_context():
        assert "gc-c-late" in charts.ranges([Range("x", 5, 12, 10)], "x")
        assert "gc-c-late" not in charts.ranges([Range("x", 5, 9, 10)], "x")


def test_a_long_label_is_cut_by_its_width() -> None:
    assert charts.shortened("碳" * 30) == "碳" * 13 + "…"
    assert charts.shortened("a" * 26) == "a" * 26


def test_a_name_beside_a_bar_stands_in_full(app: Flask) -> None:
    with app.test_request_context():
        role = "Applicant (undertaking unit)"
        drawn = charts.bars([(role, [Part("a", 3, "x")]), ("x" * 50, [])], "x")
        drawn += charts.ranges([Range(f"{role} · Shanxi", 5, 9, 10)], "x")
    assert f">{role}</text>" in drawn and f">{role} · Shanxi</text>" in drawn
    assert f"<title>{'x' * 50}</title>" in drawn and "x…</text>" in drawn
