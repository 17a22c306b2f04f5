"""Templates of official papers: places are filled, empty paragraphs go, mistakes have sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from server.law import checks, papers
from server.law.catalogue import Catalogue, load
from server.law.papers import PaperError
from tests.walk import shipped

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)

PAPER = """
word = "批"
title = "关于{{name}}的批复"
addressee = "{{unit}}"
body = '''
自{{day}}起。
{{if reason != null then "理由：" + reason else null}}
共{{count(list)}}项：{{list}}。
'''
copies = ""

[jiangxi]
title = "关于筹建{{name}}的批复"
"""


def with_paper(text: str = PAPER, name: str = "trial") -> Catalogue:
    return load({**shipped().files, f"processes/papers/{name}.toml": text.encode()})


def filled(regime: str = "shanxi", **more: Any) -> dict[str, Any]:
    known = {"name": "某基地", "unit": "某院", "day": date(2026, 11, 20), "list": ["甲", "乙"]}
    template = papers.template(with_paper(), "trial", regime)
    return papers.content(template, {**known, **more}, {}, NOW)


def test_places_are_filled_as_official_papers_write() -> None:
    assert filled()["title"] == "关于某基地的批复"
    assert filled()["body"] == ["自2026年11月20日起。", "共2项：甲、乙。"]


def test_a_paragraph_that_has_something_to_say_stays() -> None:
    assert filled(reason="材料不齐")["body"][1] == "理由：材料不齐"


def test_a_label_stands_only_before_something() -> None:
    assert papers.labelled("理由：", "材料不齐") == "理由：材料不齐"
    assert papers.labelled("自", date(2026, 11, 20)) == "自2026年11月20日"
    assert [papers.labelled("理由：", nothing) for nothing in (None, "", " ")] == ["", "", ""]


def test_the_cells_of_a_table_are_written_like_its_lines() -> None:
    sheet = """
word = "汇总"
form = "table"
headings = ["序号", "日期"]
widths = [10, 20]
rows = "for one in list return [one, day]"
"""
    template = papers.template(with_paper(sheet), "trial", "shanxi")
    known = {"list": ["甲", "乙"], "day": date(2026, 11, 20)}
    assert papers.content(template, known, {}, NOW)["table"] == {
        "headings": ["序号", "日期"],
        "widths": [10, 20],
        "rows": [["甲", "2026年11月20日"], ["乙", "2026年11月20日"]],
    }
    assert papers.content(template, {}, {}, NOW)["table"]["rows"] == []


def test_a_regime_has_lines_of_its_own() -> None:
    assert filled("jiangxi")["title"] == "关于筹建某基地的批复"
    assert filled("jiangxi")["body"] == filled()["body"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("word = ", "有误"),
        ('title = "无字号"', "缺少 'word'"),
        ('word = "批"\ntitle = "{{1 +}}"', "有误"),
        ('word = "批"\nform = "poster"', "版式“poster”应为"),
        ('word = "批"\nrows = "[]"\nheadings = ["序号"]\nwidths = []', "个数不一致"),
    ],
)
def test_a_template_that_cannot_be_read_says_why(text: str, sentence: str) -> None:
    with pytest.raises(PaperError, match=sentence):
        papers.template(with_paper(text), "trial", "shanxi")


def test_the_check_names_the_event_whose_paper_has_no_template() -> None:
    files = {k: v for k, v in shipped().files.items() if k != "processes/papers/approval.toml"}
    found = [each for each in checks.check(load(files)) if each.code == "paper"]
    assert {(each.file, each.element) for each in found} == {
        ("processes/application.bpmn", "construction_approved")
    }
    assert "没有文书模板“approval”" in found[0].sentence


def test_the_check_names_a_template_that_no_diagram_uses() -> None:
    found = [each for each in checks.check(with_paper()) if each.code == "paper"]
    assert [each.sentence for each in found] == ["文书模板“trial”没有任何流程图用到。"]
