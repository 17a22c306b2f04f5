from datetime import date

import pytest

from handlers.rules.conflicts import Tie, conflict, involved, ties

TODAY = date(2026, 1, 23)
PARTIES = {"ORG-A", "ORG-B"}


def expert(**interest: object) -> dict[str, object]:
    return {"id": "E1", "organisation_id": "ORG-X", "interests": [interest] if interest else []}


def test_an_expert_without_ties_to_the_parties_may_serve() -> None:
    assert conflict(expert(), PARTIES, TODAY, 3) is None


def test_an_employee_of_the_applicant_is_barred() -> None:
    employee = {"id": "E1", "organisation_id": "ORG-A"}
    assert conflict(employee, PARTIES, TODAY, 3) == Tie("ORG-A", "employed")


@pytest.mark.parametrize("kind", ["owner", "declared"])
def test_an_owner_or_a_declared_interest_is_barred(kind: str) -> None:
    tie = conflict(expert(organisation_id="ORG-B", kind=kind), PARTIES, TODAY, 3)
    assert tie is not None and tie.kind == kind


@pytest.mark.parametrize(
    ("until", "barred"),
    [("2023-01-23", True), ("2023-01-22", False), (date(2025, 6, 30), True), ("", True)],
)
def test_former_work_counts_for_three_years_the_same_day_included(
    until: object, barred: bool
) -> None:
    former = expert(organisation_id="ORG-A", kind="worked", until=until)
    assert (conflict(former, PARTIES, TODAY, 3) is not None) is barred


def test_an_interest_is_declared_unless_it_says_otherwise() -> None:
    assert ties(expert(organisation_id="ORG-A"))[1] == Tie("ORG-A", "declared")


def test_a_malformed_list_of_interests_is_no_tie() -> None:
    assert ties({"id": "E1", "organisation_id": "", "interests": "ORG-A"}) == []


@pytest.mark.parametrize("written", ["华河研究院(北京)", " 华河研究院 （北京）"])
def test_a_partner_is_recognised_however_its_name_is_written(written: str) -> None:
    parties = involved("ORG-A", [{"partner_name": written}, {"partner_name": None}])
    employee = {"id": "E1", "organisation_id": "ORG-P", "organisation": "华河研究院（北京）"}
    assert conflict(employee, parties, TODAY, 3) is not None


def test_whoever_worked_for_a_partner_is_barred_like_for_the_applicant() -> None:
    parties = involved("ORG-A", [{"partner_name": "华河研究院"}])
    left = {"organisation_id": "ORG-P", "organisation": "华河研究院", "until": "2024-06-30"}
    assert conflict(expert(**left, kind="worked"), parties, TODAY, 3) is not None


def test_an_interest_in_no_organisation_ties_to_nobody() -> None:
    assert involved(None, None) == set()
    assert conflict(expert(organisation_id=None), {"None"}, TODAY, 3) is None
