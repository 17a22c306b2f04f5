"""A diagram seen through a regime: what it skips is grey, lanes are its offices."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from server.feel.xml import read_xml
from server.law import catalogue as catalogues
from server.law.catalogue import Catalogue
from server.law.lens import lens
from server.views import drawing
from server.views.drawing import SHADES, Look, picture, wrapped
from server.views.language import catalogue
from tests.server.views.conftest import Visitor
from tests.walk import shipped

Visit = Callable[[str], Visitor]
STEPS = "processes/tables/steps.dmn"
APPLICATION = "processes/application.bpmn"
SHAPES = ("Task", "Activity", "Gateway", "Event")
SLIVER = 100  # square pixels: a letter's corner beside the tip of a gateway


def off(regime: str, made: Catalogue | None = None) -> frozenset[str]:
    seen = lens(made or shipped(), regime, "application")
    assert seen is not None
    return seen.off


def test_what_the_table_of_steps_switches_off_is_off() -> None:
    notice = {"call_public_notice", "is_notice_passed", "notice_failed"}
    assert notice <= off("shanxi")
    assert not notice & off("national")


def test_the_table_decides_and_nothing_else() -> None:
    text = shipped().files[STEPS].decode()
    row = re.search(r'<rule id="steps_national_public_notice">.*?</rule>', text, re.DOTALL)
    assert row
    without = text.replace(row[0], row[0].replace("<text>true</text>", "<text>false</text>"))
    made = catalogues.load({**shipped().files, STEPS: without.encode()})
    assert "call_public_notice" in off("national", made)


def test_boxes_carry_the_clauses_and_dates_of_the_regime_alone() -> None:
    for regime, prefix in (("national", "GB"), ("shanxi", "SX"), ("jiangxi", "JX")):
        seen = lens(shipped(), regime, "application")
        assert seen is not None
        cited = {clause[:2] for box in seen.boxes for clause in box.clauses}
        assert cited == {prefix}
        assert (
            seen.offices["authority"]["title"]
            == shipped().row("roles", regime, role="authority")["title"]
        )  # type: ignore[index]


def test_a_regime_without_the_diagram_has_no_view() -> None:
    assert lens(shipped(), "shanxi", "nothing") is None


@pytest.mark.parametrize("path", [p for p in shipped().files if p.endswith(".bpmn")])
def test_every_diagram_is_drawn_whole(path: str) -> None:
    described = shipped().describe(path)
    assert described is not None
    drawn = str(picture(shipped().files[path], described.name))
    words = "".join(unescape(each) for each in re.findall(r">([^<>]*)</text>", drawn))
    named = [e.name for e in (*described.elements, *described.flows) if e.name]
    missing = [name for name in named if name.replace(" ", "") not in words.replace(" ", "")]
    assert missing == []
    assert " style=" not in drawn


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("path", [p for p in shipped().files if p.endswith(".bpmn")])
def test_no_label_lies_over_another_or_over_a_shape(path: str, locale: str) -> None:
    nodes = list(drawing._nodes(read_xml(shipped().files[path])))
    say = catalogue(locale).ugettext
    look = Look(names={node.id: str(say(node.name)) for node in nodes if node.name})
    covered = [node.box for node in nodes if node.box and node.kind.endswith(SHAPES)]
    for node in drawing._settled(nodes, look):
        if look.name(node) and (node.points or node.kind.endswith(("Gateway", "Event"))):
            text = drawing._text(*drawing._labelled(node, look))
            over = max((drawing._shared(text, one) for one in covered), default=0)
            assert over < SLIVER, look.name(node)
            covered.append(text)


def test_what_is_off_is_drawn_grey_and_lanes_by_their_office() -> None:
    xml = shipped().files[APPLICATION]
    look = Look({"call_public_notice": "off"}, {"authority": "省局<厅>"}, {})
    drawn = str(picture(xml, "申报", look))
    assert SHADES["off"].fill in drawn
    assert "省局&lt;厅&gt;" in drawn


def test_long_names_break_into_lines() -> None:
    assert wrapped("公示期满之后认定公示结果", 72) == ["公示期满之后", "认定公示结果"]
    assert wrapped("end of the construction period", 90) == ["end of the", "construction", "period"]


def test_two_regimes_stand_beside_each_other(visit: Visit) -> None:
    reader = visit("shanxi_leader")
    page = reader.get("/lens/application?regime=national&regime=shanxi").get_data(as_text=True)
    assert page.count("<svg") == 2 + page.count('<svg viewBox="0 0 24 24"')
    assert "国家标准化管理委员会" in page
    assert "没有这个环节" in page
    assert "批准前公示" in page
    only = reader.get("/lens/application?regime=national&regime=shanxi&only=different")
    assert "编制申报材料</th>" not in only.get_data(as_text=True)


def test_the_file_for_leaders_stands_alone(visit: Visit) -> None:
    answer = visit("shanxi_leader").get("/lens/application?regime=shanxi&format=html")
    page = answer.get_data(as_text=True)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "<svg" in page
    assert not re.findall(r'(?:src|href)="', page)


def test_the_list_shows_every_diagram_and_what_is_not_there_is_not_found(visit: Visit) -> None:
    reader = visit("shanxi_leader")
    assert "/lens/acceptance?regime=shanxi" in reader.get("/lens").get_data(as_text=True)
    assert reader.get("/lens/nothing").status_code == 404
    assert reader.get("/lens/application?draft=nothing").status_code == 404
    assert reader.get("/lens/application?regime=shanxi&format=csv").mimetype == "text/csv"
