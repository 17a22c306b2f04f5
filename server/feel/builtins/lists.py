"""Functions on lists (DMN 1.3 table 75). Positions count from 1, from the end when negative."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from functools import cmp_to_key
from typing import Final

from server.feel.builtins.registry import builtin
from server.feel.domain import Function
from server.feel.numbers import as_index
from server.feel.operators import before, conjunction, disjunction, equal
from server.feel.runtime import Run
from server.feel.temporal import Months

_HASHED: Final = (str, Decimal, bool, timedelta, Months)
"""Kinds whose equality is that of Python."""


@builtin("list contains", "list: list", "element: any")
def list_contains(run: Run, items: list[object], element: object) -> bool:
    """Whether an element of the list equals ``element``."""
    return _position(run, items, element) is not None


@builtin("count", "list: list")
def count(items: list[object]) -> int:
    """The number of elements."""
    return len(items)


@builtin("all", "list: list")
def all_true(items: list[object]) -> bool | None:
    """The conjunction of the elements; true for an empty list."""
    held: bool | None = True
    for each in items:
        held = conjunction(held, each)
    return held


@builtin("all", "*b: any")
def all_of(*items: object) -> bool | None:
    """The conjunction of the arguments."""
    return all_true(list(items))


@builtin("any", "list: list")
def any_true(items: list[object]) -> bool | None:
    """The disjunction of the elements; false for an empty list."""
    held: bool | None = False
    for each in items:
        held = disjunction(held, each)
    return held


@builtin("any", "*b: any")
def any_of(*items: object) -> bool | None:
    """The disjunction of the arguments."""
    return any_true(list(items))


@builtin("sublist", "list: list", "start position: number", "length?: number")
def sublist(items: list[object], start: Decimal, length: Decimal | None) -> list[object] | None:
    """The elements from ``start`` on, ``length`` of them; null outside the list."""
    first = _offset(items, start)
    size = len(items) if length is None else as_index(length)
    if first is None or size is None or size < 0:
        return None
    if length is not None and first + size > len(items):
        return None
    return items[first : first + size]


@builtin("append", "list: list", "*item: any")
def append(items: list[object], *added: object) -> list[object]:
    """The list with the arguments at its end."""
    return [*items, *added]


@builtin("concatenate", "*list: list")
def concatenate(*lists: list[object]) -> list[object]:
    """The lists one after the other."""
    return [each for items in lists for each in items]


@builtin("insert before", "list: list", "position: number", "newItem: any")
def insert_before(items: list[object], position: Decimal, added: object) -> list[object] | None:
    """The list with a new element at ``position``."""
    at = _offset(items, position)
    return None if at is None else [*items[:at], added, *items[at:]]


@builtin("remove", "list: list", "position: number")
def remove(items: list[object], position: Decimal) -> list[object] | None:
    """The list without the element at ``position``."""
    at = _offset(items, position)
    return None if at is None else [*items[:at], *items[at + 1 :]]


@builtin("list replace", "list: list", "position: number", "newItem: any")
def replace_at(items: list[object], position: Decimal, added: object) -> list[object] | None:
    """The list with the element at ``position`` replaced."""
    at = _offset(items, position)
    return None if at is None else [*items[:at], added, *items[at + 1 :]]


@builtin("list replace", "list: list", "match: function", "newItem: any")
def replace_matching(
    run: Run, items: list[object], match: Function, added: object
) -> list[object] | None:
    """The list with each element replaced for which ``match(element, newItem)`` is true."""
    result = []
    for each in items:
        found = match.invoke(run, [each, added], {})
        if not isinstance(found, bool):
            return None
        result.append(added if found else each)
    return result


@builtin("reverse", "list: list")
def reverse(items: list[object]) -> list[object]:
    """The list from its end to its beginning."""
    return items[::-1]


@builtin("index of", "list: list", "match: any")
def index_of(run: Run, items: list[object], match: object) -> list[object]:
    """The positions of the elements that equal ``match``."""
    run.spend(len(items))
    return [Decimal(at) for at, each in enumerate(items, 1) if equal(each, match, run) is True]


@builtin("union", "*list: list")
def union(run: Run, *lists: list[object]) -> list[object]:
    """The lists one after the other without duplicates."""
    return distinct_values(run, concatenate(*lists))


@builtin("distinct values", "list: list")
def distinct_values(run: Run, items: list[object]) -> list[object]:
    """The list without the later ones of equal elements."""
    kept: list[object] = []
    seen: set[tuple[type, object]] = set()
    for each in items:
        if isinstance(each, _HASHED):
            if (type(each), each) not in seen:
                seen.add((type(each), each))
                kept.append(each)
        elif _position(run, kept, each) is None:
            kept.append(each)
    return kept


@builtin("duplicate values", "list: list")
def duplicate_values(run: Run, items: list[object]) -> list[object]:
    """One each of the elements that occur more than once."""
    return [each for each in distinct_values(run, items) if len(index_of(run, items, each)) > 1]


@builtin("flatten", "list: list")
def flatten(run: Run, items: list[object]) -> list[object]:
    """The elements of the list and of all lists inside it."""
    flat: list[object] = []
    for each in items:
        run.spend(1)
        if isinstance(each, list):
            flat.extend(flatten(run, each))
        else:
            flat.append(each)
    return flat


@builtin("sort", "list: list", "precedes: function")
def sort(run: Run, items: list[object], precedes: Function) -> list[object]:
    """The list in the order that ``precedes(a, b)`` gives."""

    def compare(left: object, right: object) -> int:
        if precedes.invoke(run, [left, right], {}) is True:
            return -1
        return 1 if precedes.invoke(run, [right, left], {}) is True else 0

    return sorted(items, key=cmp_to_key(compare))


@builtin("sort", "list: list")
def sort_ascending(run: Run, items: list[object]) -> list[object] | None:
    """The list in ascending order; null when its elements have no order."""
    return ascending(run, items)


def ascending(run: Run, items: Sequence[object]) -> list[object] | None:
    """``items`` in ascending order; None when two of them have no order."""
    if any(before(items[0], each) is None for each in items):
        return None

    def compare(left: object, right: object) -> int:
        run.spend(1)
        return -1 if before(left, right) else int(before(right, left) is True)

    return sorted(items, key=cmp_to_key(compare))


def _offset(items: list[object], position: Decimal) -> int | None:
    """The Python offset of a FEEL position; None outside the list."""
    at = as_index(position.to_integral_value(ROUND_DOWN))
    if at is None or not 0 < abs(at) <= len(items):
        return None
    return at - 1 if at > 0 else len(items) + at


def _position(run: Run, items: list[object], element: object) -> int | None:
    run.spend(len(items))
    found = (at for at, each in enumerate(items) if equal(each, element, run) is True)
    return next(found, None)
