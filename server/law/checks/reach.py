"""Which boxes of a diagram a regime can come to, its switched-off steps left out."""

from collections.abc import Callable, Iterator, Mapping

from server.engine.dialect import Flow, ProcessDescription
from server.feel import FeelError, compile_expression

Answer = Callable[[Flow], bool | None]
"""Whether a flow's condition holds for the regime in every case: True, False or undecided."""


def answers(
    step: Callable[[str], bool],
    regime: Mapping[str, object],
    known: Mapping[str, object] | None = None,
) -> Answer:
    """Decides conditions that ask nothing but the regime and the variables known:
    `= step("public_notice")`, and those where only logic joins them to what is not known."""
    variables = {**(known or {}), "regime": regime}

    def answer(flow: Flow) -> bool | None:
        try:
            expression = compile_expression((flow.condition or "").removeprefix("="))
            asks_the_case = expression.names - variables.keys() and not expression.logic
            if asks_the_case or {name for name, _ in expression.calls} - KNOWN:
                return None
            held = expression(variables, {"step": step})
        except (FeelError, LookupError):
            return None
        return held if isinstance(held, bool) else None

    return answer


KNOWN = frozenset({"step", "not"})


def reached(diagram: ProcessDescription, answer: Answer) -> frozenset[str]:
    """The ids of the elements that can be reached from the start events."""
    waiting = [element.id for element in diagram.of_kind("startEvent") if element.parent is None]
    found: set[str] = set()
    while waiting:
        current = waiting.pop()
        if current not in found and current in diagram.by_id:
            found.add(current)
            waiting.extend(_next(diagram, current, answer))
    return frozenset(found)


def _next(diagram: ProcessDescription, current: str, answer: Answer) -> Iterator[str]:
    yield from (flow.target for flow in open_flows(diagram, current, answer))
    yield from (event.id for event in diagram.boundary.get(current, ()))
    yield from (e.id for e in diagram.of_kind("startEvent") if e.parent == current)


def open_flows(diagram: ProcessDescription, current: str, answer: Answer) -> list[Flow]:
    flows = diagram.outgoing.get(current, ())
    if len(flows) < 2:
        return list(flows)
    default = diagram.by_id[current].default
    asked = [(flow, answer(flow)) for flow in flows if flow.id != default and flow.condition]
    free = [flow for flow in flows if flow.id == default or not flow.condition]
    settled = any(held is True for _, held in asked)
    open_ones = [flow for flow, held in asked if held is not False]
    return open_ones if settled and default else open_ones + free
