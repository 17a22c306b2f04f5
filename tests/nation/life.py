"""The life of one province: its bases come, are built, accepted, inspected, assessed, ended.

Time is the stage's own and never waits. Whatever falls due happens at its own moment; between
these moments people do what they have planned. The acts are those of server/work, the timers and
messages those of server/jobs.
"""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event, func, select

from server import clock, db
from server.errors import Invalid, Problem
from server.jobs import claims, daily, worker
from server.migrations import migrate
from server.models import cases, instances, journal, subscriptions, work_items
from server.rehearsal import machinery
from server.studio.scenarios import finding, offices, stage, usual
from server.studio.scenarios.scenario import Step
from server.studio.scenarios.stage import Stage
from server.work import publications
from server.work.sql import Row
from tests.nation import invariants
from tests.nation.people import ATTEMPTS, PANEL_CHANGE, Citizens, Habits
from tests.nation.provinces import Province, catalogue

BEGIN = date(2022, 1, 4)
ROUND = timedelta(days=15)
"""How often people look at a base and think of something to start."""

MONTHLY = {
    "achievement": 0.06,
    "change": 0.015,
    "major_problem": 0.02,
    "adjustment": 0.004,
    "violation": 0.003,
    "funding": 0.03,
    "subsidy": 0.02,
    "centre_evaluation": 0.015,
    "late_submission": 0.003,
}
"""Procedure -> how likely somebody thinks of starting it for a base, in a month."""

FIELDS = ("新的领域", "另一领域", "又一领域")
WISHES = frozenset({"change", "adjustment"})
"""Procedures for which somebody names one of these fields of work."""

INSPECTED = {True: 0.25, False: 0.01}
"""The same of an inspection, in the month of inspections and in the others."""

TO_THE_END = "end"

EXTENDED, FORGOTTEN, MESSAGE = 0.3, 0.1, 0.1
ASKS = "extension"
CLOSING = (timedelta(days=20), timedelta(days=130))
"""So long before the end of construction people ask for acceptance."""


BY_DAY = "by_day"
"""The queue of what an office does once a day: all outside jobs but the drawing of papers, which
is neither law nor engine and would take most of the time."""


@dataclass(frozen=True)
class Plan:
    """How much is lived: so many bases in so many years from a seed."""

    bases: int
    years: int
    seed: int


@dataclass
class Base:
    """What its people have in mind."""

    case: str
    asks_extension: bool
    closing: timedelta
    """So long before the end they ask for acceptance; negative when they forget to in time."""


@dataclass
class Figures:
    """What was done, and what was found wrong."""

    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    given_up: Counter[str] = field(default_factory=Counter)
    daily: int = 0
    defects: list[str] = field(default_factory=list)


class Days(Stage):
    """The days of ten years: as a scenario's, but whatever an automatic step does wrong is
    retried and reported as in an office, and nothing looks through the whole journal."""

    done = 0

    def until_instant(self, instant: datetime) -> None:
        self.now = max(self.now, instant)
        self.settle()

    def settle(self) -> None:
        while self.machinery.run_one():
            self.done += 1


