"""Everything the engine would ignore or break is refused in a sentence."""

from __future__ import annotations

import random
import time

import pytest

from server.engine.dialect import describe, findings_in, lint
from server.engine.dialect.rules.identity import MAX_ELEMENTS

from ..drawing import (
    after,
    any_of,
    both,
    boundary,
    call,
    catch,
    chain,
    diagram,
    each,
    end,
    error,
    first_of,
    flow,
    mapping,
    message,
    node,
    on_error,
    on_message,
    rule,
    service,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)

GOOD = diagram("p", start(), user("a"), end(), chain("begin", "a", "done"))
LANE = (
    '<bpmn:laneSet id="l"><bpmn:lane id="authority" name="主管部门">'
    "<bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
)
TWO_POOLS = (
    '<bpmn:collaboration id="c"><bpmn:participant id="x"/><bpmn:participant id="y"/>'
    "</bpmn:collaboration>"
)


def errors(xml: bytes, **more: object) -> set[str]:
    return {f.code for f in lint("p", xml, **more) if f.severity == "error"}


def warnings(xml: bytes, **more: object) -> set[str]:
    return {f.code for f in lint("p", xml, **more) if f.severity == "warning"}


def around(*parts: str, also: str = "") -> bytes:
    """A process in which a task ``a`` follows the start and precedes the end."""
    return diagram(
        "p", LANE, start(), user("a"), end(), chain("begin", "a", "done"), *parts, around=also
    )


def between(id: str, *parts: str, also: str = "") -> bytes:
    """A process with one box ``id`` between start and end."""
    return diagram("p", start(), *parts, end(), chain("begin", id, "done"), around=also)


def split(*flows: str, default: str | None = None, kind=xor) -> bytes:
    return diagram(
        "p",
        start(),
        kind("x", default),
        user("b"),
        end(),
        end("d2"),
        flow("begin", "x"),
        *flows,
        chain("b", "d2"),
    )


def test_a_sound_diagram_has_no_findings() -> None:
    assert lint("p", around()) == []


def test_the_first_sentence_names_the_box_by_its_label() -> None:
    drawn = diagram(
        "p", start(), node("scriptTask", "s", name="计算期限"), end(), chain("begin", "s", "done")
    )
    (finding,) = [f for f in lint("p", drawn) if f.severity == "error"]
    assert (finding.element, finding.code) == ("s", "unsupported_kind")
    assert finding.sentence == "“计算期限”是脚本任务，图里不能写程序，请改为服务任务。"


UNSUPPORTED = {
    "unsupported_kind": [
        between("s", node(kind, "s"))
        for kind in (
            "task",
            "manualTask",
            "scriptTask",
            "complexGateway",
            "transaction",
            "adHocSubProcess",
            "callChoreography",
            "somethingNew",
        )
    ],
    "unsupported_compensate": [between("t", throw("t", "<bpmn:compensateEventDefinition/>"))],
    "unsupported_link": [between("t", throw("t", '<bpmn:linkEventDefinition name="x"/>'))],
    "unsupported_signal": [
        between("t", throw("t", "<bpmn:signalEventDefinition/>")),
        between("t", catch("t", "<bpmn:signalEventDefinition/>")),
    ],
    "unsupported_escalation": [between("t", throw("t", "<bpmn:escalationEventDefinition/>"))],
    "unsupported_conditional": [between("t", catch("t", "<bpmn:conditionalEventDefinition/>"))],
    "unsupported_cancel": [
        diagram("p", start(), end("done", "<bpmn:cancelEventDefinition/>"), chain("begin", "done"))
    ],
    "unsupported_compensation": [between("s", service("s", "m.f", isForCompensation="true"))],
    "unsupported_event_sub_process": [
        around(sub("e", start("s2"), end("e2"), chain("s2", "e2"), triggeredByEvent="true"))
    ],
    "unsupported_ioSpecification": [between("b", user("b", "<bpmn:ioSpecification/>"))],
    "unsupported_script": [between("b", user("b", "<bpmn:script>import os</bpmn:script>"))],
    "data_store": [around('<bpmn:dataStoreReference id="ds"/>')],
    "several_events": [
        between("t", catch("t", after("P1D") + on_message("m")), also=message("m", "x"))
    ],
    "no_event": [between("t", catch("t", "")), between("t", node("receiveTask", "t"))],
    "event_place": [
        between("t", throw("t", after("P1D"))),
        between("t", user("t", after("P1D"))),
        between("t", catch("t", "<bpmn:terminateEventDefinition/>")),
    ],
    "start_kind": [
        diagram("p", node("startEvent", "begin", after("P1D")), end(), chain("begin", "done")),
        diagram(
            "p",
            node("startEvent", "begin", on_message("m")),
            end(),
            chain("begin", "done"),
            around=message("m", "x"),
        ),
    ],
}
IDENTITY = {
    "process_id": [GOOD.replace(b'process id="p"', b'process id="q"')],
    "not_executable": [diagram("p", start(), end(), chain("begin", "done"), executable=False)],
    "pools": [
        diagram(
            "p",
            start(),
            end(),
            chain("begin", "done"),
            around=TWO_POOLS,
        )
    ],
    "duplicate_id": [around(user("a")), around(flow("begin", "a", id="a"))],
    "reserved_id": [between(name, user(name)) for name in ("Start", "End", "Root", "EndJoin")],
    "bad_id": [
        between(name, user(name))
        for name in ("a.b", "任务", "1a", "a b", "", "a [child]", "x" * 101)
    ],
    "long_name": [
        between("b", user("b", name="长" * 301)),
        around(
            '<bpmn:sequenceFlow id="f" name="' + "x" * 10**6 + '" sourceRef="begin" targetRef="a"/>'
        ),
    ],
    "too_many": [around(*(user(f"t{n}") for n in range(MAX_ELEMENTS)))],
}


