"""Lists: from filter, sort and page of a request to what server/work asks for, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from server.errors import NotFound
from server.views.api.schemas.common import LIMIT
from server.work.inbox import Page, Wanted

Json = dict[str, Any]
Thing = TypeVar("Thing")


def flat(body: Mapping[str, Any]) -> Json:
    """The body of a search as the arguments of the plain list have it."""
    sort = body.get("sort")
    sign = "-" if sort and sort.get("order") == "desc" else ""
    sorted_by = {"sort": sign + sort["field"]} if sort else {}
    return {**body.get("filter", {}), **body.get("page", {}), **sorted_by}


def wanted(asked: Mapping[str, Any], sorts: Mapping[str, str] | None = None) -> Wanted:
    """Filters, order and place; ``sorts`` are the API's names of orders and ours."""
    given = str(asked.get("sort", ""))
    name = (sorts or {}).get(given.removeprefix("-"), "due")
    return Wanted(
        role=asked.get("role", ""),
        text=asked.get("text", "").strip(),
        regime=asked.get("regime", ""),
        state=asked.get("state", "") or asked.get("standing", ""),
        sort="-" + name if given.startswith("-") else name,
        after=asked.get("after", ""),
        milestone=asked.get("milestone", ""),
    )


def size(asked: Mapping[str, Any]) -> int:
    """Rows of a page."""
    return int(asked.get("limit", LIMIT))


def answer(page: Page) -> Json:
    """A page as the API answers it."""
    place = {"end_cursor": page.cursor or None, "has_more_items": bool(page.cursor)}
    return {"items": page.items, "page": place}


def part_of(rows: Sequence[Any], asked: Mapping[str, Any]) -> Page:
    """A page of rows that lie in memory: the cursor is the number of rows seen."""
    return Page(*_part(rows, asked))


def told(rows: Sequence[Thing], asked: Mapping[str, Any], tell: Callable[[Thing], Json]) -> Json:
    """A page of things that lie in memory, each as the API tells it."""
    part, cursor = _part(rows, asked)
    return answer(Page([tell(each) for each in part], cursor))


def _part(rows: Sequence[Thing], asked: Mapping[str, Any]) -> tuple[list[Thing], str]:
    after = str(asked.get("after", ""))
    begin = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    end = begin + size(asked)
    return list(rows[begin:end]), str(end) if end < len(rows) else ""


LAST_PAGE = 10_000


def page_number(asked: Mapping[str, Any]) -> int:
    """The page of a list whose cursor is the number of its next page; 1 is the first."""
    after = str(asked.get("after", ""))
    known = after.isascii() and after.isdigit() and len(after) < 10
    return min(max(int(after), 1), LAST_PAGE) if known else 1


def whole(text: str) -> int:
    """A number in a path; raises NotFound for what is none."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotFound
    return int(text)
