"""Whether tokens can come to stand in a graph as they do, the data left open.

A case may only go over to a version in which somebody could have come to stand where it stands:
one token of two branches would wait for the other for ever, and two tokens in what is now one
branch would do the rest twice.

A marking is a sorted tuple of places: the id of a box at work, or ``source>join`` for a token that
waits at a join. Two equal places stand for two or more. Boxes that the wanted marking does not
speak of are passed without a stop, so what is explored stays small.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from itertools import chain, combinations, product
from threading import Lock
from typing import Final

from server.engine.dialect.model import Element, Flow, ProcessDescription

LIMIT: Final = 20_000
"""Markings after which a graph is called too large."""
MANY: Final = 2
BEGIN: Final = "Start"

Marking = tuple[str, ...]

_KEPT: Final = 4_096
_cache: OrderedDict[tuple[str, str, str, Marking], bool] = OrderedDict()
_lock: Final = Lock()


class TooLarge(Exception):
    """More markings than the limit."""


def marking_of(places: Iterable[str]) -> Marking:
    """Places in order, each at most twice."""
    counts = Counter(places)
    return tuple(sorted(chain.from_iterable([p] * min(n, MANY) for p, n in counts.items())))


def waiting_at(source: str, join: str) -> str:
    """The place of a token that has come to a join from ``source``."""
    return f"{source}>{join}"


def is_reachable(
    digest: str, description: ProcessDescription, sub_process: str | None, wanted: Marking
) -> bool:
    """Whether the process, or a sub-process in it, can come to stand so; raises TooLarge.

    ``digest`` names the set of sources that the description is of.
    """
    key = (digest, description.id, sub_process or "", wanted)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    found = _Net(description, sub_process, wanted).comes_to_it()
    with _lock:
        _cache[key] = found
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return found


class _Net:
    """Moves the tokens of one graph until they stand as wanted."""

    def __init__(
        self, description: ProcessDescription, sub_process: str | None, wanted: Marking
    ) -> None:
        self.description, self.wanted = description, wanted
        self.elements = {e.id: e for e in description.within(sub_process)}
        self.joins = [e for e in self.elements.values() if _is_join(e)]
        self._ahead: dict[tuple[str, str], frozenset[str]] = {}
        self._stops: dict[str, set[Marking]] = {id: set() for id in self.elements}
        self._learn_stops()

    def comes_to_it(self) -> bool:
        """Explore until the wanted marking is found or all are known."""
        starts = [e for e in self.elements.values() if e.kind == "startEvent"]
        todo = [(BEGIN,), *_all_at_once(self._stops[e.id] for e in starts)]
        seen = set(todo)
        while todo and self.wanted not in seen:
            for following in self._steps(todo.pop()):
                if following not in seen:
                    seen.add(following)
                    todo.append(following)
            if len(seen) > LIMIT:
                raise TooLarge
        return self.wanted in seen

    def _steps(self, marking: Marking) -> Iterator[Marking]:
        """Every marking one step away."""
        for place in dict.fromkeys(marking):
            if place in self.elements:
                yield from self._acted(marking, self.elements[place])
        for join in self.joins:
            yield from self._joined(marking, join)

    def _acted(self, marking: Marking, element: Element) -> Iterator[Marking]:
        if element.event.kind == "terminate":
            yield ()
            return
        for left in _without(marking, [element.id]):
            for stop in self._left(element):
                yield marking_of([*left, *stop])
        for event in self._events(element):
            if not event.interrupting:
                for stop in self._left(event):
                    yield marking_of([*marking, *stop])

    def _joined(self, marking: Marking, join: Element) -> Iterator[Marking]:
        coming = [flow.source for flow in self.description.incoming.get(join.id, ())]
        places = [waiting_at(source, join.id) for source in coming]
        present = [place for place in dict.fromkeys(places) if place in marking]
        if join.kind == "parallelGateway":
            ready, present = not Counter(places) - Counter(marking), places
        else:
            ready = bool(present) and not self._expects_more(marking, join, present)
        if ready:
            for left in _without(marking, present):
                for stop in self._stops[join.id]:
                    yield marking_of([*left, *stop])

    def _expects_more(self, marking: Marking, join: Element, present: list[str]) -> bool:
        """BPMN 2.0.2, table 13.3, as in server/engine/gateways.py."""
        filled = {place.partition(">")[0] for place in present}
        empty = {flow.source for flow in self.description.incoming[join.id]} - filled
        others = {p.rpartition(">")[2] for p in marking if not p.endswith(f">{join.id}")}
        ahead = [self._reachable(start, join.id) for start in others]
        return any(each & empty and not each & filled for each in ahead)

    def _reachable(self, start: str, join: str) -> frozenset[str]:
        """The boxes a token at ``start`` can pass without passing the join."""
        if (start, join) not in self._ahead:
            seen, todo = {join}, [start]
            while todo:
                id = todo.pop()
                if id not in seen:
                    seen.add(id)
                    todo += [flow.target for flow in self.description.outgoing.get(id, ())]
                    todo += [event.id for event in self.description.boundary.get(id, ())]
            self._ahead[start, join] = frozenset(seen - {join})
        return self._ahead[start, join]

    # --- where tokens come to a stop: each answer is a set of markings to choose from ---

    def _learn_stops(self) -> None:
        """From every box on, until nothing new is learnt: ways may go round."""
        learning = True
        while learning:
            learning = False
            for element in self.elements.values():
                here: set[Marking] = {(element.id,)}
                found = here if self._stops_at(element) else self._left(element)
                learning = learning or found != self._stops[element.id]
                self._stops[element.id] = found

    def _stops_at(self, element: Element) -> bool:
        floats = any(not event.interrupting for event in self._events(element))
        return element.id in self.wanted or floats or element.event.kind == "terminate"

    def _left(self, element: Element) -> set[Marking]:
        """Where the tokens may be after a box, or after an event that has interrupted it."""
        found: set[Marking] = set()
        for flows in self._ways(element):
            found |= _all_at_once(self._entered(flow) for flow in flows)
        for event in self._events(element):
            if event.interrupting:
                found |= self._left(event)
        return found

    def _entered(self, flow: Flow) -> set[Marking]:
        target, place = self.elements[flow.target], waiting_at(flow.source, flow.target)
        if _is_join(target) and len(self.description.incoming[target.id]) > 1:
            return {(place,)}
        return self._stops[target.id]

    def _ways(self, element: Element) -> Iterator[tuple[Flow, ...]]:
        """The sets of flows on which the tokens may leave a box."""
        out = self._out(element)
        if element.kind == "exclusiveGateway":
            yield from ((flow,) for flow in out)
        elif element.kind == "inclusiveGateway":
            sizes = range(1, len(out) + 1)
            yield from chain.from_iterable(combinations(out, size) for size in sizes)
        elif element.kind == "eventBasedGateway":
            yield from (self._out(self.elements[flow.target]) for flow in out)
        else:
            yield out

    def _events(self, element: Element) -> tuple[Element, ...]:
        return self.description.boundary.get(element.id, ())

    def _out(self, element: Element) -> tuple[Flow, ...]:
        return self.description.outgoing.get(element.id, ())


def _all_at_once(stops: Iterable[set[Marking]]) -> set[Marking]:
    """One choice of each."""
    return {marking_of(chain.from_iterable(each)) for each in product(*stops)}


def _without(marking: Marking, places: Iterable[str]) -> Iterator[Marking]:
    """The marking less a token at each place; where many stand, many may be left."""
    counts, taken = Counter(marking), Counter(places)
    yield marking_of((counts - taken).elements())
    if any(counts[place] == MANY for place in taken):
        yield marking


def _is_join(element: Element) -> bool:
    return element.kind in ("parallelGateway", "inclusiveGateway")
