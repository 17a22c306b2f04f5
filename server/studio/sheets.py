"""A decision table as a sheet: columns, rows with their ids, and the regimes each row is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from server.feel.xml import XmlError, child, child_text, children, local_name, read_xml

REGIME = "regime"
QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Row:
    """One rule; ``regimes`` are those its regime cell names, empty where it is for all."""

    id: str
    cells: tuple[str, ...]
    note: str
    regimes: tuple[str, ...]

    @property
    def label(self) -> str:
        """What people call a row: the words of its first cells."""
        words = [" ".join(QUOTED.findall(cell)) or cell for cell in self.cells[:3]]
        return " · ".join(word for word in words if word and word != "-")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One decision table."""

    id: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    has_regime: bool


def read(content: bytes) -> list[Sheet]:
    """The tables of a DMN file; none where it cannot be read."""
    try:
        root = read_xml(content)
    except XmlError:
        return []
    return [each for decision in children(root, "decision") for each in _sheets(decision)]


Frame = tuple[str, tuple[tuple[str, str], ...], str, tuple["Frame", ...]]
DRAWN = frozenset({"DMNDI", "rule", "extensionElements"})
ASSUMED = frozenset({("hitPolicy", "UNIQUE"), ("preferredOrientation", "Rule-as-Row")})
"""What a table says when it says nothing; editors leave it out."""


def frame(content: bytes) -> Frame | None:
    """All that a DMN file says beside its rows and its drawing; spacing, prefixes and what
    editors add for themselves do not count. None where it cannot be read."""
    try:
        root = read_xml(content)
    except XmlError:
        return None
    root.attrib.clear()
    return _frame(root)


def _frame(node: etree._Element) -> Frame:
    given = ((str(name), str(value)) for name, value in node.attrib.items())
    said = tuple(sorted(each for each in given if each not in ASSUMED and each[0][0] != "{"))
    left_out = DRAWN | {"inputValues"} if _asks_regime(node) else DRAWN
    inside = tuple(_frame(each) for each in children(node) if local_name(each) not in left_out)
    return local_name(node), said, (node.text or "").strip(), inside


def _asks_regime(node: etree._Element) -> bool:
    return local_name(node) == "input" and _expression(node) == REGIME


def allowed(content: bytes) -> frozenset[str]:
    """The regimes that the tables of a DMN file list in their regime columns."""
    try:
        inputs = [each for each in read_xml(content).iter("{*}input") if _asks_regime(each)]
    except XmlError:
        return frozenset()
    lists = [child_text(one, "text") for each in inputs for one in children(each, "inputValues")]
    return frozenset(word for one in lists for word in QUOTED.findall(one or ""))


def _sheets(decision: etree._Element) -> Iterator[Sheet]:
    for table in children(decision, "decisionTable"):
        inputs = list(children(table, "input"))
        asked = [_expression(each) for each in inputs]
        names = [str(each.get("label") or asked[n]) for n, each in enumerate(inputs)]
        names += [
            str(each.get("label") or each.get("name", "")) for each in children(table, "output")
        ]
        place = asked.index(REGIME) if REGIME in asked else None
        rows = tuple(_row(rule, place) for rule in children(table, "rule"))
        name = decision.get("name", "")
        yield Sheet(decision.get("id", ""), name, tuple(names), rows, place is not None)


def _expression(column: etree._Element) -> str:
    expression = child(column, "inputExpression")
    return (child_text(expression, "text") or "") if expression is not None else ""


def _row(rule: etree._Element, place: int | None) -> Row:
    entries = [each for each in rule if local_name(each) in ("inputEntry", "outputEntry")]
    cells = tuple((child_text(each, "text") or "").strip() for each in entries)
    regimes = tuple(QUOTED.findall(cells[place])) if place is not None and cells else ()
    return Row(rule.get("id", ""), cells, child_text(rule, "description") or "", regimes)
