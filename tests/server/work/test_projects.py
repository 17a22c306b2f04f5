"""What everybody of a regime sees of projects and rounds, and the ledger of the funds."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from server import db
from server.errors import NotFound, Refused
from server.studio.scenarios import finding
from server.work import beginning, projects, worklist
from server.work import desk as desks
from server.work.inbox import Wanted
from server.work.people import Person
from server.work.sql import Row
from tests.office import Office
from tests.server.work.played import played
from tests.walk import shipped

REGIME = "jiangxi_base"


def of(name: str) -> Person:
    return finding.person(name, "undertaker", REGIME, None)


def test_a_published_project_is_listed_with_who_joined_and_may_be_joined(tmp_path: Path) -> None:
    with played("jiangxi_base/PJ-08", tmp_path):
        (seen,) = projects.published(of("unit_c"), Wanted(), shipped()).items
        assert (seen["project_number"], seen["joined"]) == ("创新项目〔2025〕0001号", 2)
        assert seen["joinable"] and not seen["readable"]
        assert projects.published(of("unit_a"), Wanted(), shipped()).items[0]["readable"]
        assert projects.published(of("unit_c"), Wanted(text="没有"), shipped()).items == []
        officer = finding.holder("authority", REGIME)
        assert not projects.published(officer, Wanted(), shipped()).items[0]["joinable"]


def test_a_project_that_is_over_is_listed_and_closed_to_joiners(tmp_path: Path) -> None:
    with played("jiangxi_base/SC-095", tmp_path):
        (seen,) = projects.published(of("unit_c"), Wanted(), shipped()).items
        assert (seen["state"], seen["joinable"], seen["results"]) == ("archived", False, 1)
        anybody = of("unit_c")
        with db.read() as tx:
            assert projects.results(tx, anybody) == {"association_standard": 1}


def test_a_joiner_reads_the_answers_to_their_own_requests_only(tmp_path: Path) -> None:
    with played("jiangxi_base/PJ-08", tmp_path):
        joiner, other = finding.holder("joiner", REGIME), of("unit_c")
        with db.read() as tx:
            told = [(each["title"], each["decision"]) for each in projects.requests(tx, joiner)]
            assert told == [("苍山公司", "accepted"), ("苍山公司", "refused")]
            assert projects.requests(tx, other) == []


def test_a_stranger_may_start_what_is_open_and_nothing_else(tmp_path: Path) -> None:
    with played("jiangxi_base/SC-097", tmp_path) as play:
        case, stranger = play.cases["本案"], of("unit_c")
        with db.read() as tx:
            desk = desks.of_case(tx, case, stranger.id, lock=False)
            offered = {each["process_id"] for each in beginning.startable_in(desk, stranger)}
        assert offered == {"project_join", "project_comment"}
        with pytest.raises(NotFound):
            worklist.start_procedure(stranger, case, "project_withdrawal", {})
        expert = finding.person("expert_1", "expert_panel", REGIME, None)
        with pytest.raises(NotFound):
            worklist.start_procedure(expert, case, "project_join", {})


def rounds(person: Person) -> list[Row]:
    with db.read() as tx:
        return projects.rounds(tx, person)


def test_comments_are_open_to_consulted_units_until_the_round_closes(tmp_path: Path) -> None:
    with played("jiangxi_base/SC-128", tmp_path):
        (running,) = rounds(finding.holder("consulted", REGIME))
        assert running["record"]["letter_number"] == "赣标创发〔2024〕2号"
        assert rounds(finding.person("expert_1", "expert_panel", REGIME, None)) == []
    with played("jiangxi_base/CR-01", tmp_path):
        assert rounds(finding.holder("consulted", REGIME)) == []


def test_the_ledger_sums_up_by_source_and_is_for_the_office_only(tmp_path: Path) -> None:
    with played("jiangxi_base/FB-01", tmp_path):
        officer, unit = finding.holder("authority", REGIME), of("unit_a")
        regimes = projects.keeps_books(officer, shipped())
        with db.read() as tx:
            balance = projects.balance(tx, regimes)
        assert (balance["income"], balance["left"]) == (Decimal("125001.5"), Decimal("-10.0"))
        assert balance["sources"]["council_units"] == Decimal("5000.5")
        assert len(projects.bookings(officer, Wanted(), regimes).items) == 6
        spent = projects.bookings(officer, Wanted(state="fund_expense"), regimes).items
        assert [each["kind"] for each in spent] == ["fund_expense"] * 2
        assert projects.keeps_books(unit, shipped()) == []
        with pytest.raises(NotFound):
            projects.bookings(unit, Wanted(), [])


def test_a_refusal_of_the_starting_condition_has_the_code_of_the_diagram(tmp_path: Path) -> None:
    with played("jiangxi_base/PJ-06", tmp_path) as play:
        closed = play.cases["乙案"]
        with pytest.raises(Refused) as refused:
            worklist.start_procedure(of("unit_c"), closed, "project_join", {})
        assert (refused.value.code, refused.value.clauses) == (
            "joining_closed",
            ("JB-10.4", "JB-10.5"),
        )


def test_an_office_without_projects_has_empty_lists_in_both_databases(office: Office) -> None:
    person = office["applicant"]
    assert projects.published(person, Wanted(text="x", state="y"), shipped()).items == []
    assert projects.bookings(person, Wanted(text="x"), ["shanxi"]).items == []
    with db.read() as tx:
        assert projects.rounds(tx, person) == projects.requests(tx, person) == []
        assert projects.results(tx, person) == {}
        assert projects.balance(tx, ["shanxi"])["left"] == 0