class Life:
    """One province on its way through the years."""

    def __init__(self, province: Province, plan: Plan, days: Days) -> None:
        self.province, self.plan, self.days = province, plan, days
        self.habits = Habits(Random(f"{plan.seed}-{province.number}"))
        self.catalogue = catalogue(province)
        answers = usual.of(self.catalogue, province.regime)
        self.people = Citizens(self.habits, self.catalogue, province.regime, answers, days)
        self.figures = Figures()
        self.bases: dict[str, Base] = {}
        self.tries: Counter[str] = Counter()
        self._agenda: list[tuple[datetime, int, str, str]] = []
        self._order = count()
        self._seen = 0
        self.end = clock.midnight(date(BEGIN.year + plan.years, BEGIN.month, BEGIN.day))

    # --- time ---

    def live(self) -> None:
        """All the years: what falls due and what people have planned, in order."""
        self._plan_years()
        while self._agenda:
            moment = min(self._agenda[0][0], self.end)
            if (due := self.days.next_due(moment)) is not None:
                self.days.until_instant(due)
            elif moment == self.end:
                break
            else:
                self._act()
            self._notice()
        self.days.until_instant(self.end)

    def _act(self) -> None:
        moment, _, what, whom = heapq.heappop(self._agenda)
        self.days.until_instant(moment)
        getattr(self, f"_{what}")(whom)

    def _at(self, day: date, what: str, whom: str = "") -> None:
        """Plan something for office hours; mostly on a working day."""
        if not self.habits.happens(0.05):
            day = self.catalogue.calendar.roll_forward(day)
        minutes = timedelta(minutes=self.habits.chance.randint(9 * 60, 17 * 60))
        self._put(max(clock.midnight(day) + minutes, self.days.now), what, whom)

    def _put(self, moment: datetime, what: str, whom: str = "") -> None:
        heapq.heappush(self._agenda, (moment, next(self._order), what, whom))

    def _plan_years(self) -> None:
        for offset in range(self.plan.years):
            year = BEGIN.year + offset
            self._at(date(year, 1, 6), "open_round", str(year))
            self._put(clock.midnight(date(year, 12, 31)), "look_back", str(year))
        for number in range(self.plan.bases):
            self._at(self._opening(number), "apply", str(number))
        self._put(clock.midnight(BEGIN + timedelta(days=1)), "daily")

    def _opening(self, number: int) -> date:
        """The day of an application: in the province's months, the years one after another."""
        year = BEGIN.year + number % max(1, self.plan.years - 2)
        first, last = self.province.window
        month, day = self.habits.chance.randint(first, last), self.habits.chance.randint(1, 28)
        return date(year, month, day)

    def _daily(self, _: str) -> None:
        """What an office does by itself once a day, and what goes out."""
        daily.plan()
        self._go_out()
        self._put(clock.midnight(clock.today() + timedelta(days=1)), "daily")

    def _go_out(self) -> None:
        while worker.run_one(BY_DAY):
            self.figures.daily += 1

    def check(self, year: str) -> None:
        """Write down what is wrong and was not before, once the day's messages are on their way."""
        self._go_out()
        known = {each.partition(": ")[2] for each in self.figures.defects}
        new = [each for each in invariants.wrong(finally_=year == TO_THE_END) if each not in known]
        self.figures.defects += [f"{year}: {each}" for each in new]

    def _look_back(self, year: str) -> None:
        self.check(year)

    # --- what people begin ---

    def _open_round(self, year: str) -> None:
        self._attempt(Step(year, case=f"guide-{year}", act="finish", target="guide", loose=True))
        if "publicity" in self.catalogue.procedures(self.province.regime):
            self._attempt(Step(year, case=f"status-{year}", act="start", target="publicity"))

    def _apply(self, number: str) -> None:
        self.people.title = f"{self.catalogue.regimes[self.province.regime].title}（{number}）"
        unit = self.habits.chance.choice(offices.LETTERS)
        answers = {"undertaker_id": f"unit_{unit}", "field_name": f"领域{number}"}
        step = Step(
            number, case=number, act="start", target="application", manner={"with": answers}
        )
        if self._attempt(step):
            case = self.people.cases[number]
            closing = self.habits.chance.uniform(*(each.days for each in CLOSING))
            late = self.habits.happens(FORGOTTEN)
            self.bases[number] = Base(
                case, self.habits.happens(EXTENDED), timedelta(days=-20 if late else closing)
            )
            self._at(clock.today() + ROUND, "think", number)

    def _think(self, number: str) -> None:
        """Somebody looks at a base: is there anything to start, to say, to complain about?"""
        base = self.bases[number]
        case = finding.case(base.case)
        if case["closed_at"] is not None:
            return
        for process in self._ideas(base, case):
            wish = {"new_field_name": self.habits.chance.choice(FIELDS)}
            manner = {"with": wish if process in WISHES else {}}
            step = Step(process, case=number, act="start", target=process, manner=manner)
            self._attempt(replace(step, loose=True))
        if self.habits.happens(MESSAGE):
            self._bring(number, base)
        self._at(clock.today() + ROUND, "think", number)

    def _ideas(self, base: Base, case: Row) -> Iterator[str]:
        known = self.catalogue.procedures(self.province.regime)
        yield from (each for each in self._closing(base, case) if each in known)
        for process, probability in MONTHLY.items():
            if process in known and self.habits.happens(probability / 2):
                yield process
        busy = clock.today().month == self.province.inspections
        if self.habits.happens(INSPECTED[busy] / 2):
            yield "supervision_check"

    def _closing(self, base: Base, case: Row) -> Iterator[str]:
        """Towards the end of construction: more time, the check before it, acceptance."""
        end = case["record"].get("construction_end")
        if case["state"] != "in_construction" or not isinstance(end, str):
            return
        left = date.fromisoformat(end) - clock.today()
        if base.asks_extension and left < timedelta(days=100):
            base.asks_extension = self.habits.happens(0.5)
            yield ASKS
        elif left < base.closing:
            yield from ("self_check", "acceptance")

    def _bring(self, number: str, base: Base) -> None:
        """Bring a message for which some procedure of the case waits."""
        open_to_people = subscriptions.c.form.is_not(None), subscriptions.c.role.is_not(None)
        wanted = select(subscriptions.c.message).where(subscriptions.c.case_id == base.case)
        with db.read() as tx:
            found = sorted(set(tx.execute(wanted.where(*open_to_people)).scalars()))
        if found:
            message = self.habits.chance.choice(found)
            self._attempt(Step(message, case=number, act="bring", target=message, loose=True))

    # --- what waits for people ---

    def _notice(self) -> None:
        """People find what is new in their inboxes and plan when they will do it."""
        place = finding.entered(work_items)
        row = place.label("row")
        new = select(work_items, row).where(place > self._seen)
        with db.read() as tx:
            found = [dict(each) for each in tx.execute(new.order_by(row)).mappings()]
        for item in found:
            self._seen = item["row"]
            opened = clock.civil_day(item["opened_at"])
            day = self.habits.day(opened, item["due_on"], item["due_kind"])
            if day is not None and item["status"] == "open":
                self._at(day, "do", item["id"])

    def _do(self, item_id: str) -> None:
        item = _open_item(item_id)
        if item is None:
            return
        self.people.cases.setdefault(item["case_id"], item["case_id"])
        manner = {"item": item_id}
        step = Step(item_id, case=item["case_id"], target=item["element_id"], loose=True)
        leaves = item["multi_instance"] and self.habits.happens(PANEL_CHANGE)
        if leaves and self._attempt(_with(step, "withdraw", manner)):
            return
        if not self._attempt(_with(step, "do_usually", manner)):
            self._put_off(item)

    def _put_off(self, item: Row) -> None:
        """What a rule forbids today is tried again later, for some time."""
        self.tries[item["id"]] += 1
        if self.tries[item["id"]] < ATTEMPTS:
            days = self.habits.chance.randint(3, 10) * min(self.tries[item["id"]], 9)
            self._at(clock.today() + timedelta(days=days), "do", item["id"])
        else:
            self.figures.given_up[f"{item['process_id']}.{item['element_id']}"] += 1

    def _attempt(self, step: Step) -> bool:
        """Act; where a form or a rule objects, fill in what is missing, then as usual."""
        self.people.begin()
        for _ in range(4):
            problem = self.people.attempt(step)
            if problem is None:
                self.figures.acts[f"{step.act}"] += 1
                return True
            self.figures.refused[f"{step.target} {problem.code}"] += 1
            if not self._think_better(problem):
                return False
        return False

    def _think_better(self, problem: Problem) -> bool:
        if isinstance(problem, Invalid) and problem.errors:
            return self.people.amend(problem.errors)
        before, self.people.plainly = self.people.plainly, True
        return not before


