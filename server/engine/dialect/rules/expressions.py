"""Every expression of a diagram: FEEL that can be read, functions that exist, times that end."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from server.engine import timers
from server.engine.dialect.model import Element, ProcessDescription
from server.engine.dialect.rules.report import called, error, flow_called
from server.engine.errors import Finding, StepFailed
from server.engine.ports import HOST_FUNCTIONS
from server.feel import FeelError, compile_expression
from server.feel.builtins import BUILTINS
from server.feel.temporal import parse_date_time, parse_duration

Place = tuple[str, str, str]
"""(element id, how people call the place, the expression without its ``=``)."""

_SHOWN: Final = 60
"""Characters of an expression that a sentence quotes."""
_LITERAL: Final[Mapping[str, Callable[[object], object]]] = {
    "timeDate": timers.due_at,
    "timeDuration": timers.duration,
    "timeCycle": timers.cycle,
}


def expressions_are_feel(d: ProcessDescription) -> Iterator[Finding]:
    """Each one compiles, calls known functions only, and names no impossible time."""
    for where, what, text in _expressions(d):
        try:
            compiled = compile_expression(text)
        except FeelError as problem:
            quoted, why = _excerpt(text, problem.position), problem.sentence.rstrip("。")
            yield error(d, where, "feel", f"{what}{quoted}读不懂：{why}。")
            continue
        for name, arguments in compiled.calls:
            if name not in BUILTINS and name not in HOST_FUNCTIONS:
                yield error(d, where, "unknown_function", f"{what}用了不存在的函数“{name}”。")
            for impossible in _literal_time(name, arguments):
                yield error(d, where, "impossible_time", f"{what}：{impossible}。")


def conditions_are_expressions(d: ProcessDescription) -> Iterator[Finding]:
    """A condition without ``=`` would be a text, never true."""
    for flow in d.flows:
        if flow.condition and not flow.condition.startswith("="):
            text = f"{flow_called(d, flow)}的条件要以 = 开头。"
            yield error(d, flow, "literal_condition", text)
    for element in d.elements:
        completion = element.loop.completion if element.loop else None
        if completion and not completion.startswith("="):
            text = f"{called(element)}的完成条件要以 = 开头。"
            yield error(d, element, "literal_condition", text)


def timers_are_times(d: ProcessDescription) -> Iterator[Finding]:
    """A literal date, duration or cycle is one that will come: with zone, at most 100 years, at
    least a minute apart."""
    for element in d.elements:
        event = element.event
        if event.kind != "timer":
            continue
        if not event.timer or not event.text:
            yield error(d, element, "no_time", f"{called(element)}没有写明时间。")
        elif not event.text.startswith("="):
            try:
                _LITERAL[event.timer](event.text)
            except StepFailed as problem:
                yield error(d, element, "impossible_time", f"{called(element)}：{problem}。")


def _literal_time(name: str, arguments: tuple[object | None, ...]) -> Iterator[str]:
    """Problems of a time written as a literal within an expression."""
    for argument in arguments:
        if name == "duration" and isinstance(argument, str):
            try:
                timers.duration(_unsigned(argument))
            except StepFailed as problem:
                yield str(problem)
        if name == "date and time" and len(arguments) == 1 and isinstance(argument, str):
            moment = parse_date_time(argument)
            if isinstance(moment, datetime) and moment.tzinfo is None:
                yield f"时刻“{argument}”没有写时区"


def _excerpt(text: str, position: int | None) -> str:
    """The expression around the place where reading stopped."""
    begin = max(0, (position or 0) - _SHOWN // 2)
    where = "" if position is None else f"第 {position + 1} 个字符处"
    return f"“{text[begin : begin + _SHOWN].strip()}”{where}"


def _unsigned(text: str) -> object:
    """The length of a duration; FEEL's may be negative."""
    return parse_duration(text.removeprefix("-"))


def _expressions(d: ProcessDescription) -> Iterator[Place]:
    for flow in d.flows:
        yield from _feel(flow.id, f"{flow_called(d, flow)}的条件", flow.condition)
    for element in d.elements:
        for what, text in _texts(element):
            yield from _feel(element.id, f"{called(element)}的{what}", text)
        anchor = element.due_from
        if anchor:
            yield element.id, f"{called(element)}的期限起算日", anchor.removeprefix("=")


def _texts(element: Element) -> Iterator[tuple[str, str | None]]:
    yield "办理人", element.assignee
    yield "可以启动的条件", element.properties.get("when")
    for event in element.events:
        yield "时间", event.text
        yield "关联键", event.key
    for assign in (*element.inputs, *element.outputs):
        yield f"映射“{assign.target}”", assign.source
    if element.loop is not None:
        yield "多实例集合", element.loop.collection
        yield "多实例输出", element.loop.output
        yield "完成条件", element.loop.completion


def _feel(where: str, what: str, text: str | None) -> Iterator[Place]:
    if text and text.startswith("="):
        yield where, what, text[1:]
