"""The self-check before an application, against the published tables."""

from datetime import date
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from server.law import catalogue
from server.law.law import Law
from server.law.self_check import Criterion, check, questions, stated

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def published() -> catalogue.Catalogue:
    return catalogue.from_disk(ROOT)


def judged(published: catalogue.Catalogue, regime: str, *facts: tuple[str, str]) -> list[Criterion]:
    law = Law.of(published, regime)
    return check(law, stated(questions(law), MultiDict(facts).getlist), TODAY)


@pytest.mark.parametrize("regime", ["national", "shanxi", "jiangxi"])
def test_every_condition_names_a_clause_of_the_regime_and_its_proof(
    published: catalogue.Catalogue, regime: str
) -> None:
    prefix = published.regimes[regime].prefix
    criteria = judged(published, regime)
    assert len(criteria) >= 4
    assert all(one.clause.startswith(f"{prefix}-") and one.paper for one in criteria)
    assert all(published.clauses.exists(one.clause) for one in criteria)


def test_what_is_not_stated_is_not_met(published: catalogue.Catalogue) -> None:
    results = {one.title: one.result for one in judged(published, "shanxi")}
    assert results["具有独立法人资格的企业事业单位"] == "not_met"
    assert results["整体实力在本省行业内领先"] == "judgement"


def test_an_incident_within_three_years_bars_and_an_older_one_does_not(
    published: catalogue.Catalogue,
) -> None:
    def clean(day: str) -> str:
        criteria = judged(published, "shanxi", ("last_incident_on", day))
        return next(one.result for one in criteria if one.clause == "SX-11.5")

    assert (clean("2023-11-20"), clean("2023-11-19")) == ("not_met", "met")


def test_an_incident_with_a_recent_day_bars_whatever_is_declared(
    published: catalogue.Catalogue,
) -> None:
    declared = [("no_incident", "1"), ("last_incident_on", "2025-01-01")]
    found = judged(published, "shanxi", *declared)
    assert next(one.result for one in found if one.clause == "SX-11.5") == "not_met"


def test_a_day_that_is_none_counts_as_not_stated(published: catalogue.Catalogue) -> None:
    law = Law.of(published, "shanxi")
    assert stated(questions(law), MultiDict({"last_incident_on": "yesterday"}).getlist) == {
        "registered_in_province": False,
        "legal_person": False,
        "standards_staff": False,
        "standards_kinds": [],
        "no_incident": False,
        "last_incident_on": None,
    }


def test_choices_that_the_form_does_not_offer_are_dropped(published: catalogue.Catalogue) -> None:
    law = Law.of(published, "shanxi")
    arguments = MultiDict([("standards_kinds", "national"), ("standards_kinds", "invented")])
    assert stated(questions(law), arguments.getlist)["standards_kinds"] == ["national"]


def test_a_regime_without_applications_asks_nothing(published: catalogue.Catalogue) -> None:
    assert questions(Law.of(published, "jiangxi_base")) == []