def nested(depth: int) -> str:
    if depth == 0:
        return user("inmost") + start("s0") + end("e0") + chain("s0", "inmost", "e0")
    name = f"sub{depth}"
    return (
        sub(name, nested(depth - 1))
        + start(f"s{depth}")
        + end(f"e{depth}")
        + chain(f"s{depth}", name, f"e{depth}")
    )


IDENTITY["nesting"] = [diagram("p", nested(6)), diagram("p", nested(30))]
FLOWS = {
    "dangling_flow": [around(flow("a", "nowhere")), around(flow("nowhere", "a"))],
    "crossing_flow": [
        around(
            sub("s", start("s2"), user("in"), end("e2"), chain("s2", "in", "e2")), flow("a", "in")
        )
    ],
    "double_flow": [around(flow("a", "done", id="again"))],
    "enters_start": [around(flow("a", "begin"))],
    "leaves_end": [around(flow("done", "a"))],
    "dead_end": [
        diagram("p", start(), user("a"), end(), chain("begin", "a")),
        around(xor("x"), flow("a", "x")),
    ],
    "implicit_split": [around(user("b"), flow("a", "b"), chain("b", "done"))],
    "one_start": [
        diagram("p", user("a"), end(), chain("a", "done")),
        around(start("second"), flow("second", "a")),
        between("s", sub("s", end("e2"))),
    ],
    "no_end": [
        diagram("p", start(), user("a"), chain("begin", "a")),
        between("s", sub("s", start("s2"))),
    ],
    "unreachable": [
        around(user("lonely"), chain("lonely", "done")),
        around(catch("c", after("P1D")), chain("c", "done")),
    ],
    "no_way_out": [
        diagram("p", start(), xor("x"), user("a"), end(), chain("begin", "x", "a", "x"))
    ],
    "idle_condition": [
        diagram("p", start(), user("a"), end(), flow("begin", "a"), flow("a", "done", "= ok")),
        split(flow("x", "done", "= ok"), flow("x", "b"), kind=lambda id, _: both(id)),
    ],
    "no_default": [
        split(flow("x", "done", "= a"), flow("x", "b", "= b")),
        split(flow("x", "done", "= a"), flow("x", "b", "= b"), kind=any_of),
    ],
    "foreign_default": [
        split(flow("x", "done", "= a"), flow("x", "b", "= b"), default="begin_to_x")
    ],
    "no_condition": [split(flow("x", "done"), flow("x", "b", id="d"), default="d")],
    "lonely_condition": [
        diagram("p", start(), xor("x"), end(), flow("begin", "x"), flow("x", "done", "= ok"))
    ],
    "loop_without_merge": [
        diagram(
            "p",
            start(),
            user("a"),
            xor("x", "n"),
            end(),
            chain("begin", "a", "x"),
            flow("x", "done", "= ok"),
            flow("x", "a", id="n"),
        )
    ],
    "parallel_loop": [
        diagram(
            "p",
            start(),
            both("j"),
            user("a"),
            xor("x", "n"),
            end(),
            chain("begin", "j", "a", "x"),
            flow("x", "done", "= ok"),
            flow("x", "j", id="n"),
        )
    ],
}
CONTENT = {
    "unknown_action": [between("b", user("b", props={"actions": "transfer approve"}))],
    "action_on_opinion": [
        between("b", user("b", each("= [1]", "item"), props={"actions": "urge transfer"}))
    ],
    "idle_property": [
        between("x", service("x", "m.f", props={name: "y"}))
        for name in ("due", "due_from", "record", "outcome")
    ],
    "no_handler": [
        between("s", node("serviceTask", "s")),
        between("s", service("s", "check")),
        between("s", service("s", "os.path.join")),
        between("s", service("s", "= x")),
    ],
    "no_decision": [between("r", rule("r", "", "x")), between("r", rule("r", "= d", "x"))],
    "no_result": [between("r", rule("r", "d", ""))],
    "idle_inputs": [between("b", user("b", ext=mapping({"x": "= 1"})))],
    "idle_outputs": [between("b", user("b", ext=mapping(None, {"x": "= 1"})))],
    "bad_variable": [
        between("s", service("s", "m.f", ext=mapping(None, {name: "= 1"})))
        for name in ("", "a.b", "1a", "case", "today", "regime", "a b")
    ]
    + [between("r", rule("r", "d", "case")), between("b", user("b", each("= x", "case")))],
    "standard_loop": [between("b", user("b", "<bpmn:standardLoopCharacteristics/>"))],
    "loop_place": [
        between("b", node("receiveTask", "b", each("= x"), messageRef="m"), also=message("m", "x"))
    ],
    "no_collection": [
        between("b", user("b", "<bpmn:multiInstanceLoopCharacteristics/>")),
        between("b", user("b", each("items"))),
        between(
            "b",
            user(
                "b",
                "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>1000000"
                "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
            ),
        ),
    ],
    "half_output": [
        between("b", user("b", each("= x", "i", "out"))),
        between("b", user("b", each("= x", "i", "", "= y"))),
    ],
    "no_host": [
        around(boundary("e", "nothing", after("P1D")), chain("e", "done")),
        around(xor("x"), boundary("e", "x", after("P1D")), chain("e", "done")),
        around(boundary("e", "done", after("P1D")), chain("e", "done")),
    ],
    "error_interrupts": [
        diagram(
            "p",
            start(),
            service("s", "m.f"),
            boundary("e", "s", on_error(), interrupting=False),
            end(),
            end("d2"),
            chain("begin", "s", "done"),
            chain("e", "d2"),
        )
    ],
    "no_error_here": [around(boundary("e", "a", on_error()), chain("e", "done"))],
    "no_message": [
        between("t", catch("t", on_message("missing"))),
        between("t", throw("t", "<bpmn:messageEventDefinition/>")),
    ],
    "no_error_code": [
        diagram("p", start(), end("done", on_error()), chain("begin", "done")),
        diagram("p", start(), end("done", on_error("missing")), chain("begin", "done")),
    ],
    "cycle_place": [
        between("t", catch("t", timer("timeCycle", "R/P1D"))),
        around(boundary("e", "a", timer("timeCycle", "R/P1D")), chain("e", "done")),
    ],
    "few_events": [
        diagram(
            "p",
            start(),
            first_of("g"),
            catch("c", after("P1D")),
            end(),
            chain("begin", "g", "c", "done"),
        )
    ],
    "no_event_behind": [
        diagram(
            "p",
            start(),
            first_of("g"),
            catch("c", after("P1D")),
            user("u"),
            end(),
            chain("begin", "g", "c", "done"),
            chain("g", "u", "done"),
        )
    ],
    "two_timers": [
        diagram(
            "p",
            start(),
            first_of("g"),
            catch("c", after("P1D")),
            catch("d", after("P2D")),
            end(),
            chain("begin", "g", "c", "done"),
            chain("g", "d", "done"),
        )
    ],
    "shared_event": [
        diagram(
            "p",
            start(),
            both("f"),
            user("u"),
            first_of("g"),
            catch("c", after("P1D")),
            catch("d", on_message("m")),
            end(),
            chain("begin", "f", "g", "c", "done"),
            chain("g", "d", "done"),
            chain("f", "u", "c"),
            around=message("m", "x"),
        )
    ],
}
EXPRESSIONS = {
    "feel": [
        split(flow("x", "done", "= a >"), flow("x", "b", id="d"), default="d"),
        between("b", user("b", ext='<zeebe:assignmentDefinition assignee="= ("/>')),
        between("b", user("b", props={"due_from": "= ("})),
        between("b", user("b", each("= ["))),
        between("b", user("b", each("= x", until="= )"))),
        between("b", user("b", each("= x", "i", "o", "= {"))),
        between("t", catch("t", after("= ("))),
        between("t", catch("t", on_message("m")), also=message("m", "x", "= ((")),
        between("s", service("s", "m.f", ext=mapping({"x": "= 1 +"}))),
        split(
            flow("x", "done", "= __import__('os').system('id')"),
            flow("x", "b", id="d"),
            default="d",
        ),
    ],
    "unknown_function": [
        split(flow("x", "done", '= exec("id")'), flow("x", "b", id="d"), default="d"),
        between("t", catch("t", after("= period()"))),
    ],
    "literal_condition": [
        split(flow("x", "done", "ok"), flow("x", "b", id="d"), default="d"),
        between("b", user("b", each("= x", until="true"))),
    ],
    "no_time": [
        between("t", catch("t", "<bpmn:timerEventDefinition/>")),
        between("t", catch("t", after(""))),
    ],
    "impossible_time": [
        between("t", catch("t", after(text)))
        for text in (
            "P99999999999Y",
            "P101Y",
            "5 days",
            "P1Y1D",
            "-P1D",
            '= duration("P101Y")',
            '= duration("-P2000Y")',
            '= duration("tomorrow")',
        )
    ]
    + [
        between("t", catch("t", timer("timeDate", text)))
        for text in (
            "2026-12-01T09:00:00",
            "2026-02-30",
            "soon",
            '= date and time("2026-12-01T09:00:00")',
        )
    ]
    + [
        diagram(
            "p",
            start(),
            user("a"),
            boundary("e", "a", timer("timeCycle", text), False),
            end(),
            end("d2"),
            chain("begin", "a", "done"),
            chain("e", "d2"),
        )
        for text in ("R/PT0S", "R/PT59S", "R/P9999Y", "every day")
    ],
}
CALLS = {
    "no_called": [between("c", call("c", "")), between("c", call("c", "= name"))],
    "self_call": [between("c", call("c", "p"))],
}
REFUSED = [
    pytest.param(code, drawn, id=f"{code}-{number}")
    for group in (UNSUPPORTED, IDENTITY, FLOWS, CONTENT, EXPRESSIONS, CALLS)
    for code, all_drawn in group.items()
    for number, drawn in enumerate(all_drawn)
]


