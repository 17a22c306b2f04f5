"""The states of cases and the moves between them, as the tables have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.law.catalogue import Catalogue, load
from server.law.states import read

LIFE = (
    "application_drafting",
    "recommender_review",
    "application_submitted",
    "formal_review",
    "expert_review",
    "authority_study",
    "in_construction",
    "acceptance_applied",
    "acceptance_review",
    "rectifying_acceptance",
    "acceptance_applied",
    "acceptance_review",
    "established",
)


@pytest.mark.parametrize("regime", ["shanxi", "jiangxi"])
def test_a_base_may_live_from_application_to_establishment(
    catalogue: Catalogue, regime: str
) -> None:
    states = catalogue.states(regime)
    for before, after in zip(("", *LIFE), LIFE, strict=False):
        assert states.forbids(before, after) == ""


@pytest.mark.parametrize(
    ("regime", "before", "after"),
    [
        ("national", "in_construction", "revoked"),
        ("shanxi", "in_construction", "terminated"),
        ("jiangxi", "in_construction", "established"),
        ("shanxi", "authority_study", "public_notice"),
        ("national", "authority_study", "in_construction"),
        ("national", "revoked", "established"),
        ("jiangxi_base", "", "application_drafting"),
        ("national", "", "established"),
    ],
)
def test_a_move_the_law_does_not_have_is_forbidden_in_words(
    catalogue: Catalogue, regime: str, before: str, after: str
) -> None:
    assert "没有从" in catalogue.states(regime).forbids(before, after)


def test_nothing_follows_a_final_state(catalogue: Catalogue) -> None:
    for regime in catalogue.regimes:
        states = catalogue.states(regime)
        assert not [move for move in states.moves if states.is_final(move[0])]
        assert states.finals


def test_every_state_is_reached_and_every_move_ends_in_a_state(catalogue: Catalogue) -> None:
    for regime in catalogue.regimes:
        states = catalogue.states(regime)
        assert {after for _, after in states.moves} == states.words.keys()
        assert {before for before, _ in states.moves} <= {"", *states.words}


def test_a_regime_without_a_table_of_moves_forbids_none() -> None:
    assert read([], []).forbids("anything", "at_all") == ""
    assert load({}).states("nowhere").forbids("", "x") == ""


def test_the_end_before_establishment_has_the_word_of_the_regime(catalogue: Catalogue) -> None:
    assert catalogue.states("national").words["terminated"][0] == "终止建设"
    assert "terminated" not in catalogue.states("shanxi").words
    assert catalogue.states("shanxi").words["in_construction"][0] == "筹建中"


def test_a_regime_has_the_procedures_that_cite_it_and_are_not_switched_off(
    catalogue: Catalogue,
) -> None:
    assert "plan_filing" in catalogue.procedures("shanxi")
    assert "plan_filing" not in catalogue.procedures("national")
    assert "self_check" not in catalogue.procedures("jiangxi")
    assert "midterm" not in catalogue.procedures("jiangxi")
    assert not {"formal_review", "expert_review"} & catalogue.procedures("national").keys()
    assert Path(catalogue.procedures("national")["midterm"]).parts[2] == "national"
