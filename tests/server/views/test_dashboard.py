"""The dashboard: figures that lead to lists, charts with tables, scope."""

from __future__ import annotations

import itertools
import re
from datetime import date
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from server import clock, db
from server.ids import new_id
from server.models import cases, deadlines, instances, work_items
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


LEADS = re.compile(r'<a [^>]*?href="([^"]+)"[^>]*>(?:<title>([^<]+)</title>.*?|(\d+))</a>')
LISTS = ("/cases?", "/steps?", "/deadlines?")


def counted(page: str) -> dict[str, int]:
    """The lists that marks of charts and cells of tables lead to, and the numbers told."""
    told = {}
    for href, title, cell in LEADS.findall(page):
        path = href.replace("&amp;", "&")
        if path.startswith(LISTS):
            told[path] = int(cell or re.findall(r"\d+", title)[-1])
    return told


def listed(visitor: Visitor, path: str) -> int:
    return len(visitor.get(f"{path}&format=csv").text.splitlines()) - 1


MIDTERM = {
    "milestone": "midterm",
    "title": "中期检查",
    "title_en": "mid-term check",
    "kind": "within",
    "anchor_on": date(2026, 1, 1),
    "due_on": date(2026, 2, 1),
    "provisional": False,
    "soft": False,
    "clause": "SX-19.1",
    "calendar_version": "",
    "proof": [],
}


@pytest.fixture
def busy(app: Flask, visit: Visit, applicant: Visitor) -> Visitor:
    """The leader of an office with cases of two years, a case closed before its procedure named a
    state, dates met early and late, and steps past their day."""
    with db.transaction() as tx:
        case = dict(tx.execute(select(cases)).mappings().one())
        more = {"opened_on": date(2025, 3, 1), "state": "", "closed_at": clock.now()}
        for number in ("1", "2"):
            tx.execute(insert(cases).values(case | more | {"id": new_id(), "number": number}))
        instance = tx.execute(select(instances.c.id)).scalar_one()
        for day in (date(2025, 12, 1), date(2026, 1, 20), date(2026, 3, 1), None):
            met = {"met_on": day, "status": "met" if day else "open", "id": new_id()}
            of = {"case_id": case["id"], "instance_id": instance}
            tx.execute(insert(deadlines).values(MIDTERM | of | met))
        item = dict(tx.execute(select(work_items)).mappings().first() or {})
        late = {"id": new_id(), "task_id": new_id(), "due_on": date(2026, 11, 1)}
        tx.execute(insert(work_items).values(item | late))
    return visit("shanxi_leader")


@pytest.mark.parametrize("regime", ["", "?regime=shanxi"])
def test_every_mark_leads_to_a_list_of_as_many(busy: Visitor, regime: str) -> None:
    page = busy.get(f"/dashboard{regime}").text
    told = counted(page)
    assert {path: listed(busy, path) for path in told} == told
    figures = re.findall(r'gc-figure[^"]*" href="([^"]+)"><b>(\d+)</b>', page)
    for href, count in figures:
        path = href.replace("&amp;", "&")
        assert listed(busy, path if "?" in path else f"{path}?") == int(count), path
    ways = {(path.partition("?")[0], *re.findall(r"state=(\w+)", path)) for path in told}
    assert ways >= {
        ("/cases", "stateless"),
        ("/cases", "application_drafting"),
        ("/steps", "overdue"),
        ("/steps", "timely"),
        ("/deadlines", "met"),
        ("/deadlines", "late"),
    }


def test_every_mark_is_reached_by_keys_and_says_what_it_is(busy: Visitor) -> None:
    page = busy.get("/dashboard").text
    for chart in re.findall(r'<svg class="gc-chart".*?</svg>', page):
        shapes = re.sub(r"<a .*?</a>", "", chart)
        named = re.findall(r'<a href="[^"]+"[^>]*><title>[^<]+</title>', chart)
        assert 0 < len(named) == chart.count("<a ")
        assert not re.search(r"<rect[^>]*gc-r-|<circle|<path", shapes)


def test_a_list_of_one_legal_date_says_which(busy: Visitor) -> None:
    page = busy.get("/deadlines?milestone=midterm&state=late").text
    named = re.search(r'name="milestone" value="midterm"><span class="gc-tag">(.+?)<', page)
    assert named and named[1] != "midterm"
    assert "某期限" not in busy.get("/deadlines?milestone=某期限").text.partition("<table")[2]


