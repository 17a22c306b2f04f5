"""The fifteen traps of SpiffWorkflow 3.2, and that our procedures do not fall into them.

``test_upstream`` shows each defect in the stock engine, where it can be shown there.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from server.engine import codec, runtime, timers
from server.engine.dialect import lint
from server.engine.ports import Ports
from server.engine.run import Run
from server.feel.temporal import Months

from .drawing import (
    after,
    both,
    catch,
    chain,
    diagram,
    each,
    end,
    first_of,
    flow,
    service,
    start,
    sub,
    user,
    xor,
)
from .walk import NOW, case, load

SHANGHAI = ZoneInfo("Asia/Shanghai")
ROUNDS = diagram(
    "p",
    start(),
    xor("again"),
    both("fork"),
    user("a"),
    user("b"),
    both("join"),
    xor("more", default="no"),
    end(),
    chain("begin", "again", "fork", "a", "join", "more"),
    chain("fork", "b", "join"),
    flow("more", "again", "= round < 4"),
    flow("more", "done", id="no"),
)


def codes(drawn: bytes) -> set[str]:
    return {finding.code for finding in lint("p", drawn) if finding.severity == "error"}


def test_01_a_variable_that_existed_before_the_fork_is_not_overwritten_by_the_other_branch() -> (
    None
):
    c = case(ROUNDS)
    c.start(x=0, y=0, round=0, log=[])
    for number in range(1, 5):
        first, second = ("a", "b") if number % 2 else ("b", "a")
        c.do(first, **({"x": number} if first == "a" else {"y": number}))
        c.do(second, round=number, **({"x": number} if second == "a" else {"y": number}))
    assert c.ended
    assert (c.variables["x"], c.variables["y"]) == (4, 4)


def test_02_a_join_in_a_loop_waits_for_both_branches_whatever_their_order() -> None:
    c = case(ROUNDS)
    c.start(round=0)
    for number in range(1, 5):
        order = ("a", "b") if number % 2 else ("b", "a")
        c.do(order[0], round=number)
        assert c.at() == [order[1]]
        c.do(order[1])
    assert c.ended


def test_03_two_hundred_resubmissions_leave_the_state_as_it_was() -> None:
    drawn = diagram(
        "p",
        start(),
        xor("again"),
        user("submit"),
        user("check"),
        xor("ok", default="no"),
        end(),
        chain("begin", "again", "submit", "check", "ok"),
        flow("ok", "done", "= ok = true"),
        flow("ok", "again", id="no"),
    )
    c = case(drawn)
    c.start()
    sizes = []
    for number in range(200):
        c.do("submit", title="基地申请", number=100 + number)
        c.do("check", ok=False)
        sizes.append(len(c.state))
    assert max(sizes) - min(sizes) < 40
    c.do("submit")
    assert not c.ended and c.do("check", ok=True).ended


def test_03_an_automatic_loop_of_a_thousand_rounds_ends_where_it_should() -> None:
    drawn = diagram(
        "p",
        start(),
        xor("again"),
        service("count", "demo.count"),
        xor("more", default="no"),
        user("last"),
        end(),
        chain("begin", "again", "count", "more"),
        flow("more", "again", "= n < 1200"),
        flow("more", "last", id="no"),
        chain("last", "done"),
    )
    c = case(drawn, handlers={"demo.count": lambda v: {"n": v["n"] + 1}})
    outcome = c.start(n=0)
    assert outcome.fault is None and c.at() == ["last"] and c.variables["n"] == 1200


def test_03_a_loop_inside_a_sub_process_is_cut_too() -> None:
    inner = sub(
        "inner",
        start("s2"),
        xor("again"),
        user("try"),
        xor("ok", default="no"),
        end("e2"),
        chain("s2", "again", "try", "ok"),
        flow("ok", "e2", "= ok = true"),
        flow("ok", "again", id="no"),
    )
    c = case(diagram("p", start(), inner, end(), chain("begin", "inner", "done")))
    c.start()
    sizes = [len(c.do("try", ok=False).state) for _ in range(60)]
    assert max(sizes) - min(sizes) < 40
    assert c.do("try", ok=True).ended


def test_04_parallel_blocks_cost_what_they_hold() -> None:
    blocks, ways = 6, 4
    parts, before = [start()], "begin"
    for block in range(blocks):
        parts += [both(f"f{block}"), both(f"j{block}"), flow(before, f"f{block}")]
        for way in range(ways):
            task = f"t{block}_{way}"
            parts += [user(task), chain(f"f{block}", task, f"j{block}")]
        before = f"j{block}"
    spec = load(diagram("p", *parts, end(), flow(before, "done")), process="p")
    state = runtime.start(spec, {}, Ports(now=NOW)).state
    assert sum(1 for _ in codec.load(state, spec, Run(Ports(now=NOW))).all_tasks()) <= ways + 2


def test_05_a_second_pass_a_withdrawal_and_the_condition_work_in_one_panel() -> None:
    review = each("= experts", "expert", "votes", "= vote", until="= count(votes) >= 2")
    drawn = diagram(
        "p",
        start(),
        xor("again"),
        user("review", review),
        user("decide"),
        xor("ok", default="no"),
        end(),
        chain("begin", "again", "review", "decide", "ok"),
        flow("ok", "done", "= ok = true"),
        flow("ok", "again", id="no"),
    )
    c = case(drawn)
    c.start(experts=["x", "y", "z"])
    for ok in (False, True):
        c.withdraw("review")
        c.do("review", vote=1)
        c.do("review", vote=2)
        assert c.variables["votes"] == [1, 2]
        c.do("decide", ok=ok)
    assert c.ended


def test_06_an_edited_list_is_the_edited_list() -> None:
    c = case(diagram("p", start(), user("a"), user("b"), end(), chain("begin", "a", "b", "done")))
    c.start(members=[1, 2, 3], leader={"name": "甲", "phone": "1"})
    c.do("a", members=[3, 4], leader={"name": "乙"})
    assert c.variables == {"members": [3, 4], "leader": {"name": "乙"}}


def test_07_what_a_person_hands_in_cannot_be_changed_afterwards() -> None:
    c = case(diagram("p", start(), user("a"), user("b"), end(), chain("begin", "a", "b", "done")))
    c.start()
    handed_in = {"papers": ["申请书"]}
    spec, state = c.spec, c.state
    outcome = runtime.complete(spec, state, c.task("a").id, handed_in, c.ports)
    handed_in["papers"].append("伪造")
    assert runtime.variables(spec, outcome.state) == {"papers": ["申请书"]}
    assert handed_in == {"papers": ["申请书", "伪造"]}


def test_08_an_event_sub_process_is_refused() -> None:
    inner = sub("x", start("s2"), end("e2"), chain("s2", "e2"), triggeredByEvent="true")
    assert "unsupported_event_sub_process" in codes(
        diagram("p", start(), inner, end(), chain("begin", "done"))
    )


@pytest.mark.parametrize(
    ("begin", "length", "due"),
    [
        ((2027, 1, 31), Months(1), (2027, 2, 28)),
        ((2026, 8, 31), Months(6), (2027, 2, 28)),
        ((2028, 2, 29), Months(12), (2029, 2, 28)),
        ((2027, 12, 31), Months(2), (2028, 2, 29)),
    ],
)
def test_09_months_end_on_the_last_day_of_a_short_month(
    begin: tuple[int, int, int], length: Months, due: tuple[int, int, int]
) -> None:
    moment = timers.after(datetime(*begin, 0, 30, tzinfo=SHANGHAI), length)
    assert moment == datetime(*due, 0, 30, tzinfo=SHANGHAI)


def test_10_two_timers_behind_one_event_gateway_are_refused() -> None:
    drawn = diagram(
        "p",
        start(),
        first_of("which"),
        catch("soon", after("P1D")),
        catch("late", after("P9D")),
        end(),
        end("d2"),
        chain("begin", "which", "soon", "done"),
        chain("which", "late", "d2"),
    )
    assert codes(drawn) == {"two_timers"}


def test_11_a_panel_goes_on_in_a_process_that_never_saw_it_begin(tmp_path: Path) -> None:
    drawn = diagram(
        "p",
        start(),
        user("review", each("= experts", "e", "votes", "= vote")),
        end(),
        chain("begin", "review", "done"),
    )
    c = case(drawn)
    c.start(experts=["x", "y"])
    c.do("review", vote=1)
    (tmp_path / "p.bpmn").write_bytes(drawn)
    (tmp_path / "state").write_bytes(c.state)
    script = (
        "import sys, pathlib\n"
        "from datetime import datetime, UTC\n"
        "from server.engine import runtime, specs\n"
        "from server.engine.ports import Ports\n"
        "here = pathlib.Path(sys.argv[1])\n"
        "spec = specs.load('p', {'p': (here / 'p.bpmn').read_bytes()}, 'x')\n"
        "ports = Ports(now=datetime.fromisoformat('2026-11-20T00:00:00+00:00'))\n"
        "state = (here / 'state').read_bytes()\n"
        "end = runtime.complete(spec, state, sys.argv[2], {'vote': 2}, ports)\n"
        "print(end.ended, runtime.variables(spec, end.state)['votes'])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), c.task("review").id],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert told.stdout.strip() == "True [1, 2]"


def test_12_data_that_looks_like_the_codecs_own_comes_back_as_it_was() -> None:
    data = {"typename": "timedelta", "days": 1, "t": ["n", "1"], "@": {"t": ["t", "2026-01-01"]}}
    c = case(diagram("p", start(), user("a"), end(), chain("begin", "a", "done")))
    c.start(data=data, on=NOW.date())
    assert c.variables == {"data": data, "on": NOW.date()}


def test_13_the_cause_of_a_failing_handler_is_named() -> None:
    def broken(variables):
        raise LookupError("register is closed")

    c = case(
        diagram("p", start(), service("s", "demo.s"), end(), chain("begin", "s", "done")),
        handlers={"demo.s": broken},
    )
    outcome = c.start()
    assert outcome.fault is not None
    assert outcome.fault.error == "LookupError: register is closed"


def test_14_eight_threads_share_one_specification() -> None:
    spec = load(ROUNDS, process="p")

    def one(number: int) -> bool:
        c = case(ROUNDS)
        c.spec = spec
        c.start(round=0)
        for turn in range(1, 5):
            c.do("a", x=number)
            c.do("b", round=turn)
        return c.ended and c.variables["x"] == number

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(40)))


def test_15_a_loop_that_enters_a_task_directly_is_refused() -> None:
    drawn = diagram(
        "p",
        start(),
        user("a"),
        xor("ok", default="no"),
        end(),
        chain("begin", "a", "ok"),
        flow("ok", "done", "= ok = true"),
        flow("ok", "a", id="no"),
    )
    assert codes(drawn) == {"loop_without_merge"}


@pytest.mark.parametrize("name", ["Start", "End", "Root", "EndJoin"])
def test_16_a_task_with_a_name_of_the_engines_own_is_refused(name: str) -> None:
    drawn = diagram("p", start(), user(name), end(), chain("begin", name, "done"))
    assert codes(drawn) == {"reserved_id"}


def test_16_start_and_end_events_of_those_names_are_refused_too() -> None:
    drawn = diagram("p", start("Start"), user("a"), end("End"), chain("Start", "a", "End"))
    assert codes(drawn) == {"reserved_id"}
