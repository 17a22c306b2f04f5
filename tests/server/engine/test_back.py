"""A token goes back where it could have come from, and nowhere else."""

from __future__ import annotations

import pytest

from server.engine import runtime
from server.engine.errors import NotOpen, StepFailed

from .drawing import (
    after,
    both,
    boundary,
    catch,
    chain,
    diagram,
    each,
    end,
    flow,
    service,
    start,
    sub,
    user,
    xor,
)
from .walk import Case, case

SKETCH = diagram(
    "p",
    start(),
    user("write", props={"state": "drafting"}),
    service("count", "demo.count"),
    user("read", props={"state": "reading"}),
    boundary("late", "read", after("P3D"), interrupting=False),
    user("remind"),
    end("reminded"),
    end(),
    chain("begin", "write", "count", "read", "done"),
    chain("late", "remind", "reminded"),
)


def at_read() -> Case:
    c = case(SKETCH, handlers={"demo.count": lambda given: {"n": int(given.get("n", 0)) + 1}})
    c.start()
    c.do("write", text="draft")
    return c


def back(c: Case, element: str, to: str) -> None:
    task = c.task(element).id
    c.take(runtime.move_back(c.spec, c.state, task, to, c.ports))


def ways(c: Case, element: str) -> dict[str, list[str]]:
    found = runtime.ways_back(c.spec, c.state, c.task(element).id)
    return {to: [one.id for one in between] for to, between in found.items()}


def test_the_earlier_task_opens_and_the_later_one_closes_with_its_timer() -> None:
    c = at_read()
    assert ways(c, "read") == {"write": ["write", "count"]}
    read = c.task("read").id
    back(c, "read", "write")
    assert c.at() == ["write"]
    assert c.last is not None
    assert c.last.closed == (read,)
    assert not c.timers
    assert c.task("write").started_from == "read"
    c.do("write", text="better")
    assert c.at() == ["read"]
    assert c.variables == {"text": "better", "n": 2}
    assert len(c.timers) == 1


def test_the_case_keeps_its_state_until_the_procedure_goes_on() -> None:
    c = at_read()
    back(c, "read", "write")
    assert c.last is not None
    assert c.last.states == ()


def test_a_task_with_events_on_it_opens_with_them() -> None:
    drawn = diagram(
        "p",
        start(),
        user("first"),
        boundary("late", "first", after("P3D")),
        user("second"),
        end("too_late"),
        end(),
        chain("begin", "first", "second", "done"),
        flow("late", "too_late"),
    )
    c = case(drawn)
    c.start()
    c.do("first")
    assert not c.timers
    back(c, "second", "first")
    assert len(c.timers) == 1
    assert c.fire("late").ended


def test_what_floats_beside_stays() -> None:
    c = at_read()
    c.fire("late")
    back(c, "read", "write")
    assert c.at() == ["remind", "write"]


@pytest.mark.parametrize(
    "middle",
    [
        (catch("x", after("P1D")),),
        (user("x", each("= [1]", "item")),),
        (sub("x", start("s"), user("inside"), end("e"), chain("s", "inside", "e")),),
    ],
)
def test_nothing_goes_back_across_what_waits_asks_several_or_holds_a_process(
    middle: tuple[str, ...],
) -> None:
    drawn = diagram(
        "p", start(), user("a"), *middle, user("b"), end(), chain("begin", "a", "x", "b", "done")
    )
    c = case(drawn)
    c.start()
    c.do("a")
    if c.timers:
        c.fire("x")
    else:
        c.do(c.at()[0])
    assert ways(c, "b") == {}
    with pytest.raises(StepFailed):
        back(c, "b", "a")


def test_nothing_goes_back_out_of_a_parallel_branch_and_inside_one_the_others_stay() -> None:
    drawn = diagram(
        "p",
        start(),
        user("before"),
        both("split"),
        user("left_1"),
        user("left_2"),
        user("right"),
        both("join"),
        user("last"),
        end(),
        chain("begin", "before", "split", "left_1", "left_2", "join", "last", "done"),
        chain("split", "right", "join"),
    )
    c = case(drawn)
    c.start()
    c.do("before")
    c.do("left_1")
    assert ways(c, "left_2") == {"left_1": ["left_1"]}
    assert ways(c, "right") == {}
    back(c, "left_2", "left_1")
    assert c.at() == ["left_1", "right"]
    c.do("right")
    c.do("left_1")
    c.do("left_2")
    assert c.at() == ["last"]
    assert ways(c, "last") == {}


def test_only_the_way_that_was_gone_leads_back() -> None:
    drawn = diagram(
        "p",
        start(),
        xor("which", default="no"),
        user("yes"),
        user("instead"),
        xor("merge"),
        user("last"),
        end(),
        flow("begin", "which"),
        flow("which", "yes", "= d > 3"),
        flow("which", "instead", id="no"),
        chain("yes", "merge", "last", "done"),
        flow("instead", "merge"),
    )
    c = case(drawn)
    c.start(d=5)
    c.do("yes")
    assert ways(c, "last") == {"yes": ["yes", "merge"]}


def test_an_element_of_a_panel_does_not_go_back_and_what_follows_the_panel_is_no_element() -> None:
    drawn = diagram(
        "p",
        start(),
        user("a"),
        user("panel", each("= [1, 2]", "item")),
        user("b"),
        end(),
        chain("begin", "a", "panel", "b", "done"),
    )
    c = case(drawn)
    c.start()
    c.do("a")
    assert ways(c, "panel") == {}
    c.do("panel")
    c.do("panel")
    assert c.task("b").multi_instance is None


def test_a_task_that_is_over_does_not_go_back() -> None:
    c = at_read()
    task = c.task("read").id
    c.do("read")
    with pytest.raises(NotOpen):
        runtime.ways_back(c.spec, c.state, task)
