"""How the people of a province act: when they get round to something, and what they then say.

All is drawn from a seeded distribution, so that the same seed lives the same ten years.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from server import clock
from server.law.forms import Component, read
from server.studio.scenarios import offices
from server.studio.scenarios.filling import REQUIRED_FILE, TEXTS
from server.studio.scenarios.play import Play
from server.studio.scenarios.scenario import Answers, Step
from server.work.people import Person

UNUSUAL = {
    "recommendation": 0.05,
    "formal_review_verdict": 0.25,
    "expert_verdict": 0.15,
    "panel_verdict": 0.2,
    "study_conclusion": 0.05,
    "acceptance_verdict": 0.3,
    "verification_result": 0.1,
    "extension_decision": 0.15,
    "case_decision": 0.3,
    "change_decision": 0.2,
    "assessment_result": 0.25,
    "rectification_result": 0.25,
}
"""Field -> how often somebody chooses another answer than the usual one."""

RARELY = 0.03
LATE, NEVER, LAST_DAY = 0.08, 0.03, 0.2
YEARLY = "yearly"
PANEL_CHANGE = 0.03
CHOICES = ("radio", "select")
LISTS = ("checklist", "taglist")

DISTANCES = (0, 20, 45, 90)
"""So many days ahead lies a day that somebody sets."""

PANEL, LEADER = "proposed_experts", "panel_leader"
PANELS = (1, 1, 1, 2, 3, 5, 7)
"""Sizes of other panels: mostly somebody is wanted in the place of one who has left."""

ATTEMPTS = 30
"""How often somebody tries what a rule refuses before they let it be."""


class Habits:
    """The drawn habits of one province's people."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def day(self, opened: date, due: date | None, kind: str | None) -> date | None:
        """The day on which somebody does a task; None for never."""
        chance = self.chance.random()
        if due is None or due <= opened:
            return opened + timedelta(days=1 + int(self.chance.expovariate(1 / 6)))
        if kind == YEARLY and chance < NEVER:
            return None
        if chance < NEVER + LATE:
            return due + timedelta(days=self.chance.randint(1, 40))
        if chance < NEVER + LATE + LAST_DAY:
            return due
        return opened + timedelta(days=self.chance.randint(1, (due - opened).days))

    def differs(self, field: str) -> bool:
        """Whether an answer is another than the usual one."""
        return self.chance.random() < UNUSUAL.get(field, RARELY)

    def happens(self, probability: float) -> bool:
        """Whether something happens that often does not."""
        return self.chance.random() < probability


class Citizens(Play):
    """Everybody of the province: they answer forms as usual, or otherwise, and read what a form
    says against them."""

    def __init__(self, habits: Habits, *stage: Any) -> None:
        super().__init__(*stage)
        self.habits = habits
        self.begin()

    def begin(self) -> None:
        """Turn to something new."""
        self.plainly = False
        """Whether the usual is to be answered, since something else was refused."""
        self.otherwise = False
        """Whether all choices and days are others, since the usual was refused too."""
        self.amended: Answers = {}
        """What is filled in besides after a form has asked for it."""
        self.seen: tuple[bytes, Answers] = (b"", {})
        """The form last filled in, and what its page showed."""

    def _filled(
        self,
        step: Step,
        form_id: str,
        task: str,
        known: Answers,
        person: Person,
        answers: Answers | None = None,
    ) -> dict[str, Any]:
        form = self.catalogue.form(form_id, self.regime) or b""
        self.seen = form, known
        usual = self.usual.answers.get(task, {})
        drawn = dict(self._others(form, usual) if self.plainly else self._drawn(form, known))
        if self.otherwise:
            drawn |= dict(self._drawn(form, known))
        told = {**drawn, **self.amended, **(step.answers if answers is None else answers)}
        return super()._filled(step, form_id, task, known, person, told)

    def _drawn(self, form: bytes, known: Answers) -> Iterator[tuple[str, Any]]:
        """Answers that are not the usual ones."""
        for component in read(form).walk():
            offered = values(component, known)
            chosen = component.type in CHOICES and len(component.path) == 1 and len(offered) > 1
            if chosen and (self.otherwise or self.habits.differs(component.path[0])):
                yield component.path[0], self.habits.chance.choice(offered)

    def _others(self, form: bytes, usual: Answers) -> Iterator[tuple[str, Any]]:
        """Where the usual was refused: what nobody asked for so far, and other experts."""
        for component in read(form).walk():
            is_free = component.type == "datetime" and self.otherwise
            if len(component.path) == 1 and (is_free or component.path[0] not in usual):
                yield from self._besides(component)
        if PANEL in read(form).writes:
            size = self.habits.chance.choice(PANELS)
            found = self.habits.chance.sample([f"expert_{one}" for one in offices.POOL], size)
            yield from ((PANEL, found), (LEADER, found[0]))

    def _besides(self, component: Component) -> Iterator[tuple[str, Any]]:
        """A reason, a day that is set, everything that may be cited."""
        key = component.path[0]
        if component.type in TEXTS and not component.validate.get("pattern"):
            yield key, component.name
        elif component.type == "datetime":
            yield key, self._some_day()
        elif component.type in LISTS:
            yield key, values(component, self.seen[1])

    def _some_day(self) -> str:
        return (clock.today() + timedelta(days=self.habits.chance.choice(DISTANCES))).isoformat()

    def amend(self, errors: Mapping[str, Sequence[str]]) -> bool:
        """Whether there is something to fill in after a form was sent back with these errors."""
        form, known = self.seen
        usual = {key: each for told in self.usual.answers.values() for key, each in told.items()}
        wanted = {path.split(".")[0] for path in errors}
        own = (one for one in read(form).walk() if one.path and one.path[0] in wanted)
        found = {one.path[0]: usual.get(one.path[0], obvious(one, known)) for one in own}
        found = {key: value for key, value in found.items() if value is not None}
        self.amended = {**self.amended, **found}
        return bool(found)


def values(component: Component, known: Answers) -> list[Any]:
    """The choices of a component: its own, or those that the page was given."""
    told = known.get(str(component.more.get("valuesKey"))) or component.more.get("values") or []
    return [each["value"] for each in told if isinstance(each, Mapping)]


def obvious(component: Component, known: Answers) -> Any:
    """What fits a component that nobody has a usual answer for; None where nothing does."""
    offered = values(component, known)
    if component.type in CHOICES:
        return next(iter(offered), None)
    if component.type in LISTS:
        return offered[:1]
    return _by_kind(component)


def _by_kind(component: Component) -> Any:
    if component.type in TEXTS:
        return component.name
    if component.type == "number":
        return component.validate.get("min", 1)
    if component.type == "checkbox":
        return True
    if component.type == "attachment":
        return [REQUIRED_FILE]
    if component.type == "dynamiclist":
        return [dict(_row(component.components))]
    return clock.today().isoformat() if component.type == "datetime" else None


def _row(components: Iterable[Component]) -> Iterator[tuple[str, Any]]:
    for each in components:
        if each.path and (value := obvious(each, {})) is not None:
            yield each.path[-1], value
