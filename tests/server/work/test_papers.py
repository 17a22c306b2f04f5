"""Official papers as files: what stands on them, in which order, with which typeface."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from server.work.papers import layout, pdf, word

CONTENT = {
    "organ": "国家标准化管理委员会",
    "number": "GB批〔2026〕1号",
    "date": "2026年11月20日",
    "mark": "（征求意见稿）",
    "title": "关于同意建设国家技术标准创新基地（先进计算）的批复",
    "addressee": "某研究院",
    "body": ["经研究，现批复如下：", "一、同意建设。" * 6],
    "copies": "华河省人民政府",
}


LONG = 9
"""Pages of 168 lines: 11 beside the head, 22 on each further page, the last with the signature."""


def pages(drawn: bytes) -> int:
    return len(re.findall(rb"/Type /Page\n", drawn))


def test_the_pdf_embeds_its_typeface_and_is_the_same_each_time() -> None:
    drawn = pdf.draw(CONTENT)
    assert b"/FontFile2" in drawn
    assert drawn == pdf.draw(CONTENT)
    assert b"Helvetica" not in drawn
    assert pages(drawn) == 1


def test_a_long_paper_goes_on_over_pages_with_their_numbers() -> None:
    drawn = pdf.draw(CONTENT | {"body": ["一、" + "同意建设。" * 300] * 3})
    assert pages(drawn) == LONG


def test_the_docx_has_every_part_in_the_order_of_the_standard() -> None:
    with zipfile.ZipFile(io.BytesIO(word.draw(CONTENT))) as packed:
        text = packed.read("word/document.xml").decode()
    told = ["".join(re.findall(r"<w:t[^>]*>([^<]*)", p)) for p in text.split("</w:p>")]
    parts = [each for each in told if each]
    assert parts == [
        "国家标准化管理委员会文件",
        "GB批〔2026〕1号",
        CONTENT["title"],
        "（征求意见稿）",
        "某研究院：",
        *CONTENT["body"],
        "国家标准化管理委员会",
        "2026年11月20日",
        "抄送：华河省人民政府。",
        "国家标准化管理委员会　2026年11月20日印发",
    ]


@pytest.mark.parametrize("text", ["省标准化主管部门文件", "国" * 40])
def test_the_head_fits_on_one_line(text: str) -> None:
    room = (layout.PAGE_WIDTH - layout.LEFT - layout.RIGHT) * 72 / 25.4
    assert layout.head_size(text) * len(text) <= room + 0.01
