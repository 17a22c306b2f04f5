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
from server.feel.omissions import Surroundings, omissions
from server.feel.references import Calls
from server.feel.sentence import told
from server.feel.temporal import parse_date_time, parse_duration

Place = tuple[str, str, str]
"""(element id, how people call the place, the expression without its ``=``)."""

_AROUND: Final = Surroundings(functions=HOST_FUNCTIONS)
_SHOWN: Final = 60
"""Characters of an expression that a sentence quotes."""
_LITERAL: Final[Mapping[str, Callable[[object], object]]] = {
    "timeDate": timers.due_at,
    "timeDuration": timers.duration,
    "timeCycle": timers.cycle,
}


def expressions_are_feel(d: ProcessDescription) -> Iterator[Finding]:
    """Each one compiles, asks for nothing in vain, and names no impossible time."""
    for where, what, text in _expressions(d):
        try:
            compiled = compile_expression(text)
        except FeelError as problem:
            quoted, why = _excerpt(text, problem.position), problem.sentence
            yield error(
                d,
                where,
                "feel",
                told("%(what)s%(quoted)s读不懂：%(why)s。", what=what, quoted=quoted, why=why),
            )
            continue
        for code, sentence in _problems(text, compiled.calls):
            yield error(
                d, where, code, told("%(what)s：%(sentence)s。", what=what, sentence=sentence)
            )


def conditions_are_expressions(d: ProcessDescription) -> Iterator[Finding]:
    """A condition without ``=`` would be a text, never true."""
    for flow in d.flows:
        if flow.condition and not flow.condition.startswith("="):
            text = told("%(flow)s的条件要以 = 开头。", flow=flow_called(d, flow))
            yield error(d, flow, "literal_condition", text)
    for element in d.elements:
        completion = element.loop.completion if element.loop else None
        if completion and not completion.startswith("="):
            text = told("%(element)s的完成条件要以 = 开头。", element=called(element))
            yield error(d, element, "literal_condition", text)


def timers_are_times(d: ProcessDescription) -> Iterator[Finding]:
    """A literal date, duration or cycle is one that will come: with zone, at most 100 years, at
    least a minute apart."""
    for element in d.elements:
        event = element.event
        if event.kind != "timer":
            continue
        if not event.timer or not event.text:
            yield error(
                d, element, "no_time", told("%(element)s没有写明时间。", element=called(element))
            )
        elif not event.text.startswith("="):
            try:
                _LITERAL[event.timer](event.text)
            except StepFailed as problem:
                yield error(
                    d,
                    element,
                    "impossible_time",
                    told("%(element)s：%(problem)s。", element=called(element), problem=problem),
                )


def _problems(text: str, calls: Calls) -> Iterator[tuple[str, str]]:
    """What an expression that can be read asks for in vain."""
    found = omissions(text, _AROUND)
    yield from found
    for name, arguments in () if found else calls:
        for impossible in _literal_time(name, arguments):
            yield "impossible_time", impossible


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
                yield told("时刻“%(argument)s”没有写时区", argument=argument)


def _excerpt(text: str, position: int | None) -> str:
    """The expression around the place where reading stopped."""
    begin = max(0, (position or 0) - _SHOWN // 2)
    where = "" if position is None else told("第 %(value)s 个字符处", value=position + 1)
    return told("“%(strip)s”%(where)s", strip=text[begin : begin + _SHOWN].strip(), where=where)


def _unsigned(text: str) -> object:
    """The length of a duration; FEEL's may be negative."""
    return parse_duration(text.removeprefix("-"))


def _expressions(d: ProcessDescription) -> Iterator[Place]:
    for flow in d.flows:
        yield from _feel(flow.id, told("%(flow)s的条件", flow=flow_called(d, flow)), flow.condition)
    for element in d.elements:
        for what, text in _texts(element):
            yield from _feel(
                element.id, told("%(element)s的%(what)s", element=called(element), what=what), text
            )
        anchor = element.due_from
        if anchor:
            yield (
                element.id,
                told("%(element)s的期限起算日", element=called(element)),
                anchor.removeprefix("="),
            )


def _texts(element: Element) -> Iterator[tuple[str, str | None]]:
    yield "办理人", element.assignee
    yield "可以启动的条件", element.properties.get("when")
    for event in element.events:
        yield "时间", event.text
        yield "关联键", event.key
    for assign in (*element.inputs, *element.outputs):
        yield told("映射“%(target)s”", target=assign.target), assign.source
    if element.loop is not None:
        yield "多实例集合", element.loop.collection
        yield "多实例输出", element.loop.output
        yield "完成条件", element.loop.completion


def _feel(where: str, what: str, text: str | None) -> Iterator[Place]:
    if text and text.startswith("="):
        yield where, what, text[1:]
