"""Diagrams that speak of states, regions, procedures and dates that do not exist are refused."""

from __future__ import annotations

import pytest

from server.law.catalogue import Catalogue

from .test_checks import errors, findings, swap

APPLICATION = "processes/application.bpmn"
PLAN = "processes/plan_filing.bpmn"
TRANSITIONS = "processes/tables/transitions.dmn"
FROM = '_established_to_rectifying_evaluation_before"><text>'


@pytest.mark.parametrize(
    ("path", "old", "new", "code"),
    [
        (APPLICATION, 'value="in_construction"/>', 'value="constructing"/>', "life"),
        (PLAN, 'value="plan=filed"', 'value="plan=gone"', "life"),
        (APPLICATION, 'value="construction plan_filing', 'value="building plan_filing', "life"),
        (APPLICATION, 'value="construction plan_filing', 'value="guide plan_filing', "life"),
        (APPLICATION, "self_check@construction_end", "self_chek@construction_end", "life"),
        (PLAN, 'name="met" value="plan_filing"', 'name="met" value="plan_filed"', "life"),
        (TRANSITIONS, '<text>"formal_review"</text>', '<text>"formality"</text>', "state"),
        (TRANSITIONS, FROM + '"established"</text>', FROM + '"revoked"</text>', "state"),
    ],
)
def test_a_name_that_does_not_exist_is_refused(
    catalogue: Catalogue, path: str, old: str, new: str, code: str
) -> None:
    found = errors(catalogue, {path: swap(old, new)})
    assert {(each.file, each.code) for each in found} >= {(path, code)}


def test_an_anchor_that_nothing_provides_is_a_warning(catalogue: Catalogue) -> None:
    found = findings(
        catalogue, {APPLICATION: swap("self_check@construction_end", "self_check@the_end")}
    )
    assert [each.severity for each in found if each.code == "life"] == ["warning"]


def test_a_state_that_only_another_regime_has_may_stand_in_a_shared_diagram(
    catalogue: Catalogue,
) -> None:
    assert "plan_revision" not in catalogue.states("shanxi").words
    assert errors(catalogue, {}) == []
