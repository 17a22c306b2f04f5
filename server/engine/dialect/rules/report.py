"""How a rule says what is wrong."""

from typing import Final

from server.engine.dialect.model import KINDS, Element, Flow, ProcessDescription
from server.engine.errors import Finding

_SHOWN: Final = 40
"""Characters of a label that a sentence quotes."""


def error(
    d: ProcessDescription, where: Element | Flow | str | None, code: str, text: str
) -> Finding:
    """A finding that keeps the diagram from being published."""
    return Finding("error", d.id, _id(where), code, text)


def warning(
    d: ProcessDescription, where: Element | Flow | str | None, code: str, text: str
) -> Finding:
    """A finding that a process owner should look at."""
    return Finding("warning", d.id, _id(where), code, text)


def called(element: Element) -> str:
    """The element as a reader of the diagram knows it: kind and label."""
    return f"{KINDS.get(element.kind, element.kind)}“{_short(element.label)}”"


def flow_called(d: ProcessDescription, flow: Flow) -> str:
    """A flow as a reader knows it: its name, or where it leads from and to."""
    if flow.name:
        return f"连线“{_short(flow.name)}”"
    source, target = (d.by_id.get(end) for end in (flow.source, flow.target))
    ends = [_short(end.label) if end else "?" for end in (source, target)]
    return f"从“{ends[0]}”到“{ends[1]}”的连线"


def _short(label: str) -> str:
    return label if len(label) <= _SHOWN else f"{label[:_SHOWN]}…"


def _id(where: Element | Flow | str | None) -> str | None:
    return where if where is None or isinstance(where, str) else where.id
