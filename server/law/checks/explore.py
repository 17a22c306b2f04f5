"""Every state that a diagram can come to in a regime, the data left open: tokens on flows.

A choice that asks nothing but the regime and what is known (rulings.py) is settled; any other may
fall either way, so a way that is found is one that the drawing allows. An inclusive gateway takes
one way at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from server.engine.dialect import Element, ProcessDescription
from server.law.checks.reach import Answer, open_flows
from server.law.checks.rulings import Facts, Rulings

LIMIT = 10_000
"""States after which a diagram is called too large to be explored."""

Marking = frozenset[str]
"""Flows that carry a token, ``@x`` for a start that waits, ``#x`` for a sub-process at work,
``!x`` for a boundary event that has happened."""


class TooLarge(Exception):
    """More states than the limit."""


@dataclass(frozen=True)
class Explorer:
    """Moves the tokens of one diagram in one regime."""

    diagram: ProcessDescription
    answer: Answer
    parents: dict[str, str | None] = field(default_factory=dict)

    def beginnings(self) -> Iterator[Marking]:
        """A token at each start event of the process itself."""
        for start in self._starts(None):
            yield frozenset({f"@{start.id}"})

    def steps(self, marking: Marking) -> Iterator[tuple[Element, Marking]]:
        """Each element that may act next, with the state after it."""
        for element in self.diagram.elements:
            taken = self._taken(element, marking)
            if taken:
                yield from self._after(element, marking - taken)
            if element.kind == "boundaryEvent" and f"!{element.id}" not in marking:
                yield from self._happens(element, marking)

    def _starts(self, parent: str | None) -> list[Element]:
        return [e for e in self.diagram.of_kind("startEvent") if e.parent == parent]

    def _taken(self, element: Element, marking: Marking) -> Marking:
        """The tokens that an element takes: one, or one of each way where ways join."""
        if f"@{element.id}" in marking:
            return frozenset({f"@{element.id}"})
        coming = [flow.id for flow in self.diagram.incoming.get(element.id, ())]
        there = [flow for flow in coming if flow in marking]
        if element.kind == "parallelGateway":
            return frozenset(there) if there and len(there) == len(coming) else frozenset()
        return frozenset(there[:1])

    def _after(self, element: Element, rest: Marking) -> Iterator[tuple[Element, Marking]]:
        if element.kind == "subProcess":
            inner = {f"@{start.id}" for start in self._starts(element.id)}
            yield element, rest | inner | {f"#{element.id}"}
        elif element.kind == "endEvent":
            gone = element.event.kind == "terminate" and element.parent is None
            yield element, frozenset() if gone else self._ended(element, rest)
        elif element.kind in ("exclusiveGateway", "inclusiveGateway", "eventBasedGateway"):
            for flow in open_flows(self.diagram, element.id, self.answer):
                yield element, rest | {flow.id}
        else:
            yield element, rest | self._leaving(element)

    def _leaving(self, element: Element) -> Marking:
        return frozenset(flow.id for flow in self.diagram.outgoing.get(element.id, ()))

    def _ended(self, element: Element, rest: Marking) -> Marking:
        """The sub-process goes on when nothing is left inside it."""
        parent = element.parent
        if parent is None or any(self._inside(token, parent) for token in rest):
            return rest
        return (rest - {f"#{parent}"}) | self._leaving(self.diagram.by_id[parent])

    def _inside(self, token: str, parent: str) -> bool:
        known = self._place_of(token)
        while known is not None and known != parent:
            known = self.diagram.by_id[known].parent if known in self.diagram.by_id else None
        return known == parent

    def _place_of(self, token: str) -> str | None:
        if not self.parents:
            self.parents.update({flow.id: flow.parent for flow in self.diagram.flows})
            self.parents.update({f"@{e.id}": e.parent for e in self.diagram.elements})
            self.parents.update({f"#{e.id}": e.parent for e in self.diagram.elements})
        return self.parents.get(token)

    def _happens(self, event: Element, marking: Marking) -> Iterator[tuple[Element, Marking]]:
        """A boundary event, while its activity is at work or about to be."""
        host = self.diagram.by_id.get(event.attached_to or "")
        if host is None:
            return
        at_work = frozenset({f"#{host.id}"} & marking)
        held = at_work or self._taken(host, marking)
        if held and event.interrupting:
            inner = frozenset(token for token in marking if self._inside(token, host.id))
            yield event, (marking - held - inner) | self._leaving(event)
        elif held:
            yield event, marking | self._leaving(event) | {f"!{event.id}"}


State = tuple[Marking, bool, Facts]
"""Tokens, whether the obligation is owed, what the tables have said."""

Came = dict[State, tuple[State, str] | None]
"""How each state was first come to: the state before and the element that acted."""


def way_to(
    diagram: ProcessDescription,
    rulings: Rulings,
    then: frozenset[str],
    first: frozenset[str],
    after: frozenset[str] = frozenset(),
) -> list[str]:
    """The ids on a shortest way to one of ``then`` that has not passed ``first`` (since the last
    of ``after``, where given); empty where there is none. Raises TooLarge."""
    parents: dict[str, str | None] = {}
    nothing: Facts = ()
    blind = Explorer(diagram, rulings.answer(not after, nothing), parents)
    begun = [(marking, not after, nothing) for marking in blind.beginnings()]
    came: Came = dict.fromkeys(begun)
    waiting = deque(begun)
    while waiting:
        state = waiting.popleft()
        marking, owed, facts = state
        explorer = Explorer(diagram, rulings.answer(owed, facts), parents)
        for element, moved in explorer.steps(marking):
            if element.id in then and owed:
                return [*_trail(came, state), element.id]
            owes = (owed or element.id in after) and element.id not in first
            for known in rulings.after(element, owed, facts):
                following = (moved, owes, known)
                if following not in came:
                    came[following] = (state, element.id)
                    waiting.append(following)
        if len(came) > LIMIT:
            raise TooLarge
    return []


def _trail(came: Came, state: State) -> list[str]:
    ids = []
    step = came[state]
    while step is not None:
        state, element = step
        ids.append(element)
        step = came[state]
    return ids[::-1]


def flows_between(diagram: ProcessDescription, trail: Sequence[str]) -> list[str]:
    """The flows that join each box to the next one on a way."""
    ends = {(flow.source, flow.target): flow.id for flow in diagram.flows}
    return [ends[pair] for pair in pairwise(trail) if pair in ends]
