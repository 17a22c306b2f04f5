"""A diagram seen as one regime: what it skips, whose office each lane is, its dates and clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.engine.dialect import Element, Flow, ProcessDescription
from server.feel import FeelError, compile_expression
from server.law.catalogue import Catalogue
from server.law.checks.reach import answers, open_flows, reached
from server.law.law import Law
from server.law.tables import Row


@dataclass(frozen=True, slots=True)
class Seen:
    """A box as one regime sees it; ``dates`` are rows of the table of deadlines."""

    element: Element
    on: bool
    clauses: tuple[str, ...]
    dates: tuple[Row, ...]


@dataclass(frozen=True)
class Lens:
    """One diagram through one regime; ``offices`` are rows of the table of roles by lane."""

    regime: str
    path: str
    diagram: ProcessDescription
    boxes: tuple[Seen, ...]
    offices: Mapping[str, Row]
    off_flows: tuple[str, ...]

    @property
    def by_id(self) -> Mapping[str, Seen]:
        """Element id to what is seen there."""
        return {each.element.id: each for each in self.boxes}

    @property
    def off(self) -> frozenset[str]:
        """The boxes, flows and lanes that the regime never comes to."""
        off = {each.element.id for each in self.boxes if not each.on}
        used = {each.element.lane for each in self.boxes if each.on}
        lanes = {lane.id for lane in self.diagram.lanes if lane.id not in used}
        return frozenset({*off, *self.off_flows, *lanes})

    @property
    def keys(self) -> Mapping[str, frozenset[str]]:
        """Table to the keys of the rows on which this diagram rests."""
        return {
            "deadlines": frozenset(str(r["milestone"]) for b in self.boxes for r in b.dates),
            "roles": frozenset(lane.id for lane in self.diagram.lanes),
            "steps": frozenset(name for flow in self.diagram.flows for name in steps_of(flow)),
        }


def lens(catalogue: Catalogue, regime: str, process: str) -> Lens | None:
    """A procedure or part through a regime; None where the regime has no such diagram."""
    path = catalogue.diagrams(regime).get(process, "")
    diagram = catalogue.describe(path) if path else None
    if diagram is None:
        return None
    law = Law.of(catalogue, regime)
    answer = answers(law.step, law.regime.as_variable())
    here = reached(diagram, answer)
    ways = {flow.id for each in here for flow in open_flows(diagram, each, answer)}
    return Lens(
        regime=regime,
        path=path,
        diagram=diagram,
        boxes=tuple(_seen(catalogue, regime, each, here) for each in diagram.elements),
        offices=dict(_offices(catalogue, regime, diagram)),
        off_flows=tuple(flow.id for flow in diagram.flows if flow.id not in ways),
    )


def _seen(catalogue: Catalogue, regime: str, element: Element, here: frozenset[str]) -> Seen:
    own = (clause.id for clause in catalogue.clauses_of(regime, element.clauses))
    begun = (milestone for milestone, _ in element.milestones)
    names = [element.due, *begun, *element.words("met")]
    rows = (_row(catalogue, "deadlines", regime, milestone=each) for each in names if each)
    found = {str(row["milestone"]): row for row in rows if row}
    return Seen(element, element.id in here, tuple(own), tuple(found.values()))


def _offices(
    catalogue: Catalogue, regime: str, diagram: ProcessDescription
) -> Iterator[tuple[str, Row]]:
    for lane in diagram.lanes:
        if row := _row(catalogue, "roles", regime, role=lane.id):
            yield lane.id, row


def _row(catalogue: Catalogue, table: str, regime: str, **key: str) -> Row | None:
    if table not in catalogue.tables:
        return None
    found = catalogue.row(table, regime, **key)
    return {**key, **found} if found else None


def steps_of(flow: Flow) -> Iterator[str]:
    """The optional steps that a flow's condition asks after."""
    try:
        asked = compile_expression((flow.condition or "").removeprefix("=") or "null").calls
    except FeelError:
        return
    for name, arguments in asked:
        if name == "step":
            yield from (each for each in arguments if isinstance(each, str))
