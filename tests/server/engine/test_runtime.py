"""The commands: what a procedure does and what a command gives back."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.refusal import Refusal
from server.engine import runtime, specs
from server.engine.errors import BadValue, NotOpen, Refused, Stuck
from server.engine.ports import Decided

from .drawing import (
    after,
    any_of,
    both,
    boundary,
    call,
    chain,
    diagram,
    end,
    error,
    flow,
    mapping,
    node,
    on_error,
    rule,
    service,
    start,
    sub,
    terminate,
    throw,
    user,
    xor,
)
from .walk import case


def refuse(code: str):
    def handler(variables):
        raise Refusal(code, "不予受理", ("GB-13.2",))

    return handler


CHECKED = diagram(
    "p",
    start(props={"state": "drafting"}),
    user("write", name="填写", props={"clauses": "GB-10.1 GB-10.2"}),
    service("check", "demo.check", name="形式审查"),
    xor("complete", default="no"),
    user("correct"),
    end("accepted", props={"outcome": "accepted", "state": "accepted", "record": "number title"}),
    xor("again"),
    chain("begin", "again", "write", "check", "complete"),
    flow("complete", "accepted", "= complete = true"),
    flow("complete", "correct", id="no"),
    flow("correct", "again"),
)


def test_the_first_person_is_asked_and_the_way_there_is_told() -> None:
    outcome = case(CHECKED).start(title="基地")
    (task,) = outcome.opened
    assert (task.element_id, task.process_id, task.name) == ("write", "p", "填写")
    assert task.clauses == ("GB-10.1", "GB-10.2")
    assert task.started_from == "again"
    assert [p.element_id for p in outcome.passed] == ["begin", "again"]
    assert outcome.case_state == "drafting"
    assert not outcome.ended


def test_automatic_boxes_follow_in_the_same_command() -> None:
    c = case(CHECKED, handlers={"demo.check": lambda v: {"complete": v["ok"], "number": "2026-1"}})
    c.start(title="基地")
    outcome = c.do("write", ok=True)
    assert [(p.element_id, p.changed) for p in outcome.passed] == [
        ("write", ("ok",)),
        ("check", ("complete", "number")),
        ("complete", ()),
        ("accepted", ()),
    ]
    assert (outcome.ended, outcome.outcome, outcome.case_state) == (True, "accepted", "accepted")
    assert outcome.record == {"number": "2026-1", "title": "基地"}
    assert c.variables == {"title": "基地", "ok": True, "complete": True, "number": "2026-1"}


def test_a_task_can_be_done_once() -> None:
    c = case(CHECKED, handlers={"demo.check": lambda v: {"complete": False}})
    first = c.start().opened[0]
    c.do("write")
    with pytest.raises(NotOpen):
        runtime.complete(c.spec, c.state, first.id, {}, c.ports)


@pytest.mark.parametrize("identity", ["", "x", "0" * 32, "../../etc"])
def test_an_unknown_task_is_not_open(identity: str) -> None:
    c = case(CHECKED)
    c.start()
    with pytest.raises(NotOpen):
        runtime.complete(c.spec, c.state, identity, {}, c.ports)


def test_hidden_names_are_seen_and_never_stored() -> None:
    c = case(CHECKED, handlers={"demo.check": lambda v: {"complete": True, "case": "fake"}})
    c.start(case="forged", regime={"id": "mine"})
    c.do("write", today="1999-01-01")
    assert not {"case", "regime", "today"} & set(c.variables)


def test_a_value_that_cannot_be_kept_is_refused_before_anything_happens() -> None:
    c = case(CHECKED)
    c.start()
    with pytest.raises(BadValue, match="answer"):
        c.do("write", answer=object())


REFUSING = diagram(
    "p",
    start(),
    user("submit"),
    service("check", "demo.check"),
    boundary("incomplete", "check", on_error("e1")),
    user("correct"),
    end(),
    end("returned"),
    chain("begin", "submit", "check", "done"),
    chain("incomplete", "correct", "returned"),
    around=error("e1", "incomplete"),
)


def test_a_refusal_takes_the_way_drawn_for_it() -> None:
    c = case(REFUSING, handlers={"demo.check": refuse("incomplete")})
    c.start()
    outcome = c.do("submit")
    assert c.at() == ["correct"]
    assert outcome.fault is None
    assert c.variables["refusal"] == {
        "code": "incomplete",
        "reason": "不予受理",
        "clauses": ["GB-13.2"],
    }
    assert [p.element_id for p in outcome.passed] == ["submit", "incomplete"]
    assert c.do("correct").ended


def test_a_refusal_nobody_catches_refuses_the_act() -> None:
    c = case(REFUSING, handlers={"demo.check": refuse("closed")})
    c.start()
    before = c.state
    with pytest.raises(Refused) as refused:
        c.do("submit")
    assert (refused.value.code, refused.value.reason) == ("closed", "不予受理")
    assert refused.value.clauses == ("GB-13.2",)
    c.handlers["demo.check"] = lambda v: {}
    c.state = before
    assert c.do("submit").ended


def test_an_event_for_the_very_code_comes_before_one_for_every_code() -> None:
    drawn = diagram(
        "p",
        start(),
        user("a"),
        service("check", "demo.check"),
        boundary("whatever", "check", on_error()),
        boundary("late", "check", on_error("e1")),
        end(),
        end("d2"),
        end("d3"),
        chain("begin", "a", "check", "done"),
        chain("whatever", "d2"),
        chain("late", "d3"),
        around=error("e1", "too_late"),
    )
    for code, way in (("too_late", "late"), ("other", "whatever")):
        c = case(drawn, handlers={"demo.check": refuse(code)})
        c.start()
        assert way in [p.element_id for p in c.do("a").passed]


def test_when_an_automatic_step_fails_the_act_is_kept() -> None:
    def broken(variables):
        raise ZeroDivisionError("division by zero")

    c = case(CHECKED, handlers={"demo.check": broken})
    c.start()
    outcome = c.do("write", ok=True)
    assert outcome.fault is not None
    assert (outcome.fault.element_id, outcome.fault.name) == ("check", "形式审查")
    assert "ZeroDivisionError" in outcome.fault.error
    assert [p.element_id for p in outcome.passed] == ["write"]
    assert c.variables == {"ok": True}
    c.handlers["demo.check"] = lambda v: {"complete": True}
    again = c.take(runtime.resume(c.spec, c.state, c.ports))
    assert again.ended and again.fault is None
    assert [p.element_id for p in again.passed] == ["check", "complete", "accepted"]


def test_a_fault_does_not_hold_up_a_task_beside_it() -> None:
    drawn = diagram(
        "p",
        start(),
        user("a"),
        both("fork"),
        service("check", "demo.check"),
        user("b"),
        both("join"),
        end(),
        chain("begin", "a", "fork", "check", "join", "done"),
        chain("fork", "b", "join"),
    )
    c = case(drawn, handlers={})
    c.start()
    outcome = c.do("a")
    assert outcome.fault and not c.at()
    c.handlers["demo.check"] = lambda v: None
    c.take(runtime.resume(c.spec, c.state, c.ports))
    assert c.at() == ["b"]
    assert c.do("b").ended


def test_a_task_reached_by_the_act_itself_opens_in_spite_of_a_fault() -> None:
    drawn = diagram(
        "p",
        start(),
        both("fork"),
        user("a"),
        user("b"),
        service("check", "demo.check"),
        both("join"),
        end(),
        chain("begin", "fork", "a", "b", "join", "done"),
        chain("fork", "check", "join"),
    )
    c = case(drawn, handlers={"demo.check": lambda v: {}})
    c.start()
    c.handlers.clear()
    assert c.do("a").fault is None
    assert c.at() == ["b"]


def test_a_fault_in_the_first_command_keeps_the_start() -> None:
    drawn = diagram(
        "p", start(), service("check", "demo.check"), end(), chain("begin", "check", "done")
    )
    c = case(drawn)
    outcome = c.start(title="x")
    assert outcome.fault and not outcome.ended and c.variables == {"title": "x"}
    c.handlers["demo.check"] = lambda v: {}
    assert c.take(runtime.resume(c.spec, c.state, c.ports)).ended


def test_a_state_without_any_way_on_is_a_fault_and_never_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check refuses this diagram; what it may once let through must not stand still unseen."""
    monkeypatch.setattr(specs, "errors_in", lambda *_: [])
    drawn = diagram(
        "p",
        start(),
        user("a"),
        xor("choice", default="no"),
        user("b"),
        both("join"),
        end(),
        chain("begin", "a", "choice"),
        flow("choice", "b", "= two = true"),
        flow("choice", "join", id="no"),
        chain("b", "join", "done"),
    )
    c = case(drawn)
    c.start()
    outcome = c.do("a")
    assert outcome.fault and "没有结束" in outcome.fault.error


