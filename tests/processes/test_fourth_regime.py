"""A province is added by rows, one regime.toml and texts: no diagram, no form, no Python."""

from functools import cache

from server.law import checks
from server.law.catalogue import Catalogue, load
from server.rehearsal import machinery
from server.studio import scenarios
from tests.processes import fourth_regime
from tests.processes.fourth_regime import HERE, REGIME
from tests.walk import shipped


@cache
def catalogue() -> Catalogue:
    return load(fourth_regime.tree())


def test_only_rows_one_regime_file_and_texts_are_added() -> None:
    new = set(catalogue().files) - set(shipped().files)
    assert new == {
        f"processes/regimes/{REGIME}/regime.toml",
        f"processes/scenarios/usual/{REGIME}.yaml",
    }
    changed = {p for p in shipped().files if shipped().files[p] != catalogue().files[p]}
    assert {path.rpartition("/")[0] for path in changed} == {"processes/tables", "processes/law"}
    assert len([one for one in catalogue().clauses.articles.values() if one.regime == REGIME]) == 12


def test_the_checks_find_nothing_to_object_to() -> None:
    assert [each.sentence for each in checks.check(catalogue()) if each.severity == "error"] == []


def test_a_base_goes_from_application_to_establishment_under_the_new_measures() -> None:
    assert scenarios.run(catalogue(), machinery(), HERE / "HH-01.yaml").lines == ()


def test_the_other_regimes_go_on_as_before() -> None:
    path = scenarios.files([HERE.parents[2] / "processes/scenarios/shanxi"])[0]
    assert scenarios.run(catalogue(), machinery(), path).lines == ()
