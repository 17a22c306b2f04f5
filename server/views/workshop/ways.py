"""Counter-examples: the way through a draft's diagram that an obligation forbids, to be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from server.law.catalogue import Catalogue
from server.law.checks.explore import flows_between


@dataclass(frozen=True, slots=True)
class Way:
    """One finding with its diagram and the boxes and flows that lead to the breach."""

    sentence: str
    name: str
    url: str
    marks: Mapping[str, list[str]]
    steps: tuple[str, ...]


def ways(draft_id: str, made: Catalogue, findings: Iterable[Mapping[str, Any]]) -> list[Way]:
    """Every finding that has a way, the same way told once."""
    found = [_way(draft_id, made, each) for each in findings if each["trail"]]
    return [each for each in found if each]


def _way(draft_id: str, made: Catalogue, finding: Mapping[str, Any]) -> Way | None:
    diagram = made.describe(finding["file"])
    if diagram is None:
        return None
    trail = finding["trail"]
    walked = [*trail, *flows_between(diagram, trail)]
    names = (diagram.by_id[each].name for each in trail)
    return Way(
        sentence=finding["sentence"],
        name=finding["name"],
        url=url_for("workshop.file", draft_id=draft_id, path=finding["file"], show=""),
        marks={"walked": walked, "wrong": [trail[-1]]},
        steps=tuple(filter(None, names)),
    )
