"""What each box must say about itself."""

import re
from collections.abc import Iterator
from typing import Final

from server.engine.dialect.model import ACTIVITIES, Element, Loop, ProcessDescription
from server.engine.dialect.rules.report import called, error, warning
from server.engine.errors import Finding
from server.engine.ports import HIDDEN
from server.feel.sentence import told

_TYPE: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", re.ASCII)
_VARIABLE: Final = re.compile(r"(?!__)[^\W\d]\w{0,99}")
_MAY_REPEAT: Final = frozenset(
    {"userTask", "serviceTask", "businessRuleTask", "callActivity", "subProcess"}
)
_MAY_FAIL: Final = frozenset({"serviceTask", "businessRuleTask", "callActivity", "subProcess"})
_READS_INPUTS: Final = frozenset(
    {
        "serviceTask",
        "businessRuleTask",
        "callActivity",
        "sendTask",
        "endEvent",
        "intermediateThrowEvent",
    }
)
_WRITES_OUTPUTS: Final = frozenset(
    {
        "serviceTask",
        "businessRuleTask",
        "callActivity",
        "receiveTask",
        "intermediateCatchEvent",
        "boundaryEvent",
    }
)


def tasks_know_their_work(d: ProcessDescription) -> Iterator[Finding]:
    """A person, a handler, a table: each task names what does it."""
    for element in d.elements:
        if element.kind == "userTask" and not element.lane and not element.assignee:
            text = told("%(element)s不在任何泳道里，也没有指定办理人。", element=called(element))
            yield warning(d, element, "no_lane", text)
        if element.kind == "serviceTask" and not _TYPE.fullmatch(element.handler or ""):
            text = told("%(element)s没有写明办理函数(模块.函数)。", element=called(element))
            yield error(d, element, "no_handler", text)
        if element.kind == "businessRuleTask":
            yield from _decision(d, element)


def _decision(d: ProcessDescription, element: Element) -> Iterator[Finding]:
    if not element.decision or element.decision.startswith("="):
        yield error(
            d, element, "no_decision", told("%(element)s没有写明决策表。", element=called(element))
        )
    if not element.result:
        yield error(
            d, element, "no_result", told("%(element)s没有写明结果变量。", element=called(element))
        )


def mappings_do_something(d: ProcessDescription) -> Iterator[Finding]:
    """Inputs and outputs only where they are read, into names that can be written."""
    for element in d.elements:
        if element.inputs and element.kind not in _READS_INPUTS:
            yield error(
                d,
                element,
                "idle_inputs",
                told("%(element)s的输入映射不起作用。", element=called(element)),
            )
        if element.outputs and element.kind not in _WRITES_OUTPUTS:
            yield error(
                d,
                element,
                "idle_outputs",
                told("%(element)s的输出映射不起作用。", element=called(element)),
            )
        for name in _written(element):
            if not _VARIABLE.fullmatch(name) or name in HIDDEN:
                text = told(
                    "%(element)s写入的变量名“%(name)s”不能用。", element=called(element), name=name
                )
                yield error(d, element, "bad_variable", text)


def _written(element: Element) -> Iterator[str]:
    yield from (assign.target for assign in (*element.inputs, *element.outputs))
    if element.result:
        yield element.result
    if element.loop is not None:
        yield from filter(None, (element.loop.item, element.loop.output_collection))


def multi_instances_have_a_list(d: ProcessDescription) -> Iterator[Finding]:
    """Over which list, and what comes of each element."""
    for element in d.elements:
        if element.loop is not None:
            yield from _loop(d, element, element.loop)