def _with(step: Step, act: str, manner: dict[str, Any]) -> Step:
    return Step(step.place, case=step.case, act=act, target=step.target, manner=manner, loose=True)


def _open_item(item_id: str) -> Row | None:
    with db.read() as tx:
        wanted = select(work_items).filter_by(id=item_id, status="open")
        row = tx.execute(wanted).mappings().first()
    return dict(row) if row else None


# --- one province from an empty database to its figures -----------------------------------------


def run(province: Province, plan: Plan, path: Path) -> dict[str, Any]:
    """Live a province in a new database file; its figures with everything that is wrong."""
    migrate(f"sqlite:///{path}")
    db.bind(_quick(db.connect(f"sqlite:///{path}")))
    days = Days(stage.civil(BEGIN).astimezone(UTC), machinery())
    begun, cpu = time.perf_counter(), time.process_time()
    with clock.following(days.read_clock), _queue_by_day():
        _furnish(province)
        life = Life(province, plan, days)
        life.live()
        life.check(TO_THE_END)
        told = _told(life, path)
    db.engine().dispose()
    spent = {"wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu}
    return told | {name: round(seconds, 1) for name, seconds in spent.items()}


@contextmanager
def _queue_by_day() -> Iterator[None]:
    kinds = tuple(kind for kind in claims.QUEUES[claims.OUTSIDE] if kind != "render")
    with (
        patch.dict(claims.QUEUES, {BY_DAY: kinds}),
        patch.dict(claims.CLAIM, {BY_DAY: claims.CLAIM[claims.OUTSIDE]}),
    ):
        yield


def _quick(engine: Engine) -> Engine:
    """Power does not fail here (tests/faults does that): no commit waits for the disk."""

    @event.listens_for(engine, "connect")
    def hurry(connection: Any, _: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return engine


def _furnish(province: Province) -> None:
    made = catalogue(province)
    with db.transaction() as tx:
        offices.furnish(tx, made)
        publications.publish(tx, made.files, "虚拟", None)
    stage.put_on_record(province.regime, stage.PREREQUISITES, BEGIN)


def _told(life: Life, path: Path) -> dict[str, Any]:
    figures = life.figures
    with db.read() as tx:
        ended = tx.execute(select(cases.c.state, func.count()).group_by(cases.c.state)).all()
        runs = tx.execute(select(func.count()).select_from(instances)).scalar()
        timers = tx.execute(select(func.count()).where(journal.c.act == "fire"))
        told = {
            "regime": life.province.regime,
            "model": life.province.model,
            "bases": len(life.bases),
            "procedures": runs,
            "timers": timers.scalar(),
        }
    size = path.stat().st_size
    return told | {
        "acts": dict(figures.acts),
        "jobs": life.days.done,
        "daily": figures.daily,
        "refused": dict(figures.refused),
        "given_up": dict(figures.given_up),
        "states": dict(map(tuple, ended)),
        "bytes": size,
        "defects": figures.defects,
    }
