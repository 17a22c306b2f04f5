"""Every kind of paper, issued by a scenario of the law: what it says, how it is drawn."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from server import db
from server.law import papers
from server.models import issued_papers
from server.work.papers import layout, pdf, word
from tests.server.work.played import played
from tests.walk import shipped

Content = dict[str, Any]

WALKS = {
    "acceptance_opinion": "national/AC-01",
    "adjustment_order": "national/SC-039",
    "appointment": "jiangxi_base/SC-121",
    "approval": "national/SC-030",
    "change_decision": "jiangxi/SC-084",
    "change_refusal": "national/CH-01",
    "closeout_return": "jiangxi_base/PJ-11",
    "comment_letter": "jiangxi_base/CR-01",
    "comment_summary": "jiangxi_base/CR-01",
    "correction_order": "shanxi/AA-11",
    "council_disclosure": "jiangxi_base/SC-127",
    "council_minutes": "jiangxi_base/CM-41",
    "council_resolution": "jiangxi_base/CX-41",
    "disapproval": "jiangxi/AP-21",
    "ending": "jiangxi/AC-21",
    "establishment": "national/AC-01",
    "evaluation_result": "national/PE-01",
    "extension_denial": "national/EX-01",
    "extension_grant": "national/EX-01",
    "meeting_notice": "jiangxi_base/SC-153",
    "membership_certificate": "jiangxi_base/SC-130",
    "project_adjustment": "jiangxi_base/PJ-05",
    "project_approval": "jiangxi_base/PJ-02",
    "project_closure": "jiangxi_base/PJ-11",
    "project_notice": "jiangxi_base/PJ-06",
    "project_return": "jiangxi_base/PJ-02",
    "project_termination": "jiangxi_base/SC-098",
    "public_notice": "national/SC-040",
    "rectification_order": "national/AC-01",
    "rules_issue": "jiangxi_base/SC-156",
    "unit_removal": "jiangxi_base/CX-41",
}
"""Kind of paper -> a scenario in which it is issued."""

DRAFTS = ("national", "jiangxi_base")
NUMBER = re.compile(r".+〔\d{4}〕\d+号$")
LEFTOVERS = ("null", "None", "{{", "}}", "《》", "“”", "（）")
"""What a place that stayed empty leaves behind."""

kinds = pytest.mark.parametrize("kind", WALKS)


@cache
def issued(walk: str) -> list[dict[str, Any]]:
    """The papers of a scenario, the oldest first."""
    with TemporaryDirectory() as folder, played(walk, Path(folder)), db.read() as tx:
        return [dict(row) for row in tx.execute(select(issued_papers)).mappings()]


def paper(kind: str) -> Content:
    """One of a kind, the longest."""
    found = [row["content"] for row in issued(WALKS[kind]) if row["kind"] == kind]
    return max(found, key=lambda content: len(str(content)))


def test_every_template_is_issued_by_a_scenario() -> None:
    assert set(WALKS) == set(papers.names(shipped()))


@kinds
def test_every_place_of_a_paper_is_filled(kind: str) -> None:
    said = paper(kind)
    assert said["organ"] and said["title"] and said["body"]
    assert NUMBER.match(said["number"])
    texts = [said["title"], said["addressee"], said["copies"], *said["body"], *said["attachments"]]
    assert [text for text in texts if any(each in text for each in LEFTOVERS)] == []
    assert not said["body"][-1].endswith("："), "something is announced and does not follow"


@kinds
def test_a_paper_of_a_draft_says_so_and_nobody_seals_as_a_base(kind: str) -> None:
    said, regime = paper(kind), WALKS[kind].partition("/")[0]
    assert said["mark"] == ("（征求意见稿）" if regime in DRAFTS else "")
    sealed = said["form"] in ("letter", "certificate") and regime == "jiangxi_base"
    assert said["seal"] == ("（代章）" if sealed else "")  # D-45


@kinds
def test_the_pdf_embeds_its_one_typeface(kind: str) -> None:
    drawn = pdf.draw(paper(kind))
    fonts = set(re.findall(rb"/BaseFont /([\w+-]+)", drawn))
    assert {each.partition(b"+")[2] for each in fonts} == {b"NotoSerifSC-Regular"}
    assert drawn.count(b"/FontFile2") >= 1


@kinds
def test_the_docx_has_the_order_of_the_standard(kind: str) -> None:
    said = paper(kind)
    told = [p.text.replace("\n", "") for p in Document(io.BytesIO(word.draw(said))).paragraphs]
    told = [each for each in told if each]
    attached = [f"{n}.{each}" for n, each in enumerate(said["attachments"], 1)]
    if attached:
        attached[0] = f"附件：{attached[0] if attached[1:] else said['attachments'][0]}"
    signed = [said["organ"], said["seal"], said["date"]]
    printed = f"{said['office']}　{said['date']}印发"
    addressee = f"{said['addressee']}：" if said["addressee"] else ""
    copies = f"抄送：{said['copies']}。" if said["copies"] else ""
    head = f"{said['organ']}{layout.SUFFIX.get(said['form'], '')}"
    begun = [head, said["number"], said["title"], said["mark"], addressee, *said["body"]]
    granted = [said["title"], said["mark"], f"编号：{said['number']}"]
    expected = {
        "letter": [*begun, *attached, *signed, copies, printed],
        "minutes": [*begun, *said["people"], copies, printed],
        "certificate": [*granted, addressee, *said["body"], *signed],
        "table": [said["title"], *said["body"]],
    }
    assert told == [each for each in expected[said["form"]] if each]


def test_the_numbers_of_an_office_have_no_gap_in_a_year() -> None:
    taken: dict[tuple[str, int], list[int]] = defaultdict(list)
    rows = issued("jiangxi_base/PJ-05")
    for row in rows:
        if row["serial"]:
            taken[row["organisation_id"], row["year"]].append(row["serial"])
    assert len(rows) > 2
    for serials in taken.values():
        assert serials == list(range(1, len(serials) + 1))


def test_an_official_text_names_articles_and_no_clause_of_our_register() -> None:
    said = "".join(paper("council_resolution")["body"])
    assert "（章程第二十二条）" in said
    assert not re.search(r"[A-Z]{2}-\d", said)


def test_an_ending_cites_the_ground_on_which_it_was_decided_and_no_other() -> None:
    said = paper("ending")["body"][0]
    assert said.endswith(
        "存在《国家技术标准创新基地（江西绿色生态）区域（行业）中心管理办法（试行）》第20条规定的情形。"
    )


def test_a_change_is_granted_to_the_name_as_it_was() -> None:
    said = paper("change_decision")
    assert said["title"] == "关于同意国家技术标准创新基地（江西绿色生态竹产业中心）变更的批复"
    assert "变更后的名称：国家技术标准创新基地（江西绿色生态竹木产业中心）" in said["body"]


def test_nobody_sends_a_copy_to_themselves() -> None:
    (row,) = (row for row in issued("jiangxi/SC-079") if row["kind"] == "extension_denial")
    assert (row["content"]["office"], row["content"]["copies"]) == ("单位recommender_a", "")


def test_the_summary_is_a_table_with_a_row_for_each_comment() -> None:
    table = paper("comment_summary")["table"]
    assert [row[0] for row in table["rows"]] == ["1", "2", "3"]
    assert table["rows"][2][3:] == ["被征求意见单位乙（逾期）", "部分采纳：采纳文字修改。"]


def test_who_returns_an_application_signs_it_though_the_box_is_the_applicants() -> None:
    (row,) = (row for row in issued(WALKS["project_return"]) if row["kind"] == "project_return")
    assert row["content"]["office"] == "单位base_office"


# --- long names, many addressees, long tables ----------------------------------------------------

MANY = "、".join(f"第{number}号被征求意见的单位" for number in range(1, 80))


def pages(drawn: bytes) -> int:
    return len(re.findall(rb"/Type /Page\n", drawn))


@pytest.mark.parametrize("copies", ["", "华河省人民政府", "、".join([MANY] * 3)])
def test_many_addressees_and_copies_find_room(copies: str) -> None:
    said = paper("comment_letter") | {"addressee": MANY, "copies": copies}
    assert 3 <= pages(pdf.draw(said)) <= 10


def test_a_row_longer_than_a_page_goes_on_over_pages() -> None:
    said = paper("comment_summary")
    long = ["1", "第十条", "意见" * 2000, "某单位", "采纳"]
    table = said["table"] | {"rows": [long, *(60 * [["2", "第十一条", "意见", "乙", "采纳"]])]}
    assert pages(pdf.draw(said | {"table": table})) > 8


def test_a_long_title_is_broken_into_lines_about_equally_long() -> None:
    title = (
        "关于同意国家技术标准创新基地（江西绿色生态）创新项目绿色竹制品评价标准研制调整申请的批复"
    )
    lines = layout.title_lines(title)
    assert "".join(lines) == title
    assert max(map(len, lines)) <= 20 and min(map(len, lines)) >= 12
    assert not any(line[0] in layout.CLOSING or line[-1] in layout.OPENING for line in lines)
    assert layout.title_lines("关于公开的公告") == ["关于公开的公告"]


@pytest.mark.parametrize("organ", ["办公室", "国家技术标准创新基地（江西绿色生态）理事会" * 2])
def test_the_day_is_centred_below_the_name_and_both_stay_on_the_page(organ: str) -> None:
    of_name, of_day = layout.signature_indents(organ, "2026年11月20日")
    name, day = min(layout.width(organ, 16), layout.ROOM), layout.width("2026年11月20日", 16)
    assert of_name + name / 2 == pytest.approx(of_day + day / 2)
    assert of_name >= -0.01 and of_day >= layout.DATE_INDENT


def test_where_a_regulation_gives_no_english_name_yet_nothing_stands_for_it() -> None:
    (row,) = (row for row in issued("shanxi/AA-11") if row["kind"] == "approval")
    assert "（筹），承担单位为" in "".join(row["content"]["body"])
