"""Lists: filtered, sorted, counted, paged by cursor; a search and its plain list agree."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from tests.server.views.api.conftest import Json, Program, Programs, begin, token_of

LISTS = {
    "user-tasks": {"regime": "shanxi", "text": "碳"},
    "cases": {"regime": "shanxi", "text": "SHANXI"},
    "deadlines": {"regime": "shanxi", "standing": "open"},
    "steps": {"role": "undertaker", "standing": "open"},
    "clauses": {"regime": "shanxi", "text": "公示"},
}


@pytest.fixture
def applicant(program: Programs) -> Program:
    """Who has five tasks in five cases."""
    for _ in range(5):
        begin(program)
    return program("shanxi_applicant")


def walk(program: Program, path: str, limit: int) -> list[Json]:
    """All rows of a list, page after page."""
    rows, after = [], ""
    while True:
        page = program.get(f"{path}&limit={limit}" + (f"&after={after}" if after else ""))
        rows += page["items"]
        if not page["page"]["hasMoreItems"]:
            assert page["page"]["endCursor"] is None
            return rows
        assert len(page["items"]) == limit
        after = page["page"]["endCursor"]


@pytest.mark.parametrize("what", LISTS)
def test_a_search_and_the_plain_list_agree(applicant: Program, what: str) -> None:
    by_search = applicant.search(what, filter=LISTS[what])
    assert applicant.get(f"/{what}?{urlencode(LISTS[what])}")["items"] == by_search
    assert by_search or what == "deadlines"


@pytest.mark.parametrize(
    "path", ["/user-tasks?sort=-caseNumber", "/cases?regime=shanxi", "/steps?role=undertaker"]
)
def test_pages_hold_every_row_once(applicant: Program, path: str) -> None:
    rows = walk(applicant, path, 2)
    assert len({row["id"] for row in rows}) == len(rows) == 5
    assert rows == walk(applicant, path, 500)


def test_the_clauses_are_paged_in_the_order_of_the_register(applicant: Program) -> None:
    ids = [row["id"] for row in walk(applicant, "/clauses?regime=shanxi", 40)]
    assert len(set(ids)) == len(ids) > 80


def test_tasks_are_sorted_both_ways(applicant: Program) -> None:
    def numbers(order: str) -> list[str]:
        sort = {"field": "caseNumber", "order": order}
        return [row["caseNumber"] for row in applicant.search("user-tasks", sort=sort)]

    assert numbers("asc") == sorted(numbers("asc")) == numbers("desc")[::-1]


def test_tasks_are_counted(applicant: Program) -> None:
    counts = applicant.get("/user-tasks/counts")
    assert counts == {
        "roles": [{"role": "undertaker", "count": 5, "overdue": 0}],
        "total": 5,
        "overdue": 0,
    }


def test_what_is_completed_has_an_order_of_its_own(applicant: Program) -> None:
    body = {"filter": {"state": "completed"}, "sort": {"field": "dueOn"}}
    refused = applicant.post("/user-tasks/search", body, 422)
    assert [(each["in"], each["pointer"]) for each in refused["errors"]] == [("body", "/sort")]


def test_only_the_own_cases_are_listed_when_asked(program: Programs, applicant: Program) -> None:
    assert applicant.get("/cases?openedBy=me")["items"] == []
    assert len(program("shanxi_recommender").get("/cases?openedBy=me")["items"]) == 5


def test_a_filter_that_fits_nothing_gives_nothing(applicant: Program) -> None:
    for what in LISTS:
        assert applicant.search(what, filter={"text": "不存在的字样"}) == []


def test_wildcards_are_plain_text(applicant: Program) -> None:
    assert applicant.search("cases", filter={"text": "%"}) == []
    assert applicant.search("cases", filter={"text": "_"}) == []


def test_the_journal_is_sorted_and_paged(program: Programs, applicant: Program) -> None:
    case = applicant.get("/cases")["items"][0]["id"]
    newest = applicant.search(
        "audit-entries", filter={"caseId": case}, sort={"field": "seq", "order": "desc"}
    )
    oldest = walk(applicant, f"/cases/{case}/audit-entries?act=start", 1)
    assert [each["seq"] for each in newest] == [2, 1]
    assert [each["seq"] for each in oldest] == [1]
    assert newest[0]["prevHash"] == newest[1]["hash"]


def test_who_has_no_office_has_empty_lists(program: Programs, applicant: Program) -> None:
    assert token_of("jiangxi_applicant")
    stranger = program("jiangxi_applicant")
    for what in ("user-tasks", "cases", "deadlines", "steps"):
        assert stranger.search(what) == []
