"""What passed boxes mean for the case: states, record, regions, procedures, legal dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server.engine import runtime
from server.engine.errors import StepFailed
from server.engine.outcome import Begin, Milestone
from server.engine.ports import Ports

from .drawing import (
    after,
    boundary,
    call,
    catch,
    chain,
    diagram,
    each,
    end,
    flow,
    mapping,
    message,
    on_message,
    service,
    start,
    throw,
    user,
    xor,
)
from .walk import HIDDEN, Case, case

TOLD = {"id": "C-1", "regime": "national", "state": "", "record": {}}


class Life(Case):
    """A case whose state and record stand in ``case``, with a table of forbidden moves."""

    told: dict[str, Any] = TOLD
    forbidden: frozenset[tuple[str, str]] = frozenset()

    @property
    def ports(self) -> Ports:
        hidden = {**HIDDEN, "case": self.told}
        return replace(super().ports, hidden=hidden, forbids=self._forbids)

    def _forbids(self, before: str, after: str) -> str:
        return f"不能从{before}到{after}" if (before, after) in self.forbidden else ""


def life(*files: bytes, told: dict[str, Any] | None = None, **more: Any) -> Life:
    spec = case(*files).spec
    found = Life(spec, **more)
    found.told = {**TOLD, **(told or {})}
    return found


APPROVED = diagram(
    "p",
    start(props={"state": "drafting", "region": "plan=none"}),
    user("approve", props={"state": "studied", "met": "answer"}),
    end(
        "approved",
        props={
            "state": "in_construction",
            "record": "approved_on construction_end unknown",
            "region": "plan=due change=none",
            "begins": "construction plan_filing",
            "begins_with": "approved_on nothing",
            "ends": "round",
            "milestones": "plan_filing@received_on acceptance@construction_end",
            "moves": "construction_end",
        },
    ),
    chain("begin", "approve", "approved"),
)
DAYS = {"approved_on": date(2026, 1, 5), "construction_end": date(2028, 1, 5)}


def test_a_box_says_what_begins_ends_and_runs_from_here() -> None:
    c = life(APPROVED, told={"record": {"received_on": date(2026, 1, 9)}})
    first = c.start(**DAYS)
    assert (first.states, first.life.regions) == (("drafting", "studied"), {"plan": "none"})
    outcome = c.do("approve")
    given = {"approved_on": date(2026, 1, 5), "nothing": None}
    assert outcome.life.begins == (Begin("construction", given), Begin("plan_filing", given))
    assert outcome.life.ends == ("round",)
    assert outcome.life.regions == {"plan": "due", "change": "none"}
    assert outcome.life.milestones == (
        Milestone("plan_filing", "received_on", date(2026, 1, 9)),
        Milestone("acceptance", "construction_end", date(2028, 1, 5)),
    )
    assert (outcome.life.met, outcome.life.moves) == (("answer",), ("construction_end",))
    assert (outcome.states, outcome.case_state) == (("in_construction",), "in_construction")


def test_a_name_the_procedure_does_not_know_leaves_the_record_alone() -> None:
    c = life(APPROVED)
    c.start(**DAYS)
    assert c.do("approve").record == DAYS


SEEN = diagram(
    "p",
    start(),
    throw("noted", props={"state": "noted", "record": "answer", "region": "plan=filed"}),
    service("read", "demo.read"),
    xor("which", default="otherwise"),
    end("known"),
    end("unknown"),
    chain("begin", "noted", "read", "which"),
    flow("which", "known", '= case.state = "noted" and case.record.regions.plan = "filed"'),
    flow("which", "unknown", id="otherwise"),
)


def test_the_boxes_that_follow_see_the_case_as_it_has_become() -> None:
    asked: list[Any] = []

    def read(variables: Any) -> None:
        asked.append((variables["case"]["state"], variables["case"]["record"]["answer"]))

    told = {"state": "before", "record": {"answer": 1, "regions": {"plan": "due"}}}
    outcome = life(SEEN, told=told, handlers={"demo.read": read}).start(answer=42)
    assert asked == [("noted", 42)]
    assert outcome.passed[-1].element_id == "known"
    assert told == {"state": "before", "record": {"answer": 1, "regions": {"plan": "due"}}}


MANY = diagram(
    "p",
    start(),
    user(
        "review",
        each("= [1, 2, 3]", "one"),
        props={"state": "review", "begins": "report", "met": "opinions"},
    ),
    end(),
    chain("begin", "review", "done"),
)


def test_a_list_of_elements_means_its_part_once() -> None:
    c = life(MANY)
    assert c.start().states == ("review",)
    assert c.do("review").life.begins == ()
    c.do("review")
    outcome = c.do("review")
    assert [begin.process_id for begin in outcome.life.begins] == ["report"]
    assert outcome.life.met == ("opinions",)


OUTER = diagram(
    "p",
    start(),
    call("called", "part", props={"state": "one"}),
    end(),
    chain("begin", "called", "done"),
)
PART = diagram(
    "part",
    start("part_begin"),
    throw("inside", props={"state": "two"}),
    end("part_done"),
    chain("part_begin", "inside", "part_done"),
)


def test_the_end_of_a_called_part_does_not_bring_back_the_state_of_its_beginning() -> None:
    assert life(OUTER, PART).start().states == ("one", "two")


STEPS = diagram(
    "p",
    start(),
    user("fill", props={"state": "filling"}),
    user("judge", props={"state": "judging"}),
    end(props={"state": "over"}),
    chain("begin", "fill", "judge", "done"),
)


def test_a_state_to_which_the_case_cannot_come_is_a_fault_and_stays_one() -> None:
    c = life(STEPS, told={"state": "filling"})
    c.forbidden = frozenset({("filling", "judging")})
    c.start()
    outcome = c.do("fill")
    assert outcome.fault is not None
    assert outcome.fault.element_id == "judge"
    assert outcome.fault.error == "不能从filling到judging"
    assert (outcome.states, outcome.opened) == ((), ())
    again = c.take(runtime.resume(c.spec, c.state, c.ports))
    assert again.fault is not None
    c.forbidden = frozenset()
    opened = c.take(runtime.resume(c.spec, c.state, c.ports))
    assert (opened.fault, opened.states, c.at()) == (None, ("judging",), ["judge"])


def test_an_end_that_means_an_impossible_state_is_a_fault() -> None:
    c = life(STEPS)
    c.forbidden = frozenset({("judging", "over"), ("", "over")})
    c.start()
    c.do("fill")
    c.told = {**TOLD, "state": "judging"}
    outcome = c.do("judge")
    assert outcome.fault is not None
    assert outcome.fault.element_id == "done"
    assert not outcome.ended


WAITING = diagram(
    "p",
    start(),
    catch("heard", on_message("m"), props={"state": "heard"}),
    end(),
    chain("begin", "heard", "done"),
    around=message("m", "news"),
)


def test_a_message_that_means_an_impossible_state_changes_nothing() -> None:
    c = life(WAITING, told={"state": "deaf"})
    c.forbidden = frozenset({("deaf", "heard")})
    c.start()
    with pytest.raises(StepFailed, match="不能从deaf到heard"):
        c.deliver("news")


OVERDUE = diagram(
    "p",
    start(),
    user("act"),
    boundary(
        "late",
        "act",
        after("P1D"),
        interrupting=False,
        ext=mapping(outputs={"ground": '= "overdue"'}),
        props={"begins": "end_case", "begins_with": "ground"},
    ),
    end(),
    end("late_noted"),
    chain("begin", "act", "done"),
    chain("late", "late_noted"),
)


def test_a_timer_writes_its_outputs_before_it_begins_a_procedure() -> None:
    c = life(OVERDUE)
    c.start()
    outcome = c.fire("late")
    assert outcome.life.begins == (Begin("end_case", {"ground": "overdue"}),)
    assert c.variables == {"ground": "overdue"}
