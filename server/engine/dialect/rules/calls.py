"""Diagrams that call diagrams."""

from collections.abc import Iterator, Mapping

from server.engine.dialect.model import Element, ProcessDescription
from server.engine.dialect.rules.report import called, error, warning
from server.engine.errors import Finding
from server.feel.sentence import told

Known = Mapping[str, ProcessDescription]


def calls_lead_somewhere(d: ProcessDescription, known: Known | None) -> Iterator[Finding]:
    """Every call names a diagram, one that exists, and never comes back to itself."""
    for element in d.of_kind("callActivity"):
        if not element.called or element.called.startswith("="):
            yield error(
                d,
                element,
                "no_called",
                told("%(element)s没有写明调用的流程。", element=called(element)),
            )
        elif element.called == d.id:
            yield error(
                d,
                element,
                "self_call",
                told("%(element)s调用了它自己所在的流程。", element=called(element)),
            )
        elif known is None:
            continue
        elif element.called not in known:
            text = told(
                "%(element)s调用的流程“%(called)s”不存在。",
                element=called(element),
                called=element.called,
            )
            yield error(d, element, "unknown_process", text)
        elif d.id in _all_called(element.called, known):
            text = told(
                "%(element)s调用的流程“%(called)s”又调用回本流程。",
                element=called(element),
                called=element.called,
            )
            yield error(d, element, "self_call", text)


def errors_are_caught(d: ProcessDescription, known: Known | None) -> Iterator[Finding]:
    """What a called diagram ends with as an error, a boundary event here expects."""
    for element in d.of_kind("callActivity"):
        part = (known or {}).get(element.called or "")
        for code in _error_ends(part) if part else ():
            if not _caught(d, element, code):
                text = told(
                    "%(element)s可能以错误“%(code)s”结束，图里没有接住它的边界事件。",
                    element=called(element),
                    code=code,
                )
                yield warning(d, element, "uncaught_error", text)


def _all_called(start: str, known: Known) -> set[str]:
    """``start`` and every process reached from it by calls."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            calls = known[name].of_kind("callActivity") if name in known else ()
            todo.extend(element.called for element in calls if element.called)
    return seen


def _error_ends(part: ProcessDescription) -> list[str]:
    ends = (e for e in part.within(None) if e.kind == "endEvent" and e.event.kind == "error")
    return [end.event.code for end in ends if end.event.code]


def _caught(d: ProcessDescription, element: Element, code: str) -> bool:
    """By an event on the call or on a sub-process around it."""
    return any(
        event.event.kind == "error" and event.event.code in (None, code)
        for host in (element, *d.around(element))
        for event in d.boundary.get(host.id, ())
    )
