"""Lists that are short enough to be read whole: searched, sorted, shown a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from server.views.query import LIMIT_TEXT

PAGE = 40
Key = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """What of a list is shown: ``asked`` are the filters of the address, ``sort`` a key, with a
    minus for the other way round."""

    found: list[Any]
    asked: Mapping[str, str]
    sort: str
    page: int

    @property
    def rows(self) -> list[Any]:
        """The rows of the page."""
        return self.found[(self.page - 1) * PAGE : self.page * PAGE]

    @property
    def total(self) -> int:
        return len(self.found)

    @property
    def previous(self) -> int:
        """The page before, 0 where there is none."""
        return self.page - 1

    @property
    def next(self) -> int:
        """The page after, 0 where there is none."""
        return self.page + 1 if self.total > self.page * PAGE else 0

    def order_of(self, key: str) -> str:
        """The value of ``aria-sort`` for a heading; empty when the list has another order."""
        return {key: "ascending", f"-{key}": "descending"}.get(self.sort, "")

    def sorted_by(self, key: str) -> str:
        """A second click on the same heading turns the order round."""
        return f"-{key}" if self.sort == key else key


def listing(
    rows: Iterable[Any], said: Callable[[Any], str], keys: Mapping[str, Key], *filters: str
) -> Listing:
    """The rows that the address asks for: ``q`` in what is ``said`` of them, ordered by one of
    ``keys``; further ``filters`` are read but applied by the caller."""
    asked = {name: request.args.get(name, "")[:LIMIT_TEXT] for name in ("q", *filters)}
    words = asked["q"].strip().lower()
    found = [row for row in rows if words in said(row).lower()]
    sort = request.args.get("sort", "")
    key = keys.get(sort.removeprefix("-"))
    if key:
        found.sort(key=key, reverse=sort.startswith("-"))
    page = min(max(request.args.get("page", 1, int), 1), len(found) // PAGE + 1)
    return Listing(found, asked, sort if key else "", page)