@pytest.mark.parametrize(("code", "drawn"), REFUSED)
def test_a_diagram_the_engine_does_not_run_is_refused(code: str, drawn: bytes) -> None:
    found = [f for f in lint("p", drawn) if f.code == code and f.severity == "error"]
    assert found
    assert all(f.sentence.endswith("。") and f.file in ("p", "q") for f in found)


@pytest.mark.parametrize(
    ("code", "drawn"),
    [
        ("no_lane", GOOD),
        (
            "ignored_extension",
            between("b", user("b", ext='<zeebe:taskSchedule dueDate="= now()"/>')),
        ),
        ("unknown_property", between("b", user("b", props={"colour": "red"}))),
        ("data_object", around('<bpmn:dataObjectReference id="papers"/>')),
        (
            "default_condition",
            split(flow("x", "done", "= a"), flow("x", "b", "= b", id="d"), default="d"),
        ),
        (
            "implicit_merge",
            diagram(
                "p",
                start(),
                xor("x", "n"),
                user("a"),
                user("b"),
                end(),
                flow("begin", "x"),
                flow("x", "a", "= a"),
                flow("x", "b", id="n"),
                chain("a", "b", "done"),
            ),
        ),
        (
            "automatic_loop",
            diagram(
                "p",
                start(),
                xor("m"),
                service("s", "m.f"),
                xor("x", "n"),
                end(),
                chain("begin", "m", "s", "x"),
                flow("x", "done", "= ok"),
                flow("x", "m", id="n"),
            ),
        ),
    ],
)
def test_what_deserves_a_look_is_told_and_not_refused(code: str, drawn: bytes) -> None:
    assert code in warnings(drawn)
    assert not errors(drawn)


