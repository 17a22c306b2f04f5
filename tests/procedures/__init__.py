"""Small procedures for the tests: real tables and regimes, invented diagrams and forms."""

from __future__ import annotations

from pathlib import Path

from server.law.catalogue import tree_on_disk

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LAW = ("processes/law/", "processes/tables/", "processes/regimes/")


def tree() -> dict[str, bytes]:
    """The tree of files that the tests publish."""
    law = {path: data for path, data in tree_on_disk(ROOT).items() if path.startswith(LAW)}
    tables = {path: data for path, data in law.items() if not path.endswith(".bpmn")}
    diagrams = {f"processes/{p.name}": p.read_bytes() for p in sorted(HERE.glob("*.bpmn"))}
    forms = {f"forms/permit/{p.name}": p.read_bytes() for p in sorted(HERE.glob("forms/*"))}
    return tables | diagrams | forms