def test_branches_write_one_set_of_variables_and_lose_nothing() -> None:
    drawn = diagram(
        "p",
        start(),
        both("fork"),
        user("a"),
        user("b"),
        both("join"),
        user("c"),
        end(),
        chain("begin", "fork", "a", "join", "c", "done"),
        chain("fork", "b", "join"),
    )
    c = case(drawn)
    c.start(x=0, y=0, log=[])
    c.do("b", y=1)
    c.do("a", x=1)
    assert c.at() == ["c"]
    assert c.variables == {"x": 1, "y": 1, "log": []}


def test_an_inclusive_join_waits_for_exactly_the_branches_taken() -> None:
    drawn = diagram(
        "p",
        start(),
        user("choose"),
        any_of("fork", default="f3"),
        user("a"),
        user("b"),
        user("c"),
        any_of("join"),
        end(),
        chain("begin", "choose", "fork"),
        flow("fork", "a", "= a = true"),
        flow("fork", "b", "= b = true"),
        flow("fork", "c", id="f3"),
        chain("a", "join", "done"),
        flow("b", "join"),
        flow("c", "join"),
    )
    for chosen, opened in (
        ({"a": True, "b": True}, ["a", "b"]),
        ({"b": True}, ["b"]),
        ({}, ["c"]),
    ):
        c = case(drawn)
        c.start()
        c.do("choose", **chosen)
        assert c.at() == opened
        for element in opened:
            assert not c.ended
            c.do(element)
        assert c.ended


