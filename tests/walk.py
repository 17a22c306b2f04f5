"""The language of process tests: an office without a database, and cases that walk through it.

Everything is real but the storage: diagrams, engine, forms, handlers, tables, deadlines. The clock
moves when told to, timers fire in their order on the way, and each act is submitted through its
form as the browser would: what is already known is sent back, the answers are laid over it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from server.engine import runtime, specs
from server.engine.handlers import caller
from server.engine.outcome import OpenTask, Outcome, Subscription, Timer
from server.engine.ports import Ports
from server.law import catalogue
from server.law.catalogue import Catalogue
from server.law.law import Law
from server.work.forms import compile_form, load

ROOT = Path(__file__).parent.parent
SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_WAY = 60
Answers = Mapping[str, Any]


@cache
def shipped() -> Catalogue:
    """The catalogue of the working tree."""
    return catalogue.from_disk(ROOT)


@cache
def usual_answers(regime: str) -> Mapping[str, Answers]:
    """What people of the regime usually fill in, by task."""
    path = ROOT / f"processes/scenarios/usual/{regime}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Paper:
    """A document as a form sees it."""

    id: str
    name: str


def papers(ids: Sequence[str]) -> list[Paper]:
    """Every document exists and is called by its id."""
    return [Paper(each, each) for each in ids]


class Books:
    """The register of one office, in memory."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.numbers: dict[str, int] = {}
        self.entries: list[tuple[str, dict[str, object]]] = []
        self.pool: list[dict[str, object]] = [expert(number) for number in range(1, 10)]

    def next_number(self, series: str) -> str:
        self.numbers[series] = self.numbers.get(series, 0) + 1
        return f"{self.numbers[series]:04}"

    def records(self, kind: str, **where: object) -> list[dict[str, object]]:
        found = [entry for one, entry in self.entries if one == kind]
        return [each for each in found if all(each.get(k) == v for k, v in where.items())]

    def experts(self) -> list[dict[str, object]]:
        return self.pool

    def record(self, kind: str, data: Mapping[str, object]) -> None:
        self.entries.append((kind, {"effective_on": self.office.today, **data}))


def expert(number: int) -> dict[str, object]:
    """An expert of the pool: 8 works for the usual applicant, 9 did until mid-2024."""
    left = {"organisation_id": "unit_a", "kind": "worked", "until": "2024-06-30"}
    return {
        "id": f"expert_{number}",
        "name": f"专家{number}",
        "organisation_id": "unit_a" if number == 8 else f"institute_{number}",
        "organisation": f"第{number}研究所",
        "interests": [left] if number == 9 else [],
    }


@dataclass
class Office:
    """The offices of one regime: its law, its register, its clock and its cases."""

    regime: str
    now: datetime = datetime(2025, 1, 2, 9, tzinfo=SHANGHAI)
    cases: list[Case] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.law = Law.of(shipped(), self.regime)
        self.books = Books(self)

    @property
    def today(self) -> date:
        return self.now.date()

    def on_record(self, *kinds: str, day: date) -> Office:
        """Plan, guide and roster as they would stand after their own procedures."""
        for kind in kinds:
            members = [each["id"] for each in self.books.pool] if kind == "panel_roster" else None
            entry = {"number": "0001", "title": "第一批次", "effective_on": day}
            self.books.record(kind, entry | ({"members": members} if members else {}))
        return self

    def until(self, moment: date | datetime) -> None:
        """Move the clock; whatever falls due on the way happens at its own time."""
        end = civil(moment)
        assert end >= self.now, f"the clock stands at {self.now}, not before {end}"
        while due := min(self._timers(end), key=lambda each: each[0].run_at, default=None):
            timer, case = due
            self.now = max(self.now, timer.run_at.astimezone(SHANGHAI))
            case.fire(timer)
        self.now = end

    def start(self, process: str, **changes: object) -> Case:
        """Start a procedure through its form."""
        case = Case(self, process)
        case.start(changes)
        self.cases.append(case)
        return case

    def ports(self) -> dict[str, object]:
        """What handlers may ask for, but the case."""
        regime = self.law.regime.as_variable()
        given = {"regime": regime, "today": self.today, "now": self.now, "register": self.books}
        return {**self.law.ports(), **given}

    def ask(self, handler: str, **variables: object) -> Any:
        """What a handler makes of process variables."""
        return caller(self.ports())(handler, variables)

    def choices(self) -> dict[str, object]:
        """What the server offers in lists."""
        known = self.law.catalogue.rows("verdicts", self.regime, stage="application_review")
        people = [{"value": each["id"], "label": each["name"]} for each in self.books.pool]
        return {
            "undertaker_choices": offered("unit_a", "unit_b", "unit_c"),
            "recommender_choices": offered("recommender_a", "recommender_b"),
            "expert_choices": people,
            "verdict_choices": [{"value": e["verdict"], "label": e["title"]} for e in known],
        }

    def _timers(self, end: datetime) -> Iterator[tuple[Timer, Case]]:
        for case in self.cases:
            yield from ((t, case) for t in case.timers.values() if t.run_at <= end)


