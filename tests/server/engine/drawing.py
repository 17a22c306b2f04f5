"""A short hand for diagrams in tests."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from xml.sax.saxutils import quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">'
)


def diagram(process_id: str, *parts: str, around: str = "", executable: bool = True) -> bytes:
    """A file with one process; ``around`` holds what stands beside it (messages, errors)."""
    flag = "true" if executable else "false"
    process = f'<bpmn:process id="{process_id}" isExecutable="{flag}">{"".join(parts)}'
    return f"{HEAD}{around}{process}</bpmn:process></bpmn:definitions>".encode()


def node(
    kind: str,
    id: str,
    *inside: str,
    ext: str = "",
    props: Mapping[str, str] | None = None,
    **attributes: str,
) -> str:
    """Any flow node; ``props`` become zeebe properties, ``ext`` goes into extensionElements."""
    if props:
        pairs = "".join(
            f"<zeebe:property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in props.items()
        )
        ext += f"<zeebe:properties>{pairs}</zeebe:properties>"
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    body = f"<bpmn:extensionElements>{ext}</bpmn:extensionElements>" if ext else ""
    return f'<bpmn:{kind} id="{id}"{given}>{body}{"".join(inside)}</bpmn:{kind}>'


def start(id: str = "begin", **more: object) -> str:
    return node("startEvent", id, **more)


def end(id: str = "done", *inside: str, **more: object) -> str:
    return node("endEvent", id, *inside, **more)


def user(id: str, *inside: str, **more: object) -> str:
    return node("userTask", id, *inside, **more)


def service(id: str, type: str, *inside: str, ext: str = "", **more: object) -> str:
    return node(
        "serviceTask", id, *inside, ext=f'<zeebe:taskDefinition type="{type}"/>{ext}', **more
    )


def rule(id: str, decision: str, result: str, **more: object) -> str:
    called = f'<zeebe:calledDecision decisionId="{decision}" resultVariable="{result}"/>'
    return node("businessRuleTask", id, ext=called, **more)


def call(
    id: str, process: str, *inside: str, all_back: bool = False, ext: str = "", **more: object
) -> str:
    back = "true" if all_back else "false"
    called = f'<zeebe:calledElement processId="{process}" propagateAllChildVariables="{back}"/>'
    return node("callActivity", id, *inside, ext=called + ext, **more)


def sub(id: str, *inside: str, **more: object) -> str:
    return node("subProcess", id, *inside, **more)


def xor(id: str, default: str | None = None) -> str:
    return node("exclusiveGateway", id, **({"default": default} if default else {}))


def both(id: str) -> str:
    return node("parallelGateway", id)


def any_of(id: str, default: str | None = None) -> str:
    return node("inclusiveGateway", id, **({"default": default} if default else {}))


def first_of(id: str) -> str:
    return node("eventBasedGateway", id)


def catch(id: str, what: str, **more: object) -> str:
    return node("intermediateCatchEvent", id, what, **more)


def throw(id: str, *what: str, **more: object) -> str:
    return node("intermediateThrowEvent", id, *what, **more)


def boundary(id: str, host: str, what: str, interrupting: bool = True, **more: object) -> str:
    flag = "true" if interrupting else "false"
    return node("boundaryEvent", id, what, attachedToRef=host, cancelActivity=flag, **more)


def timer(kind: str, text: str) -> str:
    inner = f"<bpmn:{kind}>{_escape(text)}</bpmn:{kind}>"
    return f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"


def after(text: str) -> str:
    return timer("timeDuration", text)


def on_error(ref: str | None = None) -> str:
    return f"<bpmn:errorEventDefinition{f' errorRef={quoteattr(ref)}' if ref else ''}/>"


def on_message(ref: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{ref}"/>'


def terminate() -> str:
    return "<bpmn:terminateEventDefinition/>"


def error(id: str, code: str) -> str:
    return f'<bpmn:error id="{id}" errorCode="{code}"/>'


def message(id: str, name: str, key: str | None = None) -> str:
    ext = f"<zeebe:subscription correlationKey={quoteattr(key)}/>" if key else ""
    return node("message", id, ext=ext, name=name)


def mapping(
    inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None
) -> str:
    pairs = "".join(
        f"<zeebe:{end} source={quoteattr(source)} target={quoteattr(target)}/>"
        for end, given in (("input", inputs), ("output", outputs))
        for target, source in (given or {}).items()
    )
    return f"<zeebe:ioMapping>{pairs}</zeebe:ioMapping>"


def each(
    collection: str,
    item: str = "",
    collect: str = "",
    output: str = "",
    until: str = "",
    one_by_one: bool = False,
) -> str:
    """Multi-instance characteristics."""
    given = {
        "inputCollection": collection,
        "inputElement": item,
        "outputCollection": collect,
        "outputElement": output,
    }
    attributes = "".join(f" {k}={quoteattr(v)}" for k, v in given.items() if v)
    ext = (
        f"<bpmn:extensionElements><zeebe:loopCharacteristics{attributes}/></bpmn:extensionElements>"
    )
    until = (
        f"<bpmn:completionCondition>{_escape(until)}</bpmn:completionCondition>" if until else ""
    )
    flag = "true" if one_by_one else "false"
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{flag}">{ext}{until}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def flow(source: str, target: str, condition: str | None = None, id: str | None = None) -> str:
    inner = (
        f"<bpmn:conditionExpression>{_escape(condition)}</bpmn:conditionExpression>"
        if condition
        else ""
    )
    name = id or f"{source}_to_{target}"
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="{name}" {ends}>{inner}</bpmn:sequenceFlow>'


def chain(*ids: str) -> str:
    """Flows from each to the next."""
    return "".join(flow(a, b) for a, b in pairwise(ids))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
