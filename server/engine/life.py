"""The case as it becomes in the course of one command: state, record, regions, legal dates.

Diagrams and rules see it as ``case``, always as the boxes passed so far have left it. Procedures
to begin or end and legal dates are data for the rooms above; the engine does nothing with them.
"""

from collections.abc import Iterator, Mapping

from server.engine.dialect.model import EVENTS, Element
from server.engine.errors import StepFailed
from server.engine.outcome import Begin, Life, Milestone, Paper
from server.engine.ports import Ports


class CaseLife:
    """Collects what the boxes of one command mean for the case; ``case`` is kept up to date."""

    def __init__(self, ports: Ports) -> None:
        self.case = dict(_mapping(ports.hidden.get("case")))
        on_record = _mapping(self.case.get("record"))
        self._regions = dict(_mapping(on_record.get("regions")))
        self._on_record: dict[str, object] = {**on_record, "regions": self._regions}
        self.case["record"] = self._on_record
        self._forbids = ports.forbids
        self.states: list[str] = []
        self.record: dict[str, object] = {}
        self.regions: dict[str, str] = {}
        self._begins: list[Begin] = []
        self._ends: list[str] = []
        self._milestones: list[Milestone] = []
        self._met: list[str] = []
        self._moves: list[str] = []
        self._papers: list[Paper] = []

    @property
    def life(self) -> Life:
        """All of it so far."""
        return Life(
            begins=tuple(self._begins),
            ends=tuple(self._ends),
            regions=dict(self.regions),
            milestones=tuple(self._milestones),
            met=tuple(self._met),
            moves=tuple(self._moves),
            papers=tuple(self._papers),
        )

    def enter(self, element: Element) -> None:
        """A box other than an event means its state and regions from now on.

        Raises StepFailed for a state to which the case cannot come.
        """
        if element.kind not in EVENTS:
            self._stand(element)

    def leave(self, element: Element, variables: Mapping[str, object]) -> None:
        """A box has been passed; an event means its state only now. Raises StepFailed."""
        if element.kind in EVENTS:
            self._enter_on_record(element, variables)
            self._stand(element)
        given = {name: variables.get(name) for name in element.words("begins_with")}
        self._begins += [Begin(process, given) for process in element.words("begins")]
        self._ends += element.words("ends")
        self._milestones += self._opened(element, variables)
        self._met += element.words("met")
        self._moves += element.words("moves")
        self._papers += self._issued(element, variables)

    def _stand(self, element: Element) -> None:
        if element.state:
            self._reach(element.state)
        self.regions |= element.regions
        self._regions |= element.regions

    def _reach(self, state: str) -> None:
        before = str(self.case.get("state") or "")
        if state == before:
            return
        if why := self._forbids(before, state):
            raise StepFailed(why)
        self.case["state"] = state
        self.states.append(state)

    def _enter_on_record(self, element: Element, variables: Mapping[str, object]) -> None:
        """A name that the procedure does not know leaves what stands on record."""
        entries = {name: variables[name] for name in element.record if name in variables}
        self.record |= entries
        self._on_record |= entries

    def _opened(self, element: Element, variables: Mapping[str, object]) -> Iterator[Milestone]:
        known = {**self._on_record, **variables}
        for milestone, anchor in element.milestones:
            yield Milestone(milestone, anchor, known.get(anchor))

    def _issued(self, element: Element, variables: Mapping[str, object]) -> Iterator[Paper]:
        """What the paper may say is what the procedure knows at this event."""
        for name in element.words("paper"):
            seen = {**variables, "case": {**self.case, "record": dict(self._on_record)}}
            yield Paper(name, element.id, element.lane, element.clauses, seen)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
