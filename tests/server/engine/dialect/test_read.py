"""The one reader of diagrams."""

from __future__ import annotations

import pytest

from server.engine.dialect import describe
from server.engine.errors import DialectError

from ..drawing import (
    HEAD,
    boundary,
    call,
    chain,
    diagram,
    each,
    end,
    error,
    flow,
    mapping,
    on_error,
    rule,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)

FULL = diagram(
    "application",
    "<bpmn:documentation>申报基地 </bpmn:documentation>",
    "<bpmn:extensionElements><zeebe:properties>"
    '<zeebe:property name="clauses" value="GB-9.1 SX-11.1"/>'
    "</zeebe:properties></bpmn:extensionElements>",
    '<bpmn:laneSet id="l"><bpmn:lane id="undertaker" name="承担单位">'
    "<bpmn:flowNodeRef>fill</bpmn:flowNodeRef>"
    "</bpmn:lane>"
    '<bpmn:lane id="authority" name="主管部门"><bpmn:childLaneSet id="c">'
    '<bpmn:lane id="reviewer" name="审查员">'
    "<bpmn:flowNodeRef> inner </bpmn:flowNodeRef></bpmn:lane>"
    "</bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>",
    start(),
    user(
        "fill",
        name="填写\n申请书",
        ext='<zeebe:formDefinition formId="application/fill"/>',
        props={
            "due": "submit",
            "due_from": "= opened_on",
            "state": "drafting",
            "clauses": "GB-10.1",
        },
    ),
    service("check", "application.check", ext=mapping({"a": "= x"}, {"y": "= b"})),
    boundary("no", "check", on_error("e1")),
    rule("verdict", "verdicts", "consequence"),
    sub(
        "inner",
        start("s2"),
        user("judge", each("= experts", "expert", "out", "= vote", "= true")),
        end("e2"),
        chain("s2", "judge", "e2"),
    ),
    call("ask", "part", all_back=True),
    boundary("late", "ask", timer("timeDuration", "P5D"), interrupting=False),
    xor("ok", default="f_no"),
    end("approved", props={"outcome": "approved", "record": "number title"}),
    end("refused"),
    end("d3"),
    end("d4"),
    chain("begin", "fill", "check", "verdict", "inner", "ask", "ok"),
    flow("ok", "approved", "= ok = true"),
    flow("ok", "refused", id="f_no"),
    chain("no", "d3"),
    chain("late", "d4"),
    around=error("e1", "incomplete"),
)


def test_a_diagram_is_described_whole() -> None:
    d = describe(FULL)
    assert (d.id, d.documentation, d.clauses) == ("application", "申报基地", ("GB-9.1", "SX-11.1"))
    assert [(lane.id, lane.name) for lane in d.lanes] == [
        ("undertaker", "承担单位"),
        ("authority", "主管部门"),
        ("reviewer", "审查员"),
    ]
    assert len(d.elements) == 16 and len(d.flows) == 12


def test_a_user_task_says_who_what_and_when() -> None:
    fill = describe(FULL).by_id["fill"]
    assert (fill.kind, fill.name, fill.lane) == ("userTask", "填写 申请书", "undertaker")
    assert (fill.form, fill.due, fill.due_from) == ("application/fill", "submit", "= opened_on")
    assert (fill.state, fill.clauses) == ("drafting", ("GB-10.1",))


def test_what_lies_in_a_sub_process_lies_in_its_lane() -> None:
    d = describe(FULL)
    judge = d.by_id["judge"]
    assert (judge.parent, judge.lane) == ("inner", "reviewer")
    assert judge.loop is not None
    assert (judge.loop.collection, judge.loop.item, judge.loop.output) == (
        "= experts",
        "expert",
        "= vote",
    )
    assert [e.id for e in d.within("inner")] == ["s2", "judge", "e2"]
    assert d.around(judge) == (d.by_id["inner"],)


def test_automatic_boxes_name_what_does_them() -> None:
    d = describe(FULL)
    check, verdict, ask = d.by_id["check"], d.by_id["verdict"], d.by_id["ask"]
    assert check.handler == "application.check"
    assert [(a.source, a.target) for a in (*check.inputs, *check.outputs)] == [
        ("= x", "a"),
        ("= b", "y"),
    ]
    assert (verdict.decision, verdict.result) == ("verdicts", "consequence")
    assert (ask.called, ask.propagate) == ("part", True)


def test_events_say_what_they_wait_for() -> None:
    d = describe(FULL)
    no, late = d.by_id["no"], d.by_id["late"]
    assert (no.event.kind, no.event.code, no.attached_to, no.interrupting) == (
        "error",
        "incomplete",
        "check",
        True,
    )
    assert (late.event.timer, late.event.text, late.interrupting) == ("timeDuration", "P5D", False)
    assert [e.id for e in d.boundary["check"]] == ["no"]


def test_ends_give_a_word_and_a_record() -> None:
    approved = describe(FULL).by_id["approved"]
    assert (approved.outcome, approved.record) == ("approved", ("number", "title"))


def test_flows_carry_conditions() -> None:
    d = describe(FULL)
    assert [(f.target, f.condition) for f in d.outgoing["ok"]] == [
        ("approved", "= ok = true"),
        ("refused", None),
    ]
    assert [f.source for f in d.incoming["verdict"]] == ["check"]


BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">&b;</bpmn:definitions>'
)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (BOMB, "doctype"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "doctype"),
        (b"", "malformed"),
        (b"not xml", "malformed"),
        (HEAD.encode(), "malformed"),
        (b"<svg/>", "not_bpmn"),
        (f"{HEAD}</bpmn:definitions>".encode(), "one_process"),
        (
            f'{HEAD}<bpmn:process id="a"/><bpmn:process id="b"/></bpmn:definitions>'.encode(),
            "one_process",
        ),
        (HEAD.encode() + b"<x/>" * 20_001 + b"</bpmn:definitions>", "elements"),
        (HEAD.encode() + b"<x>" * 101 + b"</x>" * 101 + b"</bpmn:definitions>", "depth"),
        (b"<x>" + b" " * 2_100_000 + b"</x>", "size"),
    ],
)
def test_what_is_no_safe_diagram_is_not_read(xml: bytes, code: str) -> None:
    with pytest.raises(DialectError) as refused:
        describe(xml, "p")
    assert [finding.code for finding in refused.value.findings] == [code]
