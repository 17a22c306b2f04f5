"""Sequence flows: where tokens come from, where they can go, and who decides."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from server.engine.dialect.model import (
    CONDITIONAL,
    GATEWAYS,
    Element,
    Flow,
    ProcessDescription,
)
from server.engine.dialect.rules.graph import Edges, circles, edges, reachable, reversed_edges
from server.engine.dialect.rules.report import called, error, flow_called, warning
from server.engine.errors import Finding
from server.feel.sentence import told


def flows_join_two_boxes(d: ProcessDescription) -> Iterator[Finding]:
    """Both ends exist, in the same process, and no two flows join the same two boxes."""
    seen: set[tuple[str, str]] = set()
    for flow in d.flows:
        source, target = d.by_id.get(flow.source), d.by_id.get(flow.target)
        if source is None or target is None:
            yield error(
                d,
                flow,
                "dangling_flow",
                told("%(flow)s有一端没有接上。", flow=flow_called(d, flow)),
            )
        elif source.parent != target.parent:
            yield error(
                d,
                flow,
                "crossing_flow",
                told("%(flow)s穿过了子流程的边界。", flow=flow_called(d, flow)),
            )
        elif (flow.source, flow.target) in seen:
            text = told("%(flow)s重复：两个节点之间只能有一条连线。", flow=flow_called(d, flow))
            yield error(d, flow, "double_flow", text)
        seen.add((flow.source, flow.target))


def ends_are_ends(d: ProcessDescription) -> Iterator[Finding]:
    """Nothing enters a beginning, nothing leaves an end, everything else has a way on."""
    for element in d.elements:
        incoming, outgoing = d.incoming.get(element.id, ()), d.outgoing.get(element.id, ())
        if incoming and element.kind in ("startEvent", "boundaryEvent"):
            yield error(
                d,
                element,
                "enters_start",
                told("%(element)s不能有进入的连线。", element=called(element)),
            )
        if outgoing and element.kind == "endEvent":
            yield error(
                d,
                element,
                "leaves_end",
                told("%(element)s不能有离开的连线。", element=called(element)),
            )
        if not outgoing and element.kind != "endEvent":
            text = told(
                "%(element)s之后没有连线，请连到下一步或结束事件。", element=called(element)
            )
            yield error(d, element, "dead_end", text)
        if len(outgoing) > 1 and element.kind not in GATEWAYS:
            text = told(
                "%(element)s有 %(count)s 条离开的连线，分叉请用网关画出。",
                element=called(element),
                count=len(outgoing),
            )
            yield error(d, element, "implicit_split", text)


def every_process_begins_and_ends(d: ProcessDescription) -> Iterator[Finding]:
    """One start and at least one end, in the process and in each embedded sub-process."""
    for parent in (None, *(element.id for element in d.of_kind("subProcess"))):
        inside = d.within(parent)
        where = told("子流程“%(label)s”", label=d.by_id[parent].label) if parent else "流程"
        starts = sum(element.kind == "startEvent" for element in inside)
        if starts != 1:
            text = told(
                "%(where)s必须恰有一个开始事件，现有 %(starts)s 个。", where=where, starts=starts
            )
            yield error(d, parent, "one_start", text)
        if not any(element.kind == "endEvent" for element in inside):
            yield error(d, parent, "no_end", told("%(where)s没有结束事件。", where=where))


def everything_is_on_the_way(d: ProcessDescription) -> Iterator[Finding]:
    """Every box is reached from a start, and from every box an end can be reached."""
    following = edges(d)
    reached = reachable((e.id for e in d.of_kind("startEvent")), following)
    ending = reachable((e.id for e in d.of_kind("endEvent")), reversed_edges(following))
    for element in d.elements:
        if element.id not in reached:
            yield error(
                d,
                element,
                "unreachable",
                told("%(element)s从开始事件走不到。", element=called(element)),
            )
        elif element.id not in ending and d.outgoing.get(element.id):
            yield error(
                d,
                element,
                "no_way_out",
                told("从%(element)s走不到任何结束事件。", element=called(element)),
            )


def only_gateways_decide(d: ProcessDescription) -> Iterator[Finding]:
    """A condition anywhere else would be ignored."""
    for flow in d.flows:
        source = d.by_id.get(flow.source)
        if flow.condition and source is not None and source.kind not in CONDITIONAL:
            text = told(
                "%(flow)s带有条件，但条件只在排他或包容网关之后有效。", flow=flow_called(d, flow)
            )
            yield error(d, flow, "idle_condition", text)


def gateways_have_answers(d: ProcessDescription) -> Iterator[Finding]:
    """A split knows what to do in every case: conditions, and a default for the rest."""
    for element in d.of_kind(*CONDITIONAL):
        outgoing = d.outgoing.get(element.id, ())
        yield from _default(d, element, outgoing)
        for flow in outgoing:
            yield from _answer(d, element, flow, alone=len(outgoing) == 1)


def _default(
    d: ProcessDescription, gateway: Element, outgoing: tuple[Flow, ...]
) -> Iterator[Finding]:
    if gateway.default and gateway.default not in {flow.id for flow in outgoing}:
        text = told("%(gateway)s的默认连线不是它自己的连线。", gateway=called(gateway))
        yield error(d, gateway, "foreign_default", text)
    elif len(outgoing) > 1 and not gateway.default:
        text = told("%(gateway)s没有默认连线：条件都不成立时无路可走。", gateway=called(gateway))
        yield error(d, gateway, "no_default", text)


def _answer(
    d: ProcessDescription, gateway: Element, flow: Flow, *, alone: bool
) -> Iterator[Finding]:
    if flow.id == gateway.default:
        if flow.condition:
            text = told("%(flow)s是默认连线，它的条件不起作用。", flow=flow_called(d, flow))
            yield warning(d, flow, "default_condition", text)
    elif alone and flow.condition:
        text = told("%(gateway)s只有一条离开的连线，带条件会使流程停住。", gateway=called(gateway))
        yield error(d, flow, "lonely_condition", text)
    elif not alone and not flow.condition:
        text = told(
            "%(gateway)s的%(flow)s没有条件。", gateway=called(gateway), flow=flow_called(d, flow)
        )
        yield error(d, flow, "no_condition", text)


def loops_enter_by_a_merge(d: ProcessDescription) -> Iterator[Finding]:
    """A way back enters through an exclusive gateway, where one token at a time goes on.

    A parallel gateway there would wait for ever; a task would be opened twice when two tokens
    come.
    """
    following = edges(d)
    for element in d.elements:
        incoming = d.incoming.get(element.id, ())
        if len(incoming) < 2:
            continue
        outside = _before(d, element, following)
        back = any(flow.source not in outside for flow in incoming)
        if back and element.kind == "parallelGateway":
            text = told(
                "%(element)s的一条连线来自它自己之后的步骤，会永远等待。", element=called(element)
            )
            yield error(d, element, "parallel_loop", text)
        elif back and element.kind not in GATEWAYS:
            text = told(
                "退回的连线直接进入%(element)s，请先用排他网关汇合。", element=called(element)
            )
            yield error(d, element, "loop_without_merge", text)
        elif element.kind not in GATEWAYS and element.kind != "endEvent":
            text = told("几条连线直接进入%(element)s，建议先用网关汇合。", element=called(element))
            yield warning(d, element, "implicit_merge", text)


def joins_are_met(d: ProcessDescription) -> Iterator[Finding]:
    """A parallel gateway waits for all its ways; after a choice among them only one would come."""
    joins = [e for e in d.of_kind("parallelGateway") if len(d.incoming.get(e.id, ())) > 1]
    origins = _origins(d) if joins else {}
    for join in joins:
        ways = [origins[flow.id] for flow in d.incoming[join.id]]
        if not all(_both_come(one, other) for one, other in combinations(ways, 2)):
            text = told(
                "%(join)s等待的几路不会都到，流程会永远停在这里：请改用排他网关汇合。",
                join=called(join),
            )
            yield error(d, join, "unmet_join", text)


Origins = Mapping[str, set[str]]
"""Element to those of its branches that lead to a flow."""


def _origins(d: ProcessDescription) -> dict[str, dict[str, set[str]]]:
    """Flow to where the tokens on it may have parted."""
    found: dict[str, dict[str, set[str]]] = {flow.id: {} for flow in d.flows}
    following = edges(d)
    for element in d.elements:
        for branch in _branches(d, element):
            behind = reachable([branch.target], following)
            for flow in d.flows:
                if flow.source in behind or flow.id == branch.id:
                    found[flow.id].setdefault(element.id, set()).add(branch.id)
    return found


def _branches(d: ProcessDescription, element: Element) -> list[Flow]:
    """The flows on which an element may put tokens at the same time; none for a single one."""
    if element.kind in ("parallelGateway", "inclusiveGateway"):
        return list(d.outgoing.get(element.id, ()))
    beside = [event.id for event in d.boundary.get(element.id, ()) if not event.interrupting]
    if not beside:
        return []
    return [flow for source in (element.id, *beside) for flow in d.outgoing.get(source, ())]


def _both_come(one: Origins, other: Origins) -> bool:
    return any(len(one[element] | other[element]) > 1 for element in one.keys() & other.keys())


def loops_need_somebody(d: ProcessDescription) -> Iterator[Finding]:
    """A circle of automatic boxes runs until the budget of a command ends it."""
    waiting = {e.id for e in d.elements if e.kind in _WAITING}
    automatic = {
        node: [target for target in targets if target not in waiting]
        for node, targets in edges(d).items()
        if node not in waiting
    }
    seen: set[int] = set()
    for node, number in circles(automatic).items():
        if number not in seen:
            seen.add(number)
            text = told(
                "%(element)s在一个没有人或时间参与的循环里，可能成为死循环。",
                element=called(d.by_id[node]),
            )
            yield warning(d, node, "automatic_loop", text)


_WAITING = frozenset(
    {"userTask", "receiveTask", "intermediateCatchEvent", "callActivity", "subProcess"}
)


def _before(d: ProcessDescription, element: Element, following: Edges) -> set[str]:
    """What a token can reach without passing ``element``; all else lies behind it."""
    elsewhere = {node: targets for node, targets in following.items() if node != element.id}
    return reachable((e.id for e in d.of_kind("startEvent")), elsewhere)
