"""A regime modelled on another: shared diagrams show its own clauses, and it owes what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from server.law import catalogue as catalogues
from server.law import coverage_states, lens
from server.law.catalogue import Catalogue
from server.law.checks import check, obligations
from server.law.coverage import coverage
from server.law.obligations import Obligation
from tests.processes import fourth_regime
from tests.processes.fourth_regime import REGIME
from tests.server.law.checks.test_obligations import APPLICATION, detour

TOML = f"processes/regimes/{REGIME}/regime.toml"
BASIS = {"GB-13.1": "HH-5.1", "GB-14.1": "HH-6.1", "GB-16.1": "HH-7.1"}


def modelled(basis: Mapping[str, str], model: str = "national", **other: bytes) -> Catalogue:
    files = {**fourth_regime.tree(), **other}
    told = "\n".join(f'"{cited}" = "{own}"' for cited, own in basis.items())
    own = f'modelled_on = "{model}"\n{files[TOML].decode()}\n[basis]\n{told}\n'
    return catalogues.load({**files, TOML: own.encode()})


@pytest.fixture(scope="module")
def made() -> Catalogue:
    return modelled(BASIS)


def owed(made: Catalogue) -> dict[str, Obligation]:
    return {each.id: each for each in obligations.owed(made) if REGIME in each.regimes}


def test_a_shared_step_shows_the_clauses_of_the_regime(made: Catalogue) -> None:
    cited = ("GB-13.1", "SX-14.1", "JX-15.1")
    assert [one.id for one in made.clauses_of(REGIME, cited)] == ["HH-5.1"]
    assert [one.id for one in made.clauses_of("shanxi", cited)] == ["SX-14.1"]
    assert made.clauses_of(REGIME, ["SX-14.1"]) == made.clauses_of("nowhere", cited) == []


def test_the_lens_shows_them_too(made: Catalogue) -> None:
    seen = lens.lens(made, REGIME, "application")
    assert seen and seen.by_id["call_formal_review"].clauses == ("HH-5.1",)


def test_a_step_that_is_reached_carries_the_clause_out(made: Catalogue) -> None:
    index = coverage(made)
    places = {(place.kind, place.element) for place in index.of_clause("HH-5.1")}
    assert ("element", "call_formal_review") in places
    standing = {s.clause.id: s for s in coverage_states.standings(made, index, REGIME)}
    assert standing["HH-5.1"].counts["element"] > 0
    assert standing["HH-3.1"].counts["element"] == 0, "nothing was chosen for it"


def test_a_clause_that_is_not_there_is_told_beside_the_regime() -> None:
    found = check(modelled({**BASIS, "GB-9.1": "HH-99.1"}))
    assert [(each.file, each.element) for each in found if each.severity == "error"] == [
        (TOML, "HH-99.1")
    ]


def test_it_owes_what_its_text_says_and_nothing_else(made: Catalogue) -> None:
    found = owed(made)
    assert {"formal_review_before_experts", "experts_before_approval"} <= found.keys()
    assert "notice_before_approval" not in found, "its text knows no notice"
    assert "HH-5.1" in found["formal_review_before_experts"].clauses
    assert obligations.breaches(made) == []


def test_it_owes_nothing_for_a_diagram_that_it_does_not_run(made: Catalogue) -> None:
    every = modelled({one.id: "HH-12.1" for one in made.clauses.search(regime="national")})
    national = {each.id for each in obligations.owed(every) if "national" in each.regimes}
    assert national - owed(every).keys() == {"year_to_rectify_before_revocation"}


def test_a_diagram_that_breaks_it_is_caught_for_the_regime_alone() -> None:
    path = f"processes/regimes/{REGIME}/application.bpmn"
    change: Callable[[str], str] = detour("number_case", "call_expert_review")
    text = fourth_regime.tree()[APPLICATION].decode()
    (breach,) = obligations.breaches(modelled(BASIS, **{path: change(text).encode()}))
    assert breach.finding.file == path
    assert "HH-5.1" in breach.finding.sentence
    assert breach.trail[-2:] == ("number_case", "call_expert_review")


def test_models_may_have_models_and_a_circle_ends() -> None:
    assert owed(modelled(BASIS, REGIME)) == {}, "it is no model of itself"