def known(*files: bytes) -> dict[str, object]:
    read = [describe(f) for f in files]
    return {d.id: d for d in read}


def test_a_call_of_nothing_is_refused_when_the_others_are_known() -> None:
    drawn = between("c", call("c", "elsewhere"))
    assert errors(drawn) == set()
    assert errors(drawn, known_processes={}) == {"unknown_process"}


def test_a_call_that_comes_back_through_others_is_refused() -> None:
    one = between("c", call("c", "q"))
    two = diagram("q", start(), call("c", "r"), end(), chain("begin", "c", "done"))
    three = diagram("r", start(), call("c", "p"), end(), chain("begin", "c", "done"))
    assert errors(one, known_processes=known(one, two, three)) == {"self_call"}


def test_a_circle_of_calls_beside_the_way_is_not_this_diagrams_fault() -> None:
    one = between("c", call("c", "q"))
    two = diagram("q", start(), call("c", "q"), end(), chain("begin", "c", "done"))
    assert errors(one, known_processes=known(one, two)) == set()


def test_an_error_of_a_called_diagram_nobody_expects_is_told() -> None:
    part = diagram(
        "part", start(), end("bad", on_error("e")), chain("begin", "bad"), around=error("e", "late")
    )
    bare = between("c", call("c", "part"))
    assert "uncaught_error" in warnings(bare, known_processes=known(bare, part))
    caught = diagram(
        "p",
        start(),
        call("c", "part"),
        boundary("b", "c", on_error("e")),
        end(),
        end("d2"),
        chain("begin", "c", "done"),
        chain("b", "d2"),
        around=error("e", "late"),
    )
    assert "uncaught_error" not in warnings(caught, known_processes=known(caught, part))


