"""A column of mappings, *folded* into one column for each key of each set of keys that occurs: what
stands below one another is much alike, so it packs well and reads fast."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice, repeat
from typing import Any, Final

MANY: Final = 8
"""So many mappings with the same keys, as values of one key, are folded in turn."""

Folded = list[Any]
"""``[which, shapes]``: for every mapping the number of its shape from 1, 0 where there is none; a
shape is ``[keys, places of those whose columns are folded, a column for each key]``."""


def folded(mappings: Iterable[Any]) -> Folded:
    """A column of mappings; 0 stands for none."""
    shapes: dict[tuple[str, ...], int] = {}
    rows: list[list[Collection[Any]]] = []
    which = []
    for one in mappings:
        if one.__class__ is not dict:
            which.append(0)
            continue
        keys = tuple(one)
        if keys not in shapes:
            rows.append([])
            shapes[keys] = len(rows)
        which.append(shapes[keys])
        rows[shapes[keys] - 1].append(one.values())
    return [which, [_shape(*each) for each in zip(shapes, rows, strict=True)]]


def table(mappings: list[dict[str, Any]]) -> Folded:
    """``folded``, of mappings with the same keys."""
    rows: list[Collection[Any]] = [one.values() for one in mappings]
    return [[1] * len(rows), [_shape(tuple(mappings[0]), rows)]]


def _shape(keys: tuple[str, ...], rows: list[Collection[Any]]) -> list[Any]:
    columns: list[Any] = [list(column) for column in zip(*rows, strict=True)]
    tables = [place for place, column in enumerate(columns) if is_table(column)]
    for place in tables:
        columns[place] = table(columns[place])
    return [keys, tables, *columns]


def unfolded(column: Folded) -> list[Any]:
    """What was folded."""
    which, shapes = column
    rows = [_mappings(*shape) for shape in shapes]
    if len(rows) == 1 and all(which):
        return list(islice(rows[0], len(which)))
    return [next(rows[number - 1]) if number else 0 for number in which]


def _mappings(keys: list[str], tables: list[int], *columns: Any) -> Iterator[dict[str, Any]]:
    known = list(columns)
    for place in tables:
        known[place] = unfolded(known[place])
    rows = zip(*known, strict=True) if keys else repeat(())
    return (dict(zip(keys, row)) for row in rows)  # noqa: B905 (as many as keys, and it is hot)


def is_table(value: object) -> bool:
    """Whether a value is a list of many mappings with the same keys."""
    if not isinstance(value, list) or len(value) < MANY or not isinstance(value[0], dict):
        return False
    return set(map(type, value)) == {dict} and len(set(map(tuple, value))) == 1
