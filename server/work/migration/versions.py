"""Two versions of one procedure under one regime, and what stands between them for a case.

The engine judges the tokens; here stands what lies around the diagram: offices, forms, states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Final

from server.engine import runtime, specs
from server.engine.errors import EngineError, Reason
from server.engine.migration import Ids
from server.engine.specs import Spec
from server.law.catalogue import Catalogue
from server.work import parties

_KEPT: Final = 256
_known: dict[tuple[str, str, str, str], Versions] = {}
_lock: Final = Lock()


def between(old: Catalogue, new: Catalogue, regime: str, process_id: str) -> Versions:
    """The two versions; what was compared once is kept."""
    key = (old.digest, new.digest, regime, process_id)
    with _lock:
        if len(_known) >= _KEPT:
            _known.clear()
        return _known.setdefault(key, Versions(old, new, regime, process_id))


@dataclass(frozen=True)
class Versions:
    """``old`` is what a case is pinned to, ``new`` where it is to go."""

    old: Catalogue
    new: Catalogue
    regime: str
    process_id: str

    def reasons(self, state: bytes, case_state: str, ids: Ids) -> tuple[Reason, ...]:
        """Why a case in this state cannot go over; empty where it can."""
        if self.spec is None:
            return (Reason("process", self.process_id),)
        if self._forgets(case_state):
            return (Reason("state", self.process_id),)
        return runtime.fits(self.former, state, self.spec, ids) or tuple(self._around(state))

    @cached_property
    def former(self) -> Spec:
        """The specification the case runs on."""
        return _spec(self.old, self.regime, self.process_id)

    @cached_property
    def spec(self) -> Spec | None:
        """The specification it is to run on; None where the regime has no such procedure then."""
        if self.process_id not in self.new.diagrams(self.regime):
            return None
        try:
            return _spec(self.new, self.regime, self.process_id)
        except EngineError:
            return None

    def _forgets(self, case_state: str) -> bool:
        known = self.new.states(self.regime).words
        return bool(known and case_state) and case_state not in known

    def _around(self, state: bytes) -> Iterator[Reason]:
        if not (self._roles_moved or self._forms_changed):
            return
        for task in runtime.waiting(self.former, state)[0]:
            if task.lane in self._roles_moved:
                yield Reason("role", task.process_id, task.element_id, task.name)
            if task.multi_instance and task.form in self._forms_changed:
                yield Reason("body", task.process_id, task.element_id, task.name)

    @cached_property
    def _roles_moved(self) -> frozenset[str]:
        """Lanes that another role stands for in the new version."""
        drawn = self.former.descriptions.values()
        lanes = {lane.id for each in drawn for lane in each.lanes}
        roles = {lane: [self._role(made, lane) for made in (self.old, self.new)] for lane in lanes}
        return frozenset(lane for lane, (before, after) in roles.items() if before != after)

    def _role(self, made: Catalogue, lane: str) -> str:
        return parties.acting(made, self.regime, lane)

    @cached_property
    def _forms_changed(self) -> frozenset[str]:
        """Forms that ask something else: not all of several would answer the same."""
        drawn = self.former.descriptions.values()
        asked = {each.form for one in drawn for each in one.elements if each.form and each.loop}
        return frozenset(form for form in asked if self._differs(form))

    def _differs(self, form: str) -> bool:
        return self.old.form(form, self.regime) != self.new.form(form, self.regime)


def _spec(made: Catalogue, regime: str, process_id: str) -> Spec:
    return specs.load(process_id, made.sources(regime), f"{made.digest}:{regime}")