def test_the_day_of_a_step_leads_to_its_article_and_arithmetic(busy: Visitor) -> None:
    with db.transaction() as tx:
        date_id = tx.execute(select(deadlines.c.id).where(deadlines.c.status == "open")).scalar()
        late = work_items.c.due_on.is_not(None)
        tx.execute(update(work_items).where(late).values(deadline_id=date_id))
    (href,) = re.findall(r'<a href="(/deadlines/\w+)" aria-label="2026-11-01 超期', steps(busy))
    assert "SX-19.1" in busy.get(href).text
    with db.transaction() as tx:
        tx.execute(update(deadlines).values(status="void", met_on=None))
    assert "2026-11-01" in steps(busy) and "/deadlines/" not in steps(busy).partition("<table")[2]


def steps(visitor: Visitor) -> str:
    return visitor.get("/steps?state=overdue").text


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
            charts.ranges([Range("x", 0, 0, 0, "/x")], "x"),
        ):
            ElementTree.fromstring(f"<div>{drawn}</div>")


def test_a_phone_gets_its_own_drawing_with_each_name_above_its_bar(app: Flask) -> None:
    with app.test_request_context():
        drawn = charts.bars([("Expert", [Part("a", 3, "x")]), ("Unit", [Part("a", 2, "x")])], "x")
    desk, phone = ElementTree.fromstring(f"<div>{drawn}</div>")
    assert [each.text for each in desk.iter("text")] == [each.text for each in phone.iter("text")]
    assert (desk.get("class"), phone.get("class")) == ("gc-chart gc-desk", "gc-chart gc-phone")
    names = [
        float(each.get("y", 0)) for each in phone.iter("text") if each.get("class") == "gc-c-name"
    ]
    bars = [float(each.get("y", 0)) for each in phone.iter("rect")]
    assert names[0] < bars[0] < names[1] < bars[1]


def test_days_beyond_the_limit_are_marked(app: Flask) -> None:
    with app.test_request_context():
        assert "gc-c-late" in charts.ranges([Range("x", 5, 12, 10, "/x")], "x")
        assert "gc-c-late" not in charts.ranges([Range("x", 5, 9, 10, "/x")], "x")


def test_a_long_label_is_cut_by_its_width() -> None:
    assert charts.shortened("碳" * 30) == "碳" * 13 + "…"
    assert charts.shortened("a" * 26) == "a" * 26


def test_a_name_beside_a_bar_stands_in_full(app: Flask) -> None:
    with app.test_request_context():
        role = "Applicant (undertaking unit)"
        drawn = charts.bars([(role, [Part("a", 3, "x")]), ("x" * 50, [])], "x")
        drawn += charts.ranges([Range(f"{role} · Shanxi", 5, 9, 10, "/x")], "x")
    assert f">{role}</text>" in drawn and f">{role} · Shanxi</text>" in drawn
    assert f"<title>{'x' * 50}</title>" in drawn and "x…</text>" in drawn


@pytest.mark.parametrize("begun", [date(2025, 12, 1), date(2014, 1, 1), TODAY])
def test_lives_fit_a_phone_with_today_in_sight(app: Flask, begun: date) -> None:
    with app.test_request_context():
        bars = charts.phases({"approved_on": "2026-01-05"}, begun, TODAY)
        marks = [Mark(date(2031, 12, 1), "x", "/x")]
        drawn = charts.lives([Life("a", "a", "/y", bars, marks)] * 3, TODAY)
    desk, phone = ElementTree.fromstring(f"<all>{drawn}</all>")
    assert [one.get("class") for one in (desk, phone)] == ["gc-chart gc-desk", "gc-chart gc-phone"]
    width = float(phone.get("viewBox", "").split()[2])
    boxes = [(float(r.get("x", "")), float(r.get("width", ""))) for r in phone.iter("rect")]
    assert all(x >= 0 and x + wide <= width for x, wide in boxes)
    years = [float(one.get("x", "")) for one in phone.iter("text") if (one.text or "").isdecimal()]
    assert all(later - earlier > 28 for earlier, later in itertools.pairwise(years))
