"""Where work may go back to, read from the diagram and kept inside the law.

The engine says which way a token could have come (server/engine/back.py). Of those, a way counts
only where nothing on it has legal effect: no decision of a person that divides the way, no entry
in a register, no state, date or procedure that began. A box with a legal date is not opened again
by others either: what was due was handed in; only who did it may take it back.

Where the diagram itself draws the way back, as an answer after the box, that answer is to be given
and nothing is added to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from server.engine import handlers, runtime
from server.engine.dialect.model import Element, ProcessDescription
from server.feel import compile_expression
from server.work.desk import Desk
from server.work.sql import Query, Row
from server.work.surroundings import Surroundings

EFFECTS = ("begins", "ends", "milestones", "met", "moves", "record", "region", "outcome")
"""Properties by which passing a box means something for the case."""

HARMLESS = frozenset({"regime"})
"""Names a condition may read: the way is then the law's choice and no person's decision."""

PLAIN = frozenset({"serviceTask", "businessRuleTask", "exclusiveGateway"})

LAST = Query("""
    SELECT w.id, w.completed_by, p.name AS completed_by_name, p.active, EXISTS (
        SELECT 1 FROM memberships m JOIN case_parties c ON c.case_id = w.case_id
            AND c.role = w.role AND c.organisation_id = w.organisation_id AND c.until_on IS NULL
        WHERE m.person_id = w.completed_by AND m.role = w.role
            AND m.organisation_id = w.organisation_id AND m.regime = w.regime) AS holds
    FROM work_items w JOIN people p ON p.id = w.completed_by
    WHERE w.instance_id = :instance AND w.process_id = :process AND w.element_id = :element
        AND w.status = 'completed' ORDER BY w.completed_at DESC LIMIT 1""")


@dataclass(frozen=True, slots=True)
class Way:
    """A box to which work may go back, and who did it last."""

    element: Element
    last: Row

    @property
    def back_to(self) -> str | None:
        """The person who did it, while they still hold the post, and their office the role."""
        return self.last["completed_by"] if self.last["active"] and self.last["holds"] else None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A way back that the diagram draws: the answer that leads there, and the box."""

    answer: str
    element: Element


def ways(desk: Desk, around: Surroundings, own: bool = False) -> list[Way]:
    """The boxes to which the desk's open item may be returned, the nearest first; with ``own``
    those whose work may be taken back by who did it."""
    described = around.spec.descriptions[desk.item["process_id"]]
    if not own and drawn(described, desk.item["element_id"]):
        return []
    found = runtime.ways_back(around.spec, around.state, desk.item["task_id"])
    lawful = [
        described.by_id[to]
        for to, between in found.items()
        if all(_is_lawful(described, one) for one in between)
        and _keeps_state(desk, between[1:])
        and (own or not described.by_id[to].due)
    ]
    return [Way(element, last) for element in lawful if (last := _last(desk, element))]


def can_return(desk: Desk, around: Surroundings) -> bool:
    """Whether the desk's open item can go back to anybody, by an act or by an answer drawn."""
    described = around.spec.descriptions[desk.item["process_id"]]
    return bool(drawn(described, desk.item["element_id"]) or ways(desk, around))


def _is_lawful(described: ProcessDescription, element: Element) -> bool:
    if any(element.properties.get(name) for name in EFFECTS):
        return False
    if element.kind == "serviceTask":
        return "register" not in handlers.resolve(element.handler or "").parameters
    conditions = (flow.condition for flow in described.outgoing.get(element.id, ()))
    return all(_names(text) <= HARMLESS for text in conditions if text)


def _names(condition: str) -> frozenset[str]:
    return compile_expression(condition.strip().removeprefix("=")).names


def _keeps_state(desk: Desk, between: tuple[Element, ...]) -> bool:
    """Going on again must not lead through a state to which the case cannot come."""
    return all(one.state in (None, desk.case["state"]) for one in between)


def _last(desk: Desk, element: Element) -> Row | None:
    return LAST.first(
        desk.tx,
        instance=desk.instance["id"],
        process=desk.item["process_id"],
        element=element.id,
    )


def drawn(described: ProcessDescription, at: str) -> list[Drawn]:
    """The ways back that the diagram draws after a box: answers to a box of people from which it
    goes straight on to the same box again."""
    return [
        way
        for way in _answers(described, at, "", {at})
        if _goes_straight(described, way.element.id, at)
    ]


def _answers(
    described: ProcessDescription, at: str, answer: str, seen: set[str]
) -> Iterator[Drawn]:
    """The next boxes of people to which an answer leads."""
    flows = described.outgoing.get(at, ())
    for flow in flows:
        target = described.by_id[flow.target]
        given = answer or (flow.name or target.label if len(flows) > 1 else "")
        if target.kind == "userTask" and given and target.id not in seen:
            yield Drawn(given, target)
        elif target.kind in PLAIN and target.id not in seen:
            yield from _answers(described, target.id, given, seen | {target.id})


def _goes_straight(described: ProcessDescription, start: str, to: str) -> bool:
    seen, at = {start}, start
    while at != to:
        flows = described.outgoing.get(at, ())
        if len(flows) != 1 or flows[0].target in seen:
            return False
        at = flows[0].target
        seen.add(at)
    return True
