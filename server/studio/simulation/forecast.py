"""A case run forward: everything is done as late as the law allows, under stated assumptions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from server import clock, db
from server.errors import Problem
from server.law.law import Law
from server.models import deadlines
from server.studio.scenarios import finding
from server.studio.scenarios import usual as habits
from server.studio.scenarios.play import Play
from server.studio.scenarios.scenario import THE_CASE, Step
from server.studio.scenarios.stage import Machinery, Stage
from server.studio.simulation import assumptions
from server.studio.simulation.assumptions import Assumptions, Start
from server.studio.simulation.copying import copied
from server.studio.simulation.duties import Dated, Duty, Forecast, dated, duty_of, not_started
from server.work import publications
from server.work.sql import Row

PACE = 10
"""Days that a task takes for which the law sets no date."""

LIMIT_YEARS = 10
LIMIT_ACTS = 1_000
PLACE = "推演"


def forecast(
    machinery: Machinery,
    case_id: str,
    given: Iterable[str] = (),
    years: int = 3,
    pace: int = PACE,
) -> Forecast:
    """Run a copy of a case forward; the case itself is only read.

    Raises Unreadable for an assumption nobody knows, NotFound where there is no such case.
    """
    with copied(machinery, case_id) as stage:
        case = finding.case(case_id)
        with db.read() as tx:
            catalogue = publications.catalogue(tx, publications.current(tx))
        usual = habits.of(catalogue, case["regime"])
        play = Play(catalogue, case["regime"], usual, stage)
        play.cases[THE_CASE] = case_id
        run = _Run(play, stage, assumptions.of(usual, given), pace)
        return run.forward(case, min(years, LIMIT_YEARS))


class _Run:
    """The forecast on its way."""

    def __init__(self, play: Play, stage: Stage, assumed: Assumptions, pace: int) -> None:
        self.play, self.stage, self.assumed, self.pace = play, stage, assumed, pace
        self.case_id = play.cases[THE_CASE]
        self.duties: dict[str, Duty] = {}
        self.states: list[tuple[date, str]] = []
        self.rounds: dict[str, set[object]] = {}
        self.waiting = list(assumed.starts)

    def forward(self, case: Row, years: int) -> Forecast:
        """Act after act until the case ends, nothing is left to do, or the years are over."""
        begin = clock.today()
        end = begin + timedelta(days=366 * years)
        for _ in range(LIMIT_ACTS):
            if not self._go_on(end):
                break
        told = Forecast(case, self.assumed.words, begin, end)
        told.duties, told.dates = list(self.duties.values()), self._dates(begin)
        told.states = self.states
        told.ended_on = clock.today() if self._has_ended() else None
        return told

    def _go_on(self, end: date) -> bool:
        """The next thing that happens: a start, a task, or what falls due by itself."""
        self._notice()
        if self._has_ended():
            return False
        planned = min(self._planned(), key=lambda each: each[0], default=None)
        due = self.stage.next_due(clock.midnight(end))
        if due and (planned is None or clock.civil_day(due) <= planned[0]):
            self.stage.until_instant(due)
            return True
        if planned is None or planned[0] > end:
            return False
        self._act(*planned)
        return True

    def _planned(self) -> Iterable[tuple[date, Start | str]]:
        """Every act that is foreseen with its day: starts first, then open tasks."""
        today = clock.today()
        for start in self.waiting:
            day = start.day(self._date(start.milestone))
            if day and not any(map(self._is_ahead, start.after)):
                yield max(day, today), start
        for duty in self.duties.values():
            if duty.done_on is None and not duty.obstacle:
                last = duty.due_on or duty.opened_on + timedelta(days=self.pace)
                yield max(last, today), duty.item_id

    def _act(self, day: date, what: Start | str) -> None:
        self.stage.until(max(day, clock.today()))
        if isinstance(what, Start):
            self.waiting.remove(what)
            if problem := self._attempt("start", what.procedure):
                self.duties[what.procedure] = not_started(what.procedure, problem.detail)
        elif self.duties[what].done_on is None:
            self._do(self.duties[what])

    def _do(self, duty: Duty) -> None:
        item = next((i for i in finding.items(self.case_id, status="open", id=duty.item_id)), None)
        if item is None:
            self._settled(duty, "期间撤销")
            return
        problem = self._attempt("do_usually", item["element_id"], item)
        self._settled(duty, problem.detail if problem else "")

    def _attempt(self, act: str, target: str, item: Row | None = None) -> Problem | None:
        """Do something as usual, with what is assumed laid over it."""
        round_now = (target, item["opened_at"] if item else clock.now())
        answers = self.assumed.answer(self.rounds, round_now)
        manner = {"with": answers, **({"item": item["id"]} if item else {})}
        step = Step(PLACE, act=act, target=target, manner=manner, loose=True)
        problem = self.play.attempt(step)
        if problem is None:
            for key in self.play.asked & answers.keys():
                self.rounds.setdefault(key, set()).add(round_now)
        return problem

    def _settled(self, duty: Duty, obstacle: str) -> None:
        done = None if obstacle else clock.today()
        self.duties[duty.item_id] = replace(duty, done_on=done, obstacle=obstacle)

    def _has_ended(self) -> bool:
        return finding.case(self.case_id)["closed_at"] is not None

    def _notice(self) -> None:
        """Enter the state the case has come to and the tasks that have opened; forget those that
        have gone."""
        state = finding.case(self.case_id)["state"]
        if not self.states or self.states[-1][1] != state:
            self.states.append((clock.today(), state))
        opened = {item["id"]: item for item in finding.items(self.case_id, status="open")}
        for identity, item in opened.items():
            if identity not in self.duties:
                self.duties[identity] = duty_of(item, self._provisional(item["deadline_id"]))
        for identity, duty in self.duties.items():
            if duty.done_on is None and not duty.obstacle and identity not in opened:
                self._settled(duty, "期间撤销")

    def _provisional(self, deadline: str | None) -> bool:
        wanted = select(deadlines.c.provisional).where(deadlines.c.id == deadline)
        with db.read() as tx:
            return bool(tx.execute(wanted).scalar())

    def _is_ahead(self, procedure: str) -> bool:
        """Whether a procedure is still to be started or under way."""
        assumed = any(start.procedure == procedure for start in self.waiting)
        alive = {r["process_id"] for r in finding.running(self.case_id) if r["status"] == "running"}
        return assumed or procedure in alive

    def _date(self, milestone: str) -> tuple[date | None, date] | None:
        """First and last day of a date that hangs on the case's record; None while it does not."""
        law = Law.of(self.play.catalogue, self.play.regime)
        row = law.catalogue.row("deadlines", law.regime.id, milestone=milestone)
        anchor = finding.case(self.case_id)["record"].get(row["anchor"]) if row else None
        if not isinstance(anchor, str):
            return None
        told = law.deadline(milestone, date.fromisoformat(anchor))
        return told.opens_on, told.due_on

    def _dates(self, begin: date) -> list[Dated]:
        """The dates of the case that no task carries."""
        held = {item["deadline_id"] for item in finding.items(self.case_id)}
        wanted = select(deadlines).where(
            deadlines.c.case_id == self.case_id,
            deadlines.c.status != "void",
            deadlines.c.due_on >= begin,
        )
        with db.read() as tx:
            rows = tx.execute(wanted.order_by(deadlines.c.due_on)).mappings().all()
        return [dated(dict(row)) for row in rows if row["id"] not in held]
