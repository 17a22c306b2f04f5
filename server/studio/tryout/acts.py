"""What can be done in a try-out; everything here comes from a browser and is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.errors import Invalid
from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.studio.scenarios import usual

MOST_ACTS = 80
MOST_DAYS = 1_100
KINDS = ("do", "bring", "start", "wait")
MOST_LETTERS = 80
BY_WAY = "reach:"
"""Begins a try-out in a state that the usual way leads to."""

WITHIN_A_CASE = "procedure"


class Malformed(Invalid):
    """Not such an act."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How a try-out begins: a regime, a procedure or a state, and the day."""

    regime: str
    target: str
    on: date


@dataclass(frozen=True, slots=True)
class Act:
    """One step. ``number`` is the place among the open items of the same task; without ``data``
    the form is filled in as usual, with invented things."""

    kind: str
    target: str = ""
    number: int = 0
    days: int = 0
    data: Mapping[str, Any] | None = None


def beginnings(made: Catalogue, regime: str) -> dict[str, str]:
    """What a try-out may begin with in a regime: procedures that open a case, then states."""
    found = {}
    for process, path in made.procedures(regime).items():
        diagram = made.describe(path)
        starts = diagram.of_kind("startEvent") if diagram else ()
        own = [e for e in starts if "form" in e.properties]
        if diagram and any(e.properties.get("starts") != WITHIN_A_CASE for e in own):
            found[process] = diagram.name
    titles = {str(row["state"]): str(row["title"]) for row in made.rows("states", regime)}
    ways = usual.of(made, regime).ways
    return found | {f"{BY_WAY}{way}": titles.get(way, way) for way in ways}


def begun_of(made: Catalogue, regime: str, target: str, on: str) -> Begun:
    """A beginning as a form gave it. Raises Malformed."""
    if regime not in made.regimes or target not in beginnings(made, regime):
        raise Malformed("请选择从哪里开始", code="target")
    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise Malformed("请填写开始的日期", code="on") from error
    if not date(2000, 1, 1) <= day <= date(2099, 12, 31):
        raise Malformed("开始的日期应在2000年至2099年之间", code="on")
    return Begun(regime, target, day)


def act_of(given: Mapping[str, Any]) -> Act:
    """An act as a browser sent it. Raises Malformed."""
    kind, target = str(given.get("kind", "")), str(given.get("target", ""))[:MOST_LETTERS]
    data = given.get("data")
    number, days = _whole(given.get("number", 0)), _whole(given.get("days", 0))
    if kind not in KINDS or not (data is None or isinstance(data, dict)):
        raise Malformed("没有这个操作", code="act")
    if kind == "wait" and not 1 <= days <= MOST_DAYS:
        raise Malformed(told("一次最多过 %(limit)s 天", limit=MOST_DAYS), code="days")
    return Act(kind, target, number, days, data)


def _whole(given: object) -> int:
    try:
        return int(str(given or 0))
    except ValueError as error:
        raise Malformed("应为整数", code="number") from error
