"""No diagram, however drawn, takes more than a command may have."""

from __future__ import annotations

import time

import pytest

from server.engine import run, runtime

from .drawing import call, chain, diagram, each, end, flow, service, start, user, xor
from .walk import case

ENDLESS = diagram(
    "p",
    start(),
    user("a"),
    xor("again"),
    service("spin", "demo.spin"),
    xor("more", default="no"),
    end(),
    chain("begin", "a", "again", "spin", "more"),
    flow("more", "again", "= true"),
    flow("more", "done", id="no"),
)


def test_an_endless_loop_ends_after_five_thousand_steps_and_the_act_is_kept() -> None:
    c = case(ENDLESS, handlers={"demo.spin": lambda v: None})
    c.start()
    outcome = c.do("a", answer=1)
    assert outcome.fault and "5000" in outcome.fault.error
    assert c.variables == {"answer": 1}


def test_a_slow_command_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MAX_SECONDS", -1.0)
    outcome = case(ENDLESS).start()
    assert outcome.fault and "秒" in outcome.fault.error


def test_time_in_which_a_command_only_waits_is_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "MAX_SECONDS", 0.2)
    waits = diagram(
        "p",
        start(),
        service("wait", "demo.wait"),
        service("go_on", "demo.go_on"),
        user("a"),
        end(),
        chain("begin", "wait", "go_on", "a", "done"),
    )
    handlers = {"demo.wait": lambda v: time.sleep(0.3), "demo.go_on": lambda v: None}
    c = case(waits, handlers=handlers)
    assert c.start().fault is None
    assert c.at() == ["a"]


def test_calls_go_ten_deep_and_no_deeper() -> None:
    def tower(height: int) -> list[bytes]:
        files = [diagram("p", start(), call("c", "p1"), end(), chain("begin", "c", "done"))]
        for floor in range(1, height):
            files.append(
                diagram(
                    f"p{floor}",
                    start(),
                    call("c", f"p{floor + 1}"),
                    end(),
                    chain("begin", "c", "done"),
                )
            )
        return [
            *files,
            diagram(f"p{height}", start(), user("a"), end(), chain("begin", "a", "done")),
        ]

    c = case(*tower(10))
    c.start()
    assert c.at() == ["a"] and c.do("a").ended
    outcome = case(*tower(11)).start()
    assert outcome.fault and "10" in outcome.fault.error


def test_an_expression_over_its_budget_is_a_fault() -> None:
    drawn = diagram(
        "p",
        start(),
        user("a"),
        xor("x", default="no"),
        end(),
        end("d2"),
        chain("begin", "a", "x"),
        flow("x", "done", "= count(for i in 1..1000, j in 1..1000 return i) > 1"),
        flow("x", "d2", id="no"),
    )
    c = case(drawn)
    c.start()
    outcome = c.do("a")
    assert outcome.fault and outcome.fault.element_id == "x"


def test_a_thousand_elements_run_in_one_command() -> None:
    drawn = diagram(
        "p",
        start(),
        service("s", "demo.s", each("= items", "i", "o", "= r")),
        end(),
        chain("begin", "s", "done"),
    )
    c = case(drawn, handlers={"demo.s": lambda v: {"r": v["i"]}})
    assert c.start(items=list(range(1000))).ended
    assert c.variables["o"] == list(range(1000))


def test_a_handler_that_writes_too_much_is_a_fault_and_the_act_is_kept() -> None:
    drawn = diagram(
        "p", start(), user("a"), service("s", "demo.s"), end(), chain("begin", "a", "s", "done")
    )
    c = case(drawn, handlers={"demo.s": lambda v: {"big": "字" * 400_000}})
    c.start()
    outcome = c.do("a", small=1)
    assert outcome.fault and "1024 KiB" in outcome.fault.error
    assert runtime.variables(c.spec, c.state) == {"small": 1}


def test_a_handler_that_gives_what_cannot_be_kept_is_a_fault() -> None:
    drawn = diagram("p", start(), service("s", "demo.s"), end(), chain("begin", "s", "done"))
    for result in ({"x": object()}, [1], "text"):
        outcome = case(drawn, handlers={"demo.s": lambda v, result=result: result}).start()
        assert outcome.fault and outcome.fault.element_id == "s"
