"""Small procedures for the tests: real tables and regimes, invented diagrams and forms."""

from __future__ import annotations

from pathlib import Path

from server.law.catalogue import tree_on_disk

REGIME = "shanxi"
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LAW = ("processes/law/", "processes/tables/", "processes/regimes/")
TRANSITIONS = "processes/tables/transitions.dmn"
SHORT_CUTS = (
    ("application_drafting", "expert_review"),
    ("authority_study", "application_drafting"),
    ("recommender_review", "formal_review"),
    ("application_drafting", "in_construction"),
)
"""Moves of the invented procedures that the law of the regime does not have."""


def tree() -> dict[str, bytes]:
    """The tree of files that the tests publish."""
    law = {path: data for path, data in tree_on_disk(ROOT).items() if path.startswith(LAW)}
    tables = {path: data for path, data in law.items() if not path.endswith(".bpmn")}
    diagrams = {f"processes/{p.name}": p.read_bytes() for p in sorted(HERE.glob("*.bpmn"))}
    forms = {f"forms/permit/{p.name}": p.read_bytes() for p in sorted(HERE.glob("forms/*"))}
    moves = {TRANSITIONS: _with_short_cuts(tables[TRANSITIONS])}
    return tables | diagrams | forms | moves


def _with_short_cuts(table: bytes) -> bytes:
    rules = "".join(_rule(before, after) for before, after in SHORT_CUTS)
    return table.replace(b"</decisionTable>", rules.encode() + b"</decisionTable>")


def _rule(before: str, after: str) -> str:
    cells = [f'"{REGIME}"', f'"{before}"', f'"{after}"']
    given = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells)
    told = "".join(f'<outputEntry><text>"{text}"</text></outputEntry>' for text in ("", "", "T-1"))
    return f'<rule id="short_cut_{before}_{after}">{given}{told}</rule>'
