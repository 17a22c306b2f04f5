"""The search box."""

import re

from tests.server.views.conftest import Visit, Visitor


def test_results_stand_in_groups(applicant: Visitor) -> None:
    page = applicant.get("/search?q=申报").text
    for group in ("cases-title", "steps-title", "clauses-title"):
        assert f'id="{group}"' in page
    assert "（碳基新材料）申报" in page and "编制申报材料" in page and "在列表中查看全部" in page


def test_a_stranger_finds_clauses_only(applicant: Visitor, visit: Visit) -> None:
    page = visit("national_applicant").get("/search?q=申报").text
    assert 'id="cases-title"' not in page and 'id="steps-title"' not in page
    assert 'id="clauses-title"' in page


def test_an_empty_and_a_vain_search_say_so(applicant: Visitor) -> None:
    assert "请输入要找的文字" in applicant.get("/search").text
    assert "没有找到" in applicant.get("/search?q=没有这样的东西").text


def test_hostile_words_are_shown_as_text(applicant: Visitor) -> None:
    page = applicant.get("/search?q=<script>alert(1)</script>").text
    assert "<script>alert" not in page


def test_a_case_that_is_found_says_who_has_it_and_until_when(
    visit: Visit, applicant: Visitor
) -> None:
    page = visit("shanxi_recommender").get("/search?q=碳基").text
    line = re.search(r"申报准备[^<]*", page)
    assert line and "编制申报材料（云岭碳基材料研究院）" in line[0]
