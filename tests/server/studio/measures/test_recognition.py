"""Articles and clauses are found again however a page broke the text, as the register has them."""

from __future__ import annotations

import csv
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.studio.measures.recognition import Instrument, number, numeral, recognise
from server.views import HERE

ROOT = HERE.parents[1]
WORDS = "申报单位应当按规定向主管部门提出申请经审核同意后组织评审并备案予以批准建设验收整改"

sentence = st.text(alphabet=WORDS, min_size=8, max_size=90).map(lambda words: f"{words}。")
items = st.lists(sentence, min_size=2, max_size=5)


@st.composite
def article(draw: st.DrawFn) -> list[str]:
    """The paragraphs of an article: plain ones, or a lead and its items."""
    if draw(st.booleans()):
        return draw(st.lists(sentence, min_size=1, max_size=3))
    lead = draw(st.text(alphabet=WORDS, min_size=4, max_size=20))
    told = draw(items)
    return [f"{lead}：", *(f"（{numeral(n)}）{one}" for n, one in enumerate(told, 1))]


def expected(articles: list[list[str]]) -> list[tuple[str, str]]:
    """Id and words of the clauses."""
    return [
        (f"YC-{n}.{k}", text)
        for n, told in enumerate(articles, 1)
        for k, text in enumerate([one for one in told if not one.endswith("：")], 1)
    ]