def test_a_decision_writes_its_result_and_tells_its_rules() -> None:
    drawn = diagram(
        "p",
        start(),
        rule("verdict", "verdicts", "consequence"),
        end(),
        chain("begin", "verdict", "done"),
    )
    asked = []

    def verdicts(variables):
        asked.append(dict(variables))
        return Decided({"next": "correct"}, ("r2",))

    c = case(drawn, decisions={"verdicts": verdicts})
    outcome = c.start(votes=3)
    assert asked == [{"votes": 3}]
    assert c.variables["consequence"] == {"next": "correct"}
    assert [p.matched for p in outcome.passed if p.element_id == "verdict"] == [("r2",)]


def test_a_service_task_sees_its_inputs_and_writes_its_outputs_only() -> None:
    io = mapping({"who": "= person.name"}, {"greeting": '= hello + "!"'})
    drawn = diagram(
        "p", start(), service("greet", "demo.greet", ext=io), end(), chain("begin", "greet", "done")
    )
    c = case(drawn, handlers={"demo.greet": lambda v: {"hello": "您好," + v["who"], "scratch": 1}})
    c.start(person={"name": "李四"})
    assert c.variables == {"person": {"name": "李四"}, "greeting": "您好,李四!"}


PART = diagram(
    "part",
    start("in"),
    user("sign", name="签署"),
    xor("ok", default="bad"),
    end("signed"),
    end("refused", on_error("e")),
    chain("in", "sign", "ok"),
    flow("ok", "signed", "= signed = true"),
    flow("ok", "refused", id="bad"),
    around=error("e", "not_signed"),
)


def test_a_called_diagram_has_variables_of_its_own() -> None:
    caller = diagram(
        "p",
        start(),
        call("ask", "part", ext=mapping({"title": "= name"}, {"result": "= signed"})),
        user("last"),
        end(),
        chain("begin", "ask", "last", "done"),
    )
    c = case(caller, PART)
    c.start(name="甲", secret="x")
    (task,) = c.open.values()
    assert (task.process_id, task.element_id) == ("part", "sign")
    assert runtime.local_variables(c.spec, c.state, task.id) == {"title": "甲"}
    c.do("sign", signed=True, noise=1)
    assert c.variables == {"name": "甲", "secret": "x", "result": True}
    assert c.at() == ["last"]