def test_every_finding_is_told_at_once() -> None:
    drawn = diagram("p", start("Start"), node("task", "t"), user("t"), chain("Start", "t"))
    assert {"reserved_id", "unsupported_kind", "duplicate_id", "no_end", "dead_end"} <= errors(
        drawn
    )


def test_sub_processes_that_share_an_id_do_not_confuse_the_checks() -> None:
    part = diagram(
        "part", start(), end("bad", on_error("e")), chain("begin", "bad"), around=error("e", "late")
    )
    inner = sub(
        "s",
        sub("s", start("s2"), call("c", "part"), end("e2"), chain("s2", "c", "e2")),
        start("s3"),
        end("e3"),
        chain("s3", "s", "e3"),
    )
    drawn = between("s", inner)
    assert "duplicate_id" in errors(drawn, known_processes=known(drawn, part))


def test_no_damage_to_a_diagram_makes_the_checks_fail() -> None:
    rng = random.Random(7)
    whole = diagram(
        "p",
        LANE,
        start(),
        user("a", each("= x", "i", "o", "= i")),
        boundary("e", "a", after("P1D")),
        sub("s", start("s2"), service("f", "m.f"), end("e2"), chain("s2", "f", "e2")),
        xor("x", "n"),
        call("c", "q"),
        end(),
        end("d2"),
        chain("begin", "a", "s", "x"),
        flow("x", "c", "= ok"),
        flow("x", "done", id="n"),
        chain("c", "d2"),
        chain("e", "d2"),
    ).decode()
    pieces = whole.replace("><", ">\n<").replace('" ', '"\n').split("\n")
    for _ in range(600):
        damaged = list(pieces)
        for _ in range(rng.randint(1, 3)):
            at, other = rng.randrange(len(damaged)), rng.randrange(len(damaged))
            damaged[at] = rng.choice(["", damaged[other], damaged[at] + damaged[other]])
        text = "".join(p if p.startswith("<") else f" {p}" for p in damaged).encode()
        for finding in lint("p", text):
            assert finding.sentence


def test_the_list_is_the_same_for_a_diagram_already_read() -> None:
    assert findings_in("p", describe(GOOD)) == lint("p", GOOD)


def test_the_checks_of_the_largest_diagram_take_a_moment() -> None:
    tasks = [f"t{number}" for number in range(MAX_ELEMENTS - 3)]
    jumps = [flow("x", task, "= ok", id=f"j{task}") for task in tasks]
    drawn = diagram(
        "p",
        start(),
        xor("x", f"j{tasks[0]}"),
        *map(user, tasks),
        end(),
        flow("begin", "x"),
        *jumps,
        chain(*tasks, "done"),
    )
    begun = time.process_time()
    assert {"implicit_merge"} <= {f.code for f in lint("p", drawn)}
    assert time.process_time() - begun < 5