def wide(text: str) -> str:
    """Digits as a typesetter of Chinese texts may set them."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isdecimal() else c for c in text)


def rendered(
    articles: list[list[str]], width: int, arabic: bool, full: bool, gaps: bool, indent: str
) -> str:
    """The text as a page shows it: indented paragraphs, lines of one width, page numbers."""
    lines = ["某省技术标准创新基地管理办法", "", "第一章　总　则"]
    for n, told in enumerate(articles, 1):
        name = f"第{n if arabic else numeral(n)}条"
        head = wide(name) if full else name
        for place, paragraph in enumerate(told):
            whole = f"{indent}{head}　{paragraph}" if place == 0 else f"{indent}{paragraph}"
            lines += [whole[at : at + width] for at in range(0, len(whole), width)]
        if n % 5 == 0:
            lines += [f"— {n} —", "第二章 申 报"]
    return ("\n\n" if gaps else "\n").join(lines)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(article(), min_size=1, max_size=24),
    st.integers(14, 60), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip
def test_the_same_clauses_are_found_however_the_page_was_set(
    articles: list[list[str]], width: int, arabic: bool, full: bool, gaps: bool
) -> None:
    assert_found(articles, rendered(articles, width, arabic, full, gaps, "　　"))


def assert_found(articles: list[list[str]], text: str) -> None:
    found = recognise(text, "YC")
    assert [each.title for each in found] == ["某省技术标准创新基地管理办法"]
    pieces = [piece for each in found[0].articles for piece in each.pieces]
    assert [(piece.id, piece.text) for piece in pieces] == expected(articles)


@settings(max_examples=60, deadline=None)
@given(st.lists(article(), min_size=1, max_size=12), st.integers(14, 60), st.booleans())
def test_without_indents_numbers_and_short_lines_tell_the_paragraphs(
    articles: list[list[str]], width: int, gaps: bool
) -> None:
    numbered = [told if told[0].endswith("：") else told[:1] for told in articles]
    assert_found(numbered, rendered(numbered, width, False, False, gaps, ""))


@given(st.integers(1, 999))
def test_every_number_is_read_as_it_is_written(value: int) -> None:
    assert number(numeral(value)) == value == number(str(value))


def only(text: str) -> Instrument:
    found = recognise(text, "YC")
    assert len(found) == 1
    return found[0]


def test_a_reference_at_the_beginning_of_a_line_begins_no_article() -> None:
    found = only("第一条　依照\n第二条的规定办理，\n第三条第一款除外。\n第二条　附则。")
    assert [each.article for each in found.articles] == ["第一条", "第二条"]
    assert found.articles[0].text == "依照第二条的规定办理，第三条第一款除外。"


def test_western_punctuation_full_width_digits_and_angle_quotes_become_what_the_law_uses() -> None:
    found = only("第１条　依据«标准化法»,期限为２０个工作日;费用为3.5万元(含税).")
    assert found.articles[0].text == "依据《标准化法》，期限为20个工作日；费用为3.5万元（含税）。"


def test_a_heading_in_brackets_is_the_title_of_the_article() -> None:
    assert only("第一条 【目的】为了管理，制定本办法。").articles[0].title == "目的"


def test_what_follows_the_last_article_belongs_to_none() -> None:
    found = only("第一条　办法。\n附件：申报书\n第二条　不是条文。")
    assert [each.text for each in found.articles] == ["办法。"]


def test_a_letter_with_two_instruments_gives_both() -> None:
    text = "附件1\n某办法\n第一条　甲。\n第二条　乙。\n附件2\n某章程\n第一条　丙。"
    found = recognise(text, "YC")
    assert [(each.title, len(each.articles)) for each in found] == [("某办法", 2), ("某章程", 1)]


def test_articles_that_a_text_leaps_over_are_told() -> None:
    assert only("第一条　甲。\n第二条　乙。\n第四条　丁。").missing == [3]


@pytest.mark.parametrize("text", ["", "没有条文。", "条条条第第第", "\x00\ufffe", "第零条 甲"])
def test_a_text_without_a_first_article_has_no_instrument(text: str) -> None:
    assert recognise(text, "YC") == []


def test_a_text_too_long_or_with_too_many_articles_is_refused() -> None:
    with pytest.raises(ValueError, match="万字"):
        recognise("甲" * 200_001, "YC")
    many = "\n".join(f"第{n}条　甲。" for n in range(1, 400))
    with pytest.raises(ValueError, match="300 条"):
        recognise(many, "YC")


@given(st.text(max_size=400))
def test_any_text_is_read_without_error(text: str) -> None:
    for each in recognise(text, "YC"):
        assert all(one.pieces for one in each.articles if one.text)


# --- the register -------------------------------------------------------------------------------

PREFIXES = ("GB", "SX", "JX", "JB", "JC")


def rows(sheet: str, prefix: str) -> list[dict[str, str]]:
    with (ROOT / f"processes/law/{sheet}.csv").open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["id"].startswith(f"{prefix}-")]
    return [row for row in found if not row["id"].startswith(f"{prefix}-0")]


def bare(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))


def printed(articles: list[dict[str, str]], width: int = 34) -> str:
    """The articles of the register set as a page, as the regulations came."""
    lines = []
    for row in articles:
        heading = f"【{row['title']}】" if row["title"] else ""
        for place, paragraph in enumerate(row["text"].split("\n")):
            whole = (
                f"　　{row['article']}　{heading}{paragraph}" if place == 0 else f"　　{paragraph}"
            )
            lines += [whole[at : at + width] for at in range(0, len(whole), width)]
    return "\n".join(lines)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_articles_of_the_register_are_found_again(prefix: str) -> None:
    told = [row for row in rows("articles", prefix) if "无第六条" not in row["text"]]
    found = {each.id: each for each in only_of(printed(told), prefix).articles}
    assert list(found) == [row["id"] for row in told]
    assert [bare(found[row["id"]].text) for row in told] == [bare(row["text"]) for row in told]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_nearly_every_clause_of_the_register_lies_in_one_that_is_recognised(prefix: str) -> None:
    told = [row for row in rows("articles", prefix) if "无第六条" not in row["text"]]
    found = {each.id: each for each in only_of(printed(told), prefix).articles}
    inside = [
        any(bare(row["rule_zh"]) in bare(piece.text) for piece in found[article].pieces)
        for row in rows("clauses", prefix)
        if (article := row["id"].partition(".")[0]) in found
    ]
    assert sum(inside) >= 0.95 * len(inside)


def only_of(text: str, prefix: str) -> Instrument:
    found = recognise(text, prefix)
    assert len(found) == 1
    return found[0]
