"""Two versions of a file of any kind."""

from __future__ import annotations

from server.studio.difference import diagrams, forms, tables, texts
from server.studio.difference.change import Change

KINDS = {"bpmn": diagrams.compare, "dmn": tables.compare, "form": forms.compare}
ORDER = ("removed", "added", "changed", "moved")


def compare(path: str, before: bytes, after: bytes) -> list[Change]:
    """The differences; empty bytes stand for a file that is not there."""
    if before == after:
        return []
    kind = KINDS.get(path.rpartition(".")[2], texts.compare)
    return sorted(kind(before, after), key=lambda each: (ORDER.index(each.kind), each.element))