def test_without_a_mapping_a_called_diagram_gets_a_copy_and_gives_nothing_back() -> None:
    caller = diagram(
        "p",
        start(),
        call("ask", "part"),
        user("last"),
        end(),
        chain("begin", "ask", "last", "done"),
    )
    c = case(caller, PART)
    c.start(name="甲")
    assert runtime.local_variables(c.spec, c.state, c.task("sign").id) == {"name": "甲"}
    c.do("sign", signed=True, name="乙")
    assert c.variables == {"name": "甲"}


def test_all_variables_come_back_when_the_call_says_so() -> None:
    caller = diagram(
        "p",
        start(),
        call("ask", "part", all_back=True),
        user("last"),
        end(),
        chain("begin", "ask", "last", "done"),
    )
    c = case(caller, PART)
    c.start(name="甲")
    c.do("sign", signed=True, name="乙")
    assert c.variables == {"name": "乙", "signed": True}


def test_an_error_end_of_a_called_diagram_is_caught_at_the_call() -> None:
    caller = diagram(
        "p",
        start(),
        call("ask", "part"),
        boundary("no", "ask", on_error("e")),
        user("last"),
        user("sorry"),
        end(),
        end("d2"),
        chain("begin", "ask", "last", "done"),
        chain("no", "sorry", "d2"),
        around=error("e", "not_signed"),
    )
    c = case(caller, PART)
    c.start()
    outcome = c.do("sign", signed=False)
    assert c.at() == ["sorry"]
    assert [p.element_id for p in outcome.passed] == ["sign", "ok", "refused", "no"]
    assert c.do("sorry").ended


def test_an_error_is_caught_through_two_diagrams() -> None:
    middle = diagram(
        "middle", start("m1"), call("inner", "part"), end("m2"), chain("m1", "inner", "m2")
    )
    caller = diagram(
        "p",
        start(),
        call("ask", "middle"),
        boundary("no", "ask", on_error()),
        end(),
        end("d2"),
        chain("begin", "ask", "done"),
        chain("no", "d2"),
    )
    c = case(caller, middle, PART)
    c.start()
    assert c.do("sign").ended


def test_an_embedded_sub_process_shares_the_variables_around_it() -> None:
    drawn = diagram(
        "p",
        start(),
        sub("inner", start("s2"), user("a"), end("e2"), chain("s2", "a", "e2")),
        user("last"),
        end(),
        chain("begin", "inner", "last", "done"),
    )
    c = case(drawn)
    c.start(x=1)
    c.do("a", x=2, y=3)
    assert c.variables == {"x": 2, "y": 3}
    assert c.do("last").ended


def test_a_terminate_end_closes_everything_of_its_process_only() -> None:
    inner = sub(
        "inner",
        start("s2"),
        both("f2"),
        user("a"),
        user("b"),
        end("e2", terminate()),
        end("e3"),
        chain("s2", "f2", "a", "e2"),
        chain("f2", "b", "e3"),
    )
    drawn = diagram(
        "p",
        start(),
        both("fork"),
        inner,
        user("other"),
        user("last"),
        both("join"),
        end(),
        chain("begin", "fork", "inner", "last", "join", "done"),
        chain("fork", "other", "join"),
    )
    c = case(drawn)
    c.start()
    outcome = c.do("a")
    assert len(outcome.closed) == 1
    assert c.at() == ["last", "other"]


def test_a_withdrawn_branch_ends_and_the_other_goes_on() -> None:
    drawn = diagram(
        "p",
        start(),
        both("fork"),
        user("a"),
        user("b"),
        end(),
        end("d2"),
        chain("begin", "fork", "a", "done"),
        chain("fork", "b", "d2"),
    )
    c = case(drawn)
    c.start()
    outcome = c.withdraw("a")
    assert len(outcome.closed) == 1 and c.at() == ["b"]
    assert c.do("b").ended


def test_the_only_task_of_a_case_cannot_be_withdrawn() -> None:
    c = case(CHECKED)
    c.start()
    with pytest.raises(Stuck):
        c.withdraw("write")


def test_cancelling_closes_everything() -> None:
    drawn = diagram(
        "p",
        start(),
        both("fork"),
        call("ask", "part"),
        user("b"),
        boundary("late", "b", after("P5D"), interrupting=False),
        both("join"),
        end(),
        end("d2"),
        chain("begin", "fork", "ask", "join", "done"),
        chain("fork", "b", "join"),
        chain("late", "d2"),
    )
    c = case(drawn, PART)
    c.start()
    assert c.at() == ["b", "sign"] and len(c.timers) == 1
    outcome = c.take(runtime.cancel(c.spec, c.state, c.ports))
    assert outcome.ended and outcome.outcome is None
    assert not c.open and not c.timers
    assert len(outcome.closed) == 2 and len(outcome.timers_gone) == 1


