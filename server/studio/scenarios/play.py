"""One scenario on its way: every step is a real act of a person, or time that passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from server import clock, db
from server.errors import Problem, Refused
from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.law.forms import read
from server.studio.scenarios import finding
from server.studio.scenarios.filling import fill
from server.studio.scenarios.finding import NotWaiting
from server.studio.scenarios.scenario import Answers, Step
from server.studio.scenarios.stage import Stage
from server.studio.scenarios.usual import Usual
from server.work import beginning, parties, submission, worklist
from server.work import desk as desks
from server.work.desk import Desk
from server.work.people import Person
from server.work.sql import Row
from server.work.surroundings import Surroundings

LONGEST_WAY = 60
FIRST_PROCEDURE = "application"
"""The procedure with which a case begins where a step does not say otherwise."""

ANOTHER_OFFICER = "same_officer"
"""The refusal after which the usual way goes on with the office's second officer."""

USUAL_REASON = "按场景调整专家"
NOBODY: Answers = {}


class Play:
    """The cases of one scenario, all of one ``title``. ``focus`` is the instance of each case last
    acted upon, ``asked`` are the fields of the form last filled in."""

    def __init__(
        self, catalogue: Catalogue, regime: str, usual: Usual, stage: Stage, title: str = "场景"
    ) -> None:
        self.catalogue, self.regime = catalogue, regime
        self.usual, self.stage = usual, stage
        self.title = title
        self.cases: dict[str, str] = {}
        self.focus: dict[str, str] = {}
        self.asked: frozenset[str] = frozenset()
        self.acts: Mapping[str, Callable[[Step], None]] = {
            "start": self._start,
            "do": self._do,
            "do_usually": self.do_usually,
            "bring": self._bring,
            "reach": self._reach,
            "finish": self._finish,
            "withdraw": self._change_panel,
            "replace": self._change_panel,
        }

    def attempt(self, step: Step) -> Problem | None:
        """Carry out a step; what the office says against it, or None when it is done."""
        if step.moment:
            self.stage.until(step.moment)
        if step.act is None:
            return None
        try:
            self.acts[step.act](step)
        except Problem as problem:
            return problem
        except NotWaiting as missing:
            return Problem(missing.args[0], code="not_open")
        finally:
            self.stage.settle()
        return None

    def instance(self, step: Step) -> Row | None:
        """The procedure a step speaks of: the one it names, else the one last acted upon."""
        found = finding.running(self.cases[step.case]) if step.case in self.cases else []
        if "within" in step.manner:
            return next((r for r in found if r["process_id"] == step.manner["within"]), None)
        held = self.focus.get(step.case)
        return next((row for row in found if row["id"] == held), found[-1] if found else None)

    def may_start(self, step: Step, process: str) -> bool:
        """Whether an officer of the starting role may start a procedure in the case now."""
        event = finding.starting_event(self.catalogue, self.regime, process)
        role = parties.acting(self.catalogue, self.regime, event.lane or "")
        case_id = self._case(step)
        person = finding.holder(role, self.regime, finding.parties(case_id).get(role))
        with db.read() as tx:
            desk = desks.of_case(tx, case_id, person.id, lock=False)
            offered = beginning.startable_in(desk, person)
        return process in {each["process_id"] for each in offered}

    # --- beginning ---

    def _start(self, step: Step) -> None:
        event = finding.starting_event(self.catalogue, self.regime, step.target)
        role = parties.acting(self.catalogue, self.regime, event.lane or "")
        person = self._starter(step, role)
        data = self._filled(step, str(event.properties["form"]), step.target, NOBODY, person)
        if event.properties.get("starts") == "procedure":
            worklist.start_procedure(person, self._case(step), step.target, data)
        else:
            answer = worklist.start_case(person, self.regime, step.target, self.title, {}, data)
            self.cases[step.case] = answer["case"]
        self._look_at_youngest(step)

    def _starter(self, step: Step, role: str) -> Person:
        case_id = self.cases.get(step.case)
        if "by" in step.manner:
            return finding.person(step.manner["by"], role, self.regime, case_id)
        known = {**self.usual.answers.get(step.target, {}), **step.answers}
        held = finding.parties(case_id) if case_id else {}
        organisation = held.get(role) or known.get(f"{role}_id")
        return finding.holder(role, self.regime, organisation)

    def _look_at_youngest(self, step: Step) -> None:
        self.focus[step.case] = finding.running(self.cases[step.case])[0]["id"]

    # --- items ---

    def _do(self, step: Step) -> None:
        found = self._items(step)
        sets = step.each or [step.answers] * len(found)
        if "number" in step.manner:
            found, sets = found[step.manner["number"] :][:1], sets[:1]
        if not found or len(sets) != len(found):
            pattern = "“%(target)s”现有待办 %(found)s 份，要办 %(wanted)s 份"
            more = {"found": len(found), "wanted": len(sets)}
            raise NotWaiting(told(pattern, target=step.target, **more))
        for item, answers in zip(found, sets, strict=True):
            self._complete(step, item, answers)

    def _items(self, step: Step) -> list[Row]:
        """The open items of a task: those of the step's procedure first, else of the case."""
        case_id = self._case(step)
        found = finding.items(case_id, element_id=step.target, status="open")
        if "item" in step.manner:
            return [item for item in found if item["id"] == step.manner["item"]]
        instance = self.instance(step)
        own = [item for item in found if instance and item["instance_id"] == instance["id"]]
        if own or "within" in step.manner:
            return own
        return [item for item in found if item["instance_id"] == found[0]["instance_id"]]

    def _complete(self, step: Step, item: Row, answers: Answers) -> None:
        person = self._doer(step, item["role"], item["organisation_id"], item["assignee_id"])
        self.focus[step.case] = item["instance_id"]
        data: Answers = {}
        if item["form"]:
            known = self._seen(item["form"], desks.of_item, item["id"], person)
            data = self._filled(step, item["form"], item["element_id"], known, person, answers)
        worklist.complete(person, item["id"], item["version"], data)

    def _doer(self, step: Step, role: str, office: str | None, assignee: str | None) -> Person:
        if "by" in step.manner:
            return finding.person(step.manner["by"], role, self.regime, self.cases[step.case])
        if assignee:
            return finding.person(assignee, role, self.regime, None)
        return finding.holder(role, self.regime, office, step.manner.get("officer", 0))

    def _bring(self, step: Step) -> None:
        found = finding.waiting(self._case(step), step.target)
        if not found:
            raise NotWaiting(told("没有程序在等待“%(target)s”", target=step.target))
        place = found[0]
        person = self._doer(step, place["role"], place["organisation_id"], None)
        self.focus[step.case] = place["instance_id"]
        known = self._seen(place["form"], desks.of_subscription, place["id"], person)
        data = self._filled(step, place["form"], step.target, known, person)
        worklist.deliver(person, place["id"], data)

    def _change_panel(self, step: Step) -> None:
        item = self._place(step)
        keeper = step.manner.get("by", "authority")
        person = finding.person(keeper, "authority", self.regime, self.cases[step.case])
        reason = step.manner.get("reason", USUAL_REASON)
        if step.act == "replace":
            worklist.replace_expert(person, item["id"], step.manner.get("expert", ""), reason)
        else:
            worklist.withdraw_expert(person, item["id"], reason)

    def _place(self, step: Step) -> Row:
        """The open item that a step counts out, the first without a number."""
        found, number = self._items(step), step.manner.get("number", 0)
        if number not in range(len(found)):
            pattern = "“%(target)s”现有待办 %(found)s 份，没有第 %(number)s 份（从 0 数起）"
            raise NotWaiting(told(pattern, target=step.target, found=len(found), number=number))
        return found[number]

    # --- the usual way on ---

    def _reach(self, step: Step) -> None:
        if step.case not in self.cases:
            self._start(_loosely(step, FIRST_PROCEDURE))
        for _ in range(LONGEST_WAY):
            if finding.items(self.cases[step.case], element_id=step.target, status="open"):
                self._look_where(step)
                return
            self._next(step, self._way_to(step))
        raise NotWaiting(told("照通常做法办不到“%(target)s”", target=step.target))

    def _finish(self, step: Step) -> None:
        if step.case not in self.cases or not self._is_running(step):
            self._start(_loosely(step, step.target))
        for _ in range(LONGEST_WAY):
            instance = self.instance(step)
            if instance is None or not self._open_in(instance):
                return
            self._next(step, instance)
        raise NotWaiting(told("照通常做法办不完“%(target)s”", target=step.target))

    def _is_running(self, step: Step) -> bool:
        found = finding.running(self.cases[step.case])
        own = [r for r in found if r["process_id"] == step.target and r["status"] == "running"]
        self.focus |= {step.case: own[0]["id"]} if own else {}
        return bool(own)

    def _way_to(self, step: Step) -> Row:
        """The running instance in whose diagram the task lies, the present one preferred; else the
        present one, which may begin another."""
        now = self.instance(step)
        alive = [r for r in finding.running(self.cases[step.case]) if r["status"] == "running"]
        ordered = sorted(alive, key=lambda row: now is None or row["id"] != now["id"])
        found = next((r for r in ordered if finding.holds(r, step.target)), None)
        if found is None and ordered and self._open_in(ordered[0]):
            return ordered[0]
        if found is None:
            raise NotWaiting(told("没有进行中的程序能办到“%(target)s”", target=step.target))
        return found

    def _next(self, step: Step, instance: Row) -> None:
        """Do the first open task of an instance as usual."""
        found = self._open_in(instance)
        if not found:
            pattern = "“%(target)s”之前没有可办的待办%(patience)s"
            patience = self._patience(instance)
            raise NotWaiting(told(pattern, target=step.target, patience=patience))
        self.focus[step.case] = instance["id"]
        self.do_usually(_loosely(step, found[0]["element_id"]))
        self.stage.settle()

    def _patience(self, instance: Row) -> str:
        """When time alone goes on with an instance, in words."""
        due = finding.next_timer(instance)
        return told("，时间须先走到%(day)s", day=str(clock.civil_day(due))) if due else ""

    def do_usually(self, step: Step) -> None:
        """Do a task; where the rule wants another officer than the first, the second does it."""
        try:
            self._do(step)
        except Refused as refused:
            if refused.code != ANOTHER_OFFICER:
                raise
            self._do(replace(step, manner={**step.manner, "officer": 1}))

    def _open_in(self, instance: Row) -> list[Row]:
        return finding.items(instance["case_id"], instance_id=instance["id"], status="open")

    def _look_where(self, step: Step) -> None:
        found = finding.items(self.cases[step.case], element_id=step.target, status="open")
        self.focus[step.case] = found[0]["instance_id"]

    # --- forms ---

    def _seen(
        self, form_id: str, desk_of: Callable[..., Desk], place: str, person: Person
    ) -> Answers:
        """What the page of an item or message is filled with, its lists of choices included."""
        with db.read() as tx:
            desk = desk_of(tx, place, person.id, lock=False)
            context = submission.context(desk, Surroundings(desk))
            form = read(self.catalogue.form(form_id, self.regime) or b"")
            return {key: context[key] for key in (*form.writes, *form.offers) if key in context}

    def _filled(
        self,
        step: Step,
        form_id: str,
        task: str,
        known: Answers,
        person: Person,
        answers: Answers | None = None,
    ) -> dict[str, Any]:
        form = self.catalogue.form(form_id, self.regime)
        if form is None:
            raise NotWaiting(told("没有表单“%(form)s”", form=form_id))
        usual = self.usual.answers.get(task, {})
        self.asked = frozenset(read(form).writes)
        own = step.answers if answers is None else answers
        return fill(form, known, usual, own, person.id, step.loose)

    def _case(self, step: Step) -> str:
        if step.case not in self.cases:
            raise NotWaiting(told("案件“%(case)s”还没有开始", case=step.case))
        return self.cases[step.case]


def _loosely(step: Step, target: str) -> Step:
    """The same step for one task on the way: its answers are given where they fit."""
    manner = {key: value for key, value in step.manner.items() if key == "with"}
    return Step(step.place, case=step.case, target=target, manner=manner, loose=True)
