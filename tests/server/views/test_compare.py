"""Regulations side by side, with their clauses, differences marked."""

import csv
import io
import re

from tests.server.views.conftest import Visit

SHANXI_PLAN = "收到批准文件之日后30 个工作日内"


def test_the_chosen_regimes_stand_side_by_side_with_their_clauses(visit: Visit) -> None:
    page = visit("shanxi_applicant").get("/compare?regime=shanxi&regime=jiangxi").text
    row = next(one for one in page.split("<tr")[1:] if "报送建设方案<" in one)
    assert "gc-differs" in row and "不同" in row
    for words in (SHANXI_PLAN, "SX-16.2", "2 个月内", "JX-16.2"):
        assert words in row
    assert "GB-" not in page


def test_only_differences_are_shown_when_wanted(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    whole = visitor.get("/compare?regime=shanxi&regime=national").text
    part = visitor.get("/compare?regime=shanxi&regime=national&only=different").text
    differing = whole.count('class="gc-differs"')
    rows = len(re.findall(r"<tr[^>]*>\s*<th scope=\"row\"", part))
    assert 0 < differing == rows < len(re.findall(r"<tr[^>]*>\s*<th scope=\"row\"", whole))


def test_too_few_or_unknown_regimes_give_all_and_never_more_than_four(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    for query in ("", "?regime=shanxi", "?regime=nowhere&regime=<b>"):
        page = visitor.get(f"/compare{query}").text
        assert all(prefix in page for prefix in ("GB-", "SX-", "JX-"))
        assert "<b>" not in page.replace('<b class="gc-badge">', "").split("<main")[1]


def test_the_comparison_is_a_file(visit: Visit) -> None:
    text = visit("shanxi_applicant").get("/compare?regime=shanxi&regime=jiangxi&format=csv").text
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    plan = next(row for row in rows if row["事项"] == "报送建设方案")
    assert (plan["是否不同"], plan["山西省"]) == ("不同", f"{SHANXI_PLAN}（SX-16.2）")


def test_every_line_is_in_words_of_the_page(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    text = visitor.get("/compare?format=csv").text
    told = re.sub(r"[A-Z]{2}-[\d.]+|/ [A-Z].*|\{\w+\}", "", text)
    assert re.findall(r"[a-z]+_[a-z_]+", told) == []
