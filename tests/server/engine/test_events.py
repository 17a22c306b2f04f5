"""Timers, messages and boundary events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.engine import runtime
from server.engine.errors import NotOpen

from .drawing import (
    after,
    both,
    boundary,
    catch,
    chain,
    diagram,
    end,
    first_of,
    message,
    on_message,
    start,
    sub,
    timer,
    user,
)
from .walk import NOW, case

SHANGHAI = ZoneInfo("Asia/Shanghai")


def reminded(kind: str, text: str, interrupting: bool = False) -> bytes:
    return diagram(
        "p",
        start(),
        user("work"),
        boundary("late", "work", timer(kind, text), interrupting),
        user("note"),
        end(),
        end("d2"),
        chain("begin", "work", "done"),
        chain("late", "note", "d2"),
    )


def test_a_timer_is_armed_with_the_task_and_gone_with_it() -> None:
    c = case(reminded("timeDuration", "P5D"))
    outcome = c.start()
    (one,) = outcome.timers
    assert (one.element_id, one.run_at) == ("late", NOW + timedelta(days=5))
    assert c.do("work").timers_gone == (one.id,)
    assert c.ended


def test_a_timer_beside_a_task_leaves_the_task_open() -> None:
    c = case(reminded("timeDuration", "P5D"))
    c.start()
    c.fire("late")
    assert c.at() == ["note", "work"] and not c.timers
    c.do("work")
    assert c.at() == ["note"]
    assert c.do("note").ended


def test_an_interrupting_timer_closes_the_task() -> None:
    c = case(reminded("timeDuration", "P5D", interrupting=True))
    task = c.start().opened[0].id
    outcome = c.fire("late")
    assert outcome.closed == (task,)
    assert c.at() == ["note"]


def test_a_timer_fires_once() -> None:
    c = case(reminded("timeDuration", "P5D"))
    one = c.start().timers[0]
    c.fire("late")
    with pytest.raises(NotOpen):
        runtime.fire(c.spec, c.state, one.id, one.run_at, c.ports)


def test_a_timer_of_a_finished_task_is_not_open() -> None:
    c = case(reminded("timeDuration", "P5D"))
    one = c.start().timers[0]
    c.do("work")
    with pytest.raises(NotOpen):
        runtime.fire(c.spec, c.state, one.id, one.run_at, c.ports)


def test_a_date_fires_at_midnight_in_shanghai() -> None:
    c = case(reminded("timeDate", '= last_day + duration("P1D")'))
    (one,) = c.start(last_day=datetime(2026, 12, 31, tzinfo=UTC).date()).timers
    assert one.run_at == datetime(2027, 1, 1, tzinfo=SHANGHAI)
    assert one.run_at.tzinfo is UTC


def test_an_impossible_timer_is_a_fault_and_the_act_is_kept() -> None:
    drawn = diagram(
        "p",
        start(),
        user("a"),
        catch("wait", timer("timeDate", "= when")),
        end(),
        chain("begin", "a", "wait", "done"),
    )
    c = case(drawn)
    c.start()
    outcome = c.do("a", when="someday")
    assert outcome.fault and outcome.fault.element_id == "wait"
    assert c.variables == {"when": "someday"}


def test_a_repeating_reminder_keeps_its_id_and_comes_back() -> None:
    c = case(reminded("timeCycle", "R3/P1D"))
    (one,) = c.start().timers
    for day in (2, 3):
        outcome = c.fire("late")
        assert [(t.id, t.run_at) for t in outcome.timers] == [(one.id, NOW + timedelta(days=day))]
    assert c.fire("late").timers_gone == (one.id,)
    assert c.at() == ["note", "note", "note", "work"]
    c.do("work")
    assert c.at() == ["note"] * 3


def test_reminders_missed_in_a_standstill_come_as_one() -> None:
    c = case(reminded("timeCycle", "R/P1D"))
    c.start()
    outcome = c.fire("late", at=NOW + timedelta(days=5, hours=3))
    assert c.at() == ["note", "work"]
    assert [t.run_at for t in outcome.timers] == [NOW + timedelta(days=6)]


def test_a_reminder_every_month_falls_on_the_end_of_a_short_month() -> None:
    c = case(reminded("timeCycle", "R/P1M"), now=datetime(2027, 1, 31, 9, tzinfo=SHANGHAI))
    (one,) = c.start().timers
    assert one.run_at == datetime(2027, 2, 28, 9, tzinfo=SHANGHAI)


def test_what_a_fired_reminder_started_survives_the_task() -> None:
    c = case(reminded("timeCycle", "R/P1D"))
    c.start()
    c.fire("late")
    c.do("work")
    assert c.at() == ["note"] and not c.ended
    assert c.do("note").ended


CHOICE = diagram(
    "p",
    start(),
    first_of("which"),
    catch("replied", on_message("m")),
    catch("expired", after("P10D")),
    user("read"),
    user("decide"),
    end(),
    end("d2"),
    chain("begin", "which", "replied", "read", "done"),
    chain("which", "expired", "decide", "d2"),
    around=message("m", "reply", "= case.id"),
)


def test_the_first_event_closes_the_others() -> None:
    c = case(CHOICE)
    c.start()
    assert len(c.timers) == 1 and [s.key for s in c.waiting.values()] == ["C-1"]
    outcome = c.deliver("reply", text="好")
    assert c.at() == ["read"] and len(outcome.timers_gone) == 1
    assert c.variables == {"text": "好"}
    c = case(CHOICE)
    c.start()
    assert len(c.fire("expired").waiting_gone) == 1
    assert c.at() == ["decide"]


def test_a_message_for_another_case_is_not_taken() -> None:
    c = case(CHOICE)
    c.start()
    for name, key in (("reply", "C-2"), ("answer", "C-1"), ("reply", "")):
        with pytest.raises(NotOpen):
            runtime.deliver(c.spec, c.state, name, key, {}, c.ports)


def test_a_message_reaches_everything_that_waits_for_it() -> None:
    drawn = diagram(
        "p",
        start(),
        both("fork"),
        catch("a", on_message("m")),
        catch("b", on_message("m")),
        both("join"),
        end(),
        chain("begin", "fork", "a", "join", "done"),
        chain("fork", "b", "join"),
        around=message("m", "opened"),
    )
    c = case(drawn)
    c.start()
    assert c.deliver("opened").ended


def test_a_message_event_on_a_sub_process_closes_all_in_it() -> None:
    inner = sub(
        "inner",
        start("s2"),
        both("f2"),
        user("a"),
        user("b"),
        both("j2"),
        end("e2"),
        chain("s2", "f2", "a", "j2", "e2"),
        chain("f2", "b", "j2"),
    )
    drawn = diagram(
        "p",
        start(),
        inner,
        boundary("withdrawn", "inner", on_message("m")),
        end(),
        end("d2"),
        chain("begin", "inner", "done"),
        chain("withdrawn", "d2"),
        around=message("m", "withdrawal"),
    )
    c = case(drawn)
    c.start()
    outcome = c.deliver("withdrawal")
    assert outcome.ended and len(outcome.closed) == 2


def test_a_message_beside_a_sub_process_can_come_while_it_runs() -> None:
    inner = sub("inner", start("s2"), user("a"), end("e2"), chain("s2", "a", "e2"))
    drawn = diagram(
        "p",
        start(),
        inner,
        boundary("objection", "inner", on_message("m"), interrupting=False),
        user("settle"),
        end(),
        end("d2"),
        chain("begin", "inner", "done"),
        chain("objection", "settle", "d2"),
        around=message("m", "objection"),
    )
    c = case(drawn)
    c.start()
    c.deliver("objection", text="不同意")
    assert c.at() == ["a", "settle"]
    c.do("a")
    assert not c.ended
    assert c.do("settle").ended


def test_a_message_beside_a_task_can_come_again_and_again() -> None:
    drawn = diagram(
        "p",
        start(),
        user("wait"),
        boundary("objection", "wait", on_message("m"), interrupting=False),
        user("settle"),
        end(),
        end("d2"),
        chain("begin", "wait", "done"),
        chain("objection", "settle", "d2"),
        around=message("m", "objection"),
    )
    c = case(drawn)
    c.start()
    for _ in range(3):
        assert not c.deliver("objection").waiting_gone
    assert c.at() == ["settle"] * 3 + ["wait"]
    assert len(c.do("wait").waiting_gone) == 1
    assert c.at() == ["settle"] * 3
