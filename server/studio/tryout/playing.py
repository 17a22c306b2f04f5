"""Playing the acts of a try-out from the beginning, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import orjson

from server import clock, db, ids
from server.errors import NotFound, Problem
from server.feel.sentence import kept, told
from server.law.catalogue import Catalogue
from server.studio.drafts import overlay
from server.studio.drafts import store as drafts
from server.studio.scenarios import StageError, finding, stage, usual
from server.studio.scenarios.filling import as_given
from server.studio.scenarios.finding import NotWaiting
from server.studio.scenarios.play import Play
from server.studio.scenarios.scenario import THE_CASE, Answers, Step
from server.studio.scenarios.stage import Machinery
from server.studio.tryout.acts import BY_WAY, Act, Begun
from server.studio.tryout.seeing import seen
from server.work.people import Person

PLACE = "试办"
SEED: Final = 20250101
"""Identifiers are the same each time, since acts may speak of them."""


class Trial(Play):
    """A case played by hand: what a person filled in is handed in as it is."""

    def do_act(self, act: Act) -> Problem | None:
        """One act of the try-out; what the office says against it."""
        if act.kind == "wait":
            self.stage.until(clock.today() + timedelta(days=act.days))
            return None
        manner: dict[str, Any] = {} if act.data is None else {"exact": act.data}
        step = Step(PLACE, act=act.kind, target=act.target, manner=manner, loose=True)
        if act.kind == "do":
            item = self._nth(act)
            if item is None:
                return Problem(told("没有待办“%(target)s”", target=act.target), code="not_open")
            manner["item"] = item
            step = replace(step, act="do_usually", manner=manner)
        return self.attempt(step)

    def _nth(self, act: Act) -> str | None:
        case = self.cases.get(THE_CASE)
        found = finding.items(case, element_id=act.target, status="open") if case else []
        return next((str(each["id"]) for each in found[act.number :][:1]), None)

    def _filled(
        self,
        step: Step,
        form_id: str,
        task: str,
        known: Answers,
        person: Person,
        answers: Answers | None = None,
    ) -> dict[str, Any]:
        if "exact" not in step.manner:
            return super()._filled(step, form_id, task, known, person, answers)
        form = self.catalogue.form(form_id, self.regime)
        if form is None:
            raise NotWaiting(told("没有表单“%(form)s”", form=form_id))
        return as_given(form, step.manner["exact"], person.id)


def played(machinery: Machinery, asked: bytes) -> bytes:
    """Play what is asked for (JSON: draft, begun, acts) and tell what is seen (JSON)."""
    given = orjson.loads(asked)
    with db.read() as tx:
        laid = overlay.of(tx, drafts.find(tx, given["draft"]))
    begun = Begun(**{**given["begun"], "on": date.fromisoformat(given["begun"]["on"])})
    acts = [Act(**each) for each in given["acts"]]
    return orjson.dumps(play(overlay.catalogue(laid.tree), machinery, begun, acts))


def play(
    made: Catalogue, machinery: Machinery, begun: Begun, acts: Iterable[Act]
) -> Mapping[str, Any]:
    """What is seen after the acts; where one cannot be done, after those before it, with
    ``problem`` and the number of acts ``done``."""
    habits = usual.of(made, begun.regime)
    with stage.raised(made, machinery, begun.on) as office, ids.repeatable(SEED):
        stage.put_on_record(begun.regime, stage.PREREQUISITES, begun.on)
        trial = Trial(made, begun.regime, habits, office)
        done = 0
        problem = _begin(trial, habits, begun)
        for act in acts if problem is None else ():
            problem = _attempted(trial, act)
            if problem:
                break
            done += 1
        return {**seen(trial), "done": done, "problem": _told(problem)}


def _begin(trial: Trial, habits: usual.Usual, begun: Begun) -> Problem | None:
    if not begun.target.startswith(BY_WAY):
        return trial.attempt(Step(PLACE, act="start", target=begun.target, loose=True))
    target = begun.target.removeprefix(BY_WAY)
    begin = begun.on + timedelta(days=_length(habits, target))
    way = Step(PLACE, moment=begin, act="reach", target=target, loose=True)
    for step in habits.expand([way]):
        if step.act and (problem := trial.attempt(step)):
            return problem
    return None


def _length(habits: usual.Usual, target: str, depth: int = 8) -> int:
    """How many days before its end the usual way to a state begins."""
    steps = habits.ways.get(target, ()) if depth else ()
    befores = (
        each.manner.get("before", 0) + _length(habits, each.target, depth - 1) for each in steps
    )
    return max(befores, default=0)


def _attempted(trial: Trial, act: Act) -> Problem | None:
    try:
        return trial.do_act(act)
    except (NotFound, NotWaiting, StageError) as error:
        return Problem(error.args[0], code="not_open")


def _told(problem: Problem | None) -> Mapping[str, Any] | None:
    if problem is None:
        return None
    said = {"detail": kept(problem.detail), "code": problem.code, "clauses": list(problem.clauses)}
    return {**said, "errors": {path: kept(tuple(e)) for path, e in problem.errors.items()}}