class NotWaiting(Exception):
    """The task or message a test wants is not open."""


class Case:
    """One running procedure as its people see it."""

    def __init__(self, office: Office, process: str) -> None:
        self.office = office
        self.process = process
        sources = office.law.catalogue.sources(office.regime)
        self.spec = specs.load(process, sources, office.law.catalogue.digest + office.regime)
        self.tasks: dict[str, OpenTask] = {}
        self.timers: dict[str, Timer] = {}
        self.waiting: dict[str, Subscription] = {}
        self.trail: list[tuple[str, str]] = []
        self.state: str | None = None
        self.record: dict[str, object] = {}
        self.ended: str | None = None
        self.blob = b""

    # --- what people do ---

    def start(self, changes: Answers) -> None:
        """Start the procedure; nothing remains of a start that is refused."""
        element = self.spec.descriptions[self.process].of_kind("startEvent")[0]
        answers = self._filled(element.properties["form"], self.process, {}, changes)
        self._take(runtime.start(self.spec, answers, self._ports()))

    def do(self, element: str, /, **changes: object) -> Case:
        """Complete a user task with the usual answers and these changes."""
        return self.each(element, changes)

    def each(self, element: str, first: Answers, *others: Answers) -> Case:
        """Complete every open element of a task, with answers of its own where given."""
        open_tasks = [task for task in self.tasks.values() if task.element_id == element]
        if not open_tasks:
            raise NotWaiting(element)
        every = [first, *others] if others else [first] * len(open_tasks)
        for task, changes in zip(open_tasks, every, strict=True):
            self._complete(task, changes)
        return self

    def bring(self, message: str, /, **changes: object) -> Case:
        """Deliver a message through the form of the event that waits for it."""
        found = [each for each in self.waiting.values() if each.message == message]
        if not found:
            raise NotWaiting(message)
        variables = self.values
        answers = self._filled(str(found[0].form), message, variables, changes)
        outcome = runtime.deliver(
            self.spec, self.blob, message, found[0].key, answers, self._ports()
        )
        self._take(outcome)
        return self

    def reach(self, element: str, **changes: object) -> Case:
        """Do everything as usual until the task is open; ``changes`` hold on the whole way."""
        for _ in range(LONGEST_WAY):
            if element in self.open:
                return self
            if not self.tasks:
                break
            self.do(next(iter(self.tasks.values())).element_id, **self._fitting(changes))
        raise NotWaiting(element)

    def finish(self, **changes: object) -> Case:
        """Do everything as usual to the end."""
        while self.tasks:
            self.do(next(iter(self.tasks.values())).element_id, **self._fitting(changes))
        return self

    def fire(self, timer: Timer) -> None:
        """A timer is due."""
        ports = self._ports()
        self._take(runtime.fire(self.spec, self.blob, timer.id, timer.run_at, ports))

    def withdraw(self, element: str, number: int = 0) -> Case:
        """Take back one open element of a task."""
        task = [each for each in self.tasks.values() if each.element_id == element][number]
        self._take(runtime.withdraw(self.spec, self.blob, task.id, self._ports()))
        return self

    # --- what people see ---

    @property
    def passed(self) -> list[str]:
        """The ids of the elements passed so far, in order."""
        return [element for _, element in self.trail]

    @property
    def open(self) -> list[str]:
        """The ids of the tasks that wait, each once."""
        return sorted({task.element_id for task in self.tasks.values()})

    @property
    def values(self) -> dict[str, Any]:
        """The variables as the first open task sees them, else those of the procedure."""
        for task in self.tasks.values():
            return runtime.local_variables(self.spec, self.blob, task.id)
        return runtime.variables(self.spec, self.blob)

    def role(self, element: str) -> str | None:
        """The lane of an open task."""
        return next(t.lane for t in self.tasks.values() if t.element_id == element)

    # --- inside ---

    def _complete(self, task: OpenTask, changes: Answers) -> None:
        variables = runtime.local_variables(self.spec, self.blob, task.id)
        answers = self._filled(str(task.form), task.element_id, variables, changes)
        outcome = runtime.complete(self.spec, self.blob, task.id, answers, self._ports())
        self.tasks.pop(task.id)
        self._take(outcome)

    def _filled(self, form_id: str, task: str, known: Answers, changes: Answers) -> dict[str, Any]:
        data = self.office.law.catalogue.form(form_id, self.office.regime)
        assert data is not None, form_id
        form = compile_form(data)
        context = {**known, **self._hidden(), **self.office.choices()}
        usual = usual_answers(self.office.regime).get(task, {})
        answers = self._dated(form.writes, usual) | dict(changes)
        shown = {key: known[key] for key in form.writes if known.get(key) is not None}
        return load(form, written(shown | answers), context, documents=papers, now=self.office.now)

    def _dated(self, keys: Sequence[str], usual: Answers) -> dict[str, Any]:
        today = {"approved_on": self.office.today}
        return {**{k: v for k, v in today.items() if k in keys}, **usual}

    def _fitting(self, changes: Answers) -> Answers:
        """Of the changes for a whole way, those that the next task's form can take."""
        task = next(iter(self.tasks.values()))
        data = self.office.law.catalogue.form(str(task.form), self.office.regime)
        assert data is not None, task.form
        return {k: v for k, v in changes.items() if k in compile_form(data).writes}

    def _hidden(self) -> dict[str, object]:
        identity = {"id": f"case_{id(self)}", "regime": self.office.regime, "number": "0001"}
        return {
            "case": identity,
            "regime": self.office.law.regime.as_variable(),
            "today": self.office.today,
        }

    def _ports(self) -> Ports:
        office, hidden = self.office, self._hidden()
        return Ports(
            now=office.now,
            call=caller({**office.ports(), **hidden}),
            functions=office.law.functions(),
            decide=office.law.decide,
            hidden=hidden,
        )

    def _take(self, outcome: Outcome) -> None:
        assert outcome.fault is None, outcome.fault
        self.blob = outcome.state
        for held, came, gone in (
            (self.tasks, outcome.opened, outcome.closed),
            (self.timers, outcome.timers, outcome.timers_gone),
            (self.waiting, outcome.waiting, outcome.waiting_gone),
        ):
            update(held, came, gone)
        self.trail += [(each.process_id, each.element_id) for each in outcome.passed]
        self.state = outcome.case_state or self.state
        self.record |= outcome.record
        self.ended = outcome.outcome if outcome.ended else None


def update(held: dict[str, Any], came: Sequence[Any], gone: Sequence[str]) -> None:
    """Take away what is gone and add what came."""
    for identity in gone:
        held.pop(identity, None)
    held.update((each.id, each) for each in came)


def offered(*ids: str) -> list[dict[str, str]]:
    """A list of choices whose labels are their values."""
    return [{"value": each, "label": each} for each in ids]


def civil(moment: date | datetime) -> datetime:
    """A moment in Shanghai; a day means its morning at nine."""
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=SHANGHAI)
    return datetime.combine(moment, time(9), SHANGHAI)


def written(answers: Answers) -> dict[str, Any]:
    """Answers as the browser sends them: days as text."""
    return {key: _sent(value) for key, value in answers.items()}


def _sent(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list):
        return [_sent(each) for each in value]
    return value