def test_the_view_tells_what_is_done_and_where_it_stands() -> None:
    caller = diagram(
        "p",
        start(),
        call("ask", "part"),
        user("last"),
        end(),
        chain("begin", "ask", "last", "done"),
    )
    c = case(caller, PART)
    c.start()
    assert runtime.view(c.spec, c.state) == {
        "done": ["begin"],
        "current": ["ask"],
        "called": {"part": {"done": ["in"], "current": ["sign"]}},
    }
    c.do("sign", signed=True)
    assert runtime.view(c.spec, c.state) == {
        "done": ["begin", "ask"],
        "current": ["last"],
        "called": {"part": {"done": ["in", "sign", "ok", "signed"], "current": []}},
    }


def test_who_is_asked_and_from_when_is_fixed_as_the_task_opens() -> None:
    drawn = diagram(
        "p",
        start(),
        user(
            "a",
            ext='<zeebe:assignmentDefinition assignee="= expert.person"/>',
            props={"due": "decide", "due_from": "received_on", "state": "deciding"},
        ),
        end(),
        chain("begin", "a", "done"),
    )
    outcome = case(drawn).start(expert={"person": "p-7"}, received_on=date(2026, 11, 1))
    (task,) = outcome.opened
    assert (task.assignee, task.due, task.due_from) == ("p-7", "decide", date(2026, 11, 1))
    assert outcome.case_state == "deciding"


def test_host_functions_and_hidden_variables_are_seen_in_conditions() -> None:
    drawn = diagram(
        "p",
        start(),
        xor("notice", default="no"),
        user("publish"),
        user("skip"),
        end(),
        end("d2"),
        flow("begin", "notice"),
        flow("notice", "publish", '= step("public_notice") and case.id = "C-1"'),
        flow("notice", "skip", id="no"),
        chain("publish", "done"),
        chain("skip", "d2"),
    )
    for answer, opened in ((True, ["publish"]), (False, ["skip"])):
        c = case(drawn, functions={"step": lambda name, answer=answer: answer})
        c.start()
        assert c.at() == opened


def test_a_condition_that_is_no_yes_or_no_is_a_fault() -> None:
    drawn = diagram(
        "p",
        start(),
        user("a"),
        xor("x", default="no"),
        end(),
        end("d2"),
        chain("begin", "a", "x"),
        flow("x", "done", "= amount"),
        flow("x", "d2", id="no"),
    )
    c = case(drawn)
    c.start()
    outcome = c.do("a", amount=3)
    assert outcome.fault and outcome.fault.element_id == "x"
    c = case(drawn)
    c.start()
    assert c.do("a").ended


def test_a_message_is_thrown_with_key_and_payload() -> None:
    publish = '<zeebe:publishMessage correlationKey="= case.id"/>'
    drawn = diagram(
        "p",
        start(),
        throw(
            "tell",
            '<bpmn:messageEventDefinition messageRef="m"/>',
            ext=publish + mapping({"number": "= no"}),
        ),
        end(),
        chain("begin", "tell", "done"),
        around='<bpmn:message id="m" name="approved"/>',
    )
    (thrown,) = case(drawn).start(no="7").thrown
    assert (thrown.message, thrown.key, thrown.payload) == ("approved", "C-1", {"number": "7"})


def test_a_receive_task_waits_for_its_message() -> None:
    drawn = diagram(
        "p",
        start(),
        node("receiveTask", "wait", messageRef="m"),
        user("next"),
        end(),
        chain("begin", "wait", "next", "done"),
        around='<bpmn:message id="m" name="paid"/>',
    )
    c = case(drawn)
    c.start()
    assert [s.message for s in c.waiting.values()] == ["paid"]
    c.deliver("paid", amount=3)
    assert c.at() == ["next"] and c.variables == {"amount": 3}


def test_case_data_never_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    c = case(CHECKED, handlers={"demo.check": lambda v: {"complete": True}})
    c.start(secret="身份证号")
    c.do("write")
    assert not [record for record in caplog.records if record.name.startswith("spiff")]
