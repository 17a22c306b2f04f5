"""Dynamic lists: the rows of one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from server.law.forms import Component
from server.work.forms.choices import LIMIT_LIST, check_list
from server.work.forms.situation import Situation
from server.work.forms.values import Value, refuse

Row = Mapping[str, Any]


class Rows(Value):
    """A list of rows; what is in a row is judged by the plan of one row."""

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.grows = component.more.get("allowAddRemove") is not False

    def nothing(self) -> list[Row]:
        return []

    def shape(self, value: Any) -> None:
        check_list(value, LIMIT_LIST)
        if not all(isinstance(row, Mapping) for row in value):
            refuse("type")

    def read(self, value: Any, situation: Situation) -> list[Row]:
        return list(value)

    def check_size(self, rows: list[Row], base: list[Row]) -> None:
        """A list that may not grow has the rows the server gave it."""
        if not self.grows and base and len(rows) != len(base):
            refuse("rows", n=len(base))


def rows_of(value: object) -> Iterator[tuple[int, Row]]:
    """The rows of a value as sent, numbered from 0; what is no row is left out."""
    if isinstance(value, list):
        yield from ((n, row) for n, row in enumerate(value) if isinstance(row, Mapping))


def nth(value: object, number: int) -> Row:
    """Row ``number`` of a value the server holds; an empty row where there is none."""
    row = value[number] if isinstance(value, list) and number < len(value) else {}
    return row if isinstance(row, Mapping) else {}
