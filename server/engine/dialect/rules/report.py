"""How a rule says what is wrong."""

from typing import Final

from server.engine.dialect.model import KINDS, Element, Flow, ProcessDescription
from server.engine.errors import Finding
from server.feel.sentence import told

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
    return told(
        "%(kind)s“%(label)s”",
        kind=KINDS.get(element.kind, element.kind),
        label=_short(element.label),
    )


def flow_called(d: ProcessDescription, flow: Flow) -> str:
    """A flow as a reader knows it: its name, or where it leads from and to."""
    if flow.name:
        return told("连线“%(label)s”", label=_short(flow.name))
    source, target = (d.by_id.get(end) for end in (flow.source, flow.target))
    ends = [_short(end.label) if end else "?" for end in (source, target)]
    return told("从“%(begin)s”到“%(end)s”的连线", begin=ends[0], end=ends[1])


def _short(label: str) -> str:
    return label if len(label) <= _SHOWN else f"{label[:_SHOWN]}…"


def _id(where: Element | Flow | str | None) -> str | None:
    return where if where is None or isinstance(where, str) else where.id
