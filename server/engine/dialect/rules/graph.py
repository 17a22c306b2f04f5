"""Questions about the shape of a diagram, answered without recursion."""

from collections.abc import Iterable, Mapping

from server.engine.dialect.model import ProcessDescription

Edges = Mapping[str, list[str]]


def edges(d: ProcessDescription) -> dict[str, list[str]]:
    """Where a token can go from each element: along flows, and from an activity to its events."""
    following: dict[str, list[str]] = {element.id: [] for element in d.elements}
    for flow in d.flows:
        if flow.source in following and flow.target in following:
            following[flow.source].append(flow.target)
    for host, events in d.boundary.items():
        following.get(host, []).extend(event.id for event in events)
    return following


def reversed_edges(following: Edges) -> dict[str, list[str]]:
    """The same graph, walked backwards."""
    before: dict[str, list[str]] = {node: [] for node in following}
    for node, targets in following.items():
        for target in targets:
            before[target].append(node)
    return before


def reachable(starts: Iterable[str], following: Edges) -> set[str]:
    """The starts and everything behind them."""
    seen: set[str] = set()
    todo = list(starts)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo.extend(following.get(node, ()))
    return seen


def circles(following: Edges) -> dict[str, int]:
    """Node to the number of the circle it lies on; nodes on no circle are left out.

    Two nodes lie on one circle when each can be reached from the other (Kosaraju's algorithm).
    """
    before = reversed_edges(following)
    found: dict[str, int] = {}
    assigned: set[str] = set()
    for number, root in enumerate(reversed(_by_finish(following))):
        if root in assigned:
            continue
        group = _group(root, before, assigned)
        assigned |= group
        if len(group) > 1 or root in following[root]:
            found |= dict.fromkeys(group, number)
    return found


def _group(root: str, before: Edges, assigned: set[str]) -> set[str]:
    group, todo = set(), [root]
    while todo:
        node = todo.pop()
        if node not in group and node not in assigned:
            group.add(node)
            todo.extend(before[node])
    return group


def _by_finish(following: Edges) -> list[str]:
    """The nodes in the order in which a depth-first walk is done with them."""
    order: list[str] = []
    seen: set[str] = set()
    for start in following:
        todo = [(start, False)]
        while todo:
            node, done = todo.pop()
            if done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                todo.append((node, True))
                todo.extend((target, False) for target in following[node])
    return order
