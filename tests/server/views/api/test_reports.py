"""What is told about cases and law by program: standing, figures, comparison, coverage, search."""

from __future__ import annotations

import pytest

from tests.server.views.api.conftest import Programs, begin, convene


def test_where_a_case_stands_is_told_in_words(program: Programs, case: str) -> None:
    told = program("shanxi_applicant").get(f"/cases/{case}/standing")
    assert told["sentence"].startswith("目前处于") and not told["closed"]
    (step,) = told["steps"]
    assert step["mine"] and step["userTaskId"] and step["office"] and step["then"]
    assert all(clause.startswith("SX-") for clause in step["clauses"])
    seen = program("shanxi_recommender").get(f"/cases/{case}/standing")["steps"][0]
    assert not seen["mine"] and seen["userTaskId"] is None


def test_no_expert_is_named_where_a_case_stands(program: Programs) -> None:
    case = begin(program)["caseId"]
    reviewer = convene(program)
    for someone in (program("shanxi_applicant"), reviewer):
        (step,) = someone.get(f"/cases/{case}/standing")["steps"]
        assert step["people"] == 5 and step["assigneeName"] is None and step["office"] is None


def test_regulations_are_compared_point_by_point(program: Programs) -> None:
    reader = program("shanxi_applicant")
    told = reader.get("/comparison?regimes=national,shanxi,jiangxi")
    assert told["regimes"] == ["national", "shanxi", "jiangxi"]
    for section in told["sections"]:
        assert all(len(point["cells"]) == 3 for point in section["points"])
        assert section["differences"] == sum(point["differs"] for point in section["points"])
    assert reader.get("/comparison?regimes=national", 422)
    assert reader.get("/comparison?regimes=national,nowhere", 404)


def test_coverage_counts_every_clause_once(program: Programs) -> None:
    reader = program("shanxi_applicant")
    rows, after = [], ""
    while True:
        page = reader.get(f"/regimes/shanxi/coverage?limit=30{after}")
        rows += page["items"]
        if not page["page"]["hasMoreItems"]:
            break
        after = f"&after={page['page']['endCursor']}"
    there = reader.get("/clauses?regime=shanxi&limit=500")["items"]
    assert [row["clause"]["id"] for row in rows] == [one["id"] for one in there]
    some = reader.search("regimes/shanxi/coverage", filter={"state": "manual"})
    assert some and {row["state"] for row in some} == {"manual"}
    assert reader.get("/regimes/nowhere/coverage", 404)
    assert all(one["question"] for one in reader.get("/regimes/shanxi/readings")["items"])


def test_figures_are_of_what_one_may_read(program: Programs, case: str) -> None:
    assert program("shanxi_leader").get("/figures")["totals"]["cases"] == 1
    assert program("shanxi_leader").get("/figures?regime=shanxi")["lives"][0]["id"] == case
    assert program("jiangxi_leader").get("/figures")["totals"]["cases"] == 0
    assert program("shanxi_leader").get("/figures?regime=nowhere", 404)


def test_assumptions_are_those_of_the_regime(program: Programs, case: str) -> None:
    known = program("shanxi_applicant").get(f"/cases/{case}/assumptions")["items"]
    assert known and all(one["name"] for one in known)
    path = f"/cases/{case}/forecasts"
    refused = program("shanxi_applicant").post(path, {"assume": ["nothing"]}, 422)
    assert refused["errors"][0]["pointer"] == "/assume"
    assert program("national_applicant").post(path, {}, 404)


def test_nothing_is_forecast_while_a_panel_sits(program: Programs) -> None:
    case = begin(program)["caseId"]
    convene(program)
    answer = program("shanxi_applicant").post(f"/cases/{case}/forecasts", {}, 403)
    assert answer["code"] == "panel_in_session"


def test_one_search_finds_every_kind(program: Programs, case: str) -> None:
    found = program("shanxi_applicant").get("/search?text=申报")
    assert [one["id"] for one in found["cases"]] == [case]
    assert found["userTasks"] and found["clauses"] and "clauses" in found["more"]
    nothing = program("national_applicant").get("/search?text=碳基新材料申报")
    assert nothing == {"cases": [], "userTasks": [], "documents": [], "clauses": [], "more": []}
    assert program("shanxi_applicant").get("/search?text=", 422)


@pytest.mark.parametrize("path", ["/projects", "/comment-rounds", "/join-requests"])
def test_projects_are_for_those_whose_regime_has_them(program: Programs, path: str) -> None:
    assert program("jiangxi_base_authority").get(path)["items"] == []


def test_books_are_kept_where_there_are_funds(program: Programs) -> None:
    keeper = program("jiangxi_base_authority")
    assert keeper.get("/fund-bookings")["items"] == keeper.search("fund-bookings") == []
    assert keeper.get("/fund-balance")["left"] == "0"
    assert program("shanxi_authority").get("/fund-balance", 404)
