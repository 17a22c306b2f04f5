"""One difference, in values that a page puts into words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """``kind`` is added, removed, changed or moved; ``element`` the id of the box, row or field,
    ``label`` what people call it; ``field`` the word of what changed from ``before`` to ``after``.
    """

    kind: str
    element: str
    label: str
    field: str = ""
    before: str = ""
    after: str = ""


Facts = Mapping[str, Mapping[str, str]]
"""Element -> field -> value; the field LABEL is what people call the element."""

LABEL = ""
"""No setting of an element has this name: a form's fields have a setting ``label``."""


def changes(before: Facts, after: Facts) -> Iterator[Change]:
    """Elements that went, came, and those of which a field has another value."""
    for element in before.keys() - after.keys():
        yield Change(REMOVED, element, before[element][LABEL])
    for element, facts in after.items():
        if element not in before:
            yield Change(ADDED, element, facts[LABEL])
        else:
            yield from _fields(element, before[element], facts)


def _fields(element: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for field in dict.fromkeys([*before, *after]):
        old, new = before.get(field, ""), after.get(field, "")
        if old != new and field != LABEL:
            yield Change(CHANGED, element, after[LABEL], field, old, new)