def _loop(d: ProcessDescription, element: Element, loop: Loop) -> Iterator[Finding]:
    if loop.standard:
        text = told(
            "%(element)s带循环标记，请用网关和退回的连线画出循环。", element=called(element)
        )
        yield error(d, element, "standard_loop", text)
        return
    if element.kind not in _MAY_REPEAT:
        yield error(
            d, element, "loop_place", told("%(element)s不能是多实例。", element=called(element))
        )
    if loop.cardinality or not (loop.collection or "").startswith("="):
        text = told(
            "%(element)s是多实例，必须写明集合(以 = 开头)，不能只写次数。", element=called(element)
        )
        yield error(d, element, "no_collection", text)
    if bool(loop.output) != bool(loop.output_collection):
        text = told(
            "%(element)s的多实例输出要么都写(集合与元素)，要么都不写。", element=called(element)
        )
        yield error(d, element, "half_output", text)


def boundary_events_sit_on_activities(d: ProcessDescription) -> Iterator[Finding]:
    """On something that takes time or can fail, in the same process."""
    for event in d.of_kind("boundaryEvent"):
        host = d.by_id.get(event.attached_to or "")
        if host is None or host.kind not in ACTIVITIES or host.parent != event.parent:
            yield error(
                d, event, "no_host", told("%(event)s没有依附在任何活动上。", event=called(event))
            )
        elif event.event.kind == "error":
            yield from _error_event(d, event, host)


def _error_event(d: ProcessDescription, event: Element, host: Element) -> Iterator[Finding]:
    if not event.interrupting:
        yield error(
            d,
            event,
            "error_interrupts",
            told("%(event)s是错误事件，只能是中断型。", event=called(event)),
        )
    if host.kind not in _MAY_FAIL:
        text = told(
            "%(event)s等待的错误在%(host)s上不会发生。", event=called(event), host=called(host)
        )
        yield error(d, event, "no_error_here", text)


def events_are_complete(d: ProcessDescription) -> Iterator[Finding]:
    """Messages have names, errors have codes, references lead somewhere."""
    for element in d.elements:
        event = element.event
        if event.kind == "message" and not event.name:
            yield error(
                d,
                element,
                "no_message",
                told("%(element)s没有写明消息名称。", element=called(element)),
            )
        if event.kind == "error" and event.ref and not event.code:
            yield error(
                d,
                element,
                "no_error_code",
                told("%(element)s的错误没有代码。", element=called(element)),
            )
        if event.kind == "error" and element.kind == "endEvent" and not event.ref:
            yield error(
                d,
                element,
                "no_error_code",
                told("%(element)s没有写明错误代码。", element=called(element)),
            )
        if event.timer == "timeCycle" and (element.kind != "boundaryEvent" or element.interrupting):
            text = told(
                "%(element)s是循环定时，只能用在非中断的边界事件上。", element=called(element)
            )
            yield error(d, element, "cycle_place", text)


def event_gateways_wait_for_events(d: ProcessDescription) -> Iterator[Finding]:
    """Behind an event gateway stand events only, at most one of them a timer."""
    for gateway in d.of_kind("eventBasedGateway"):
        targets = [d.by_id[f.target] for f in d.outgoing.get(gateway.id, ()) if f.target in d.by_id]
        if len(targets) < 2:
            yield error(
                d,
                gateway,
                "few_events",
                told("%(gateway)s之后至少要有两个事件。", gateway=called(gateway)),
            )
        for target in targets:
            yield from _awaited(d, gateway, target)
        if sum(target.event.kind == "timer" for target in targets) > 1:
            text = told(
                "%(gateway)s之后只能有一个定时事件：只有最早的会发生。", gateway=called(gateway)
            )
            yield error(d, gateway, "two_timers", text)


def _awaited(d: ProcessDescription, gateway: Element, target: Element) -> Iterator[Finding]:
    if target.kind not in ("intermediateCatchEvent", "receiveTask"):
        text = told(
            "%(gateway)s之后只能是等待的事件，不能是%(target)s。",
            gateway=called(gateway),
            target=called(target),
        )
        yield error(d, gateway, "no_event_behind", text)
    elif len(d.incoming.get(target.id, ())) > 1:
        text = told("%(target)s在事件网关之后，不能再有别的进入连线。", target=called(target))
        yield error(d, target, "shared_event", text)
