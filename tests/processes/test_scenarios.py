"""The law's acceptance scenarios, played on the shipped procedures by the real acts."""

from pathlib import Path

import pytest

from server.studio.scenarios import scenario
from tests.processes.trails import FILES, played
from tests.walk import shipped


def name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.xdist_group("scenarios")
@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_procedure_does_what_the_scenario_says(path: Path) -> None:
    assert played().results[path].lines == ()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_scenario_cites_its_clauses_and_expects_something(path: Path) -> None:
    read = scenario.load(path.read_bytes(), path.stem, path.parent.name)
    assert read.basis
    assert read.clauses
    assert all(shipped().clauses.exists(clause) for clause in read.clauses)
    assert any(step.expected for step in read.steps)


@pytest.mark.xdist_group("scenarios")
def test_four_scenarios_take_less_than_a_second_of_one_processor() -> None:
    assert played().cpu_seconds < len(played().results) / 4
