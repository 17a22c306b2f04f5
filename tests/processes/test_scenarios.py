"""The law's acceptance scenarios, played on the shipped diagrams."""

import tomllib
from pathlib import Path

import pytest

from tests.processes.scenario import ACTS, CHECKS, Play
from tests.walk import ROOT, shipped

FOLDER = ROOT / "processes/scenarios"
FILES = sorted(FOLDER.glob("[!u]*/*.toml"))
WORDS = {"given", "when", "then"}
KEYS = {
    *WORDS,
    *ACTS,
    *CHECKS,
    "on",
    "case",
    "with",
    "each",
    "number",
    "refused",
    "cites",
    "fields",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_procedure_does_what_the_scenario_says(path: Path) -> None:
    Play(path).run()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_scenario_is_complete_and_cites_known_clauses(path: Path) -> None:
    scenario = tomllib.loads(path.read_text(encoding="utf-8"))
    assert scenario["id"] == path.stem and scenario["title"] and scenario["basis"]
    assert all(shipped().clauses.exists(clause) for clause in scenario["clauses"])
    assert all(set(step) <= KEYS for step in scenario["step"])
    assert any(set(step) & {"refused", *CHECKS} for step in scenario["step"])
