"""What the pages of the administration share: who acts, lists, days, the roles of a regime."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, NamedTuple, ParamSpec

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from server import db
from server.errors import Invalid, NotSignedIn, Problem, Stale
from server.views import exports
from server.views.published import catalogue
from server.views.words import ROLES
from server.work import inbox
from server.work.people import listing
from server.work.people.administration import By
from server.work.people.listing import Asked, Found
from server.work.people.roles import ADMINISTRATORS, INSTALLATION, STANDING, may_administer

P = ParamSpec("P")


def administrators(*roles: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """The route is for these administrators (any, when none is named); others do not find it."""

    def guard(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            if g.get("person") is None:
                raise NotSignedIn
            may_administer(g.person, *(roles or ADMINISTRATORS))
            return view(*args, **kwargs)

        guarded.guard = "administrators"  # type: ignore[attr-defined]
        return guarded

    return guard


def by(key: str | None = None) -> By:
    """The administrator who acts, by the key of a program that may ask twice."""
    return By(g.person, request.remote_addr or "", key)


# --- lists ---------------------------------------------------------------------------------------


class Column(NamedTuple):
    """A column of a list: heading, the text of a row's cell, the key that sorts by it, a link."""

    heading: str
    value: Callable[[Any], object]
    sort: str = ""
    link: Callable[[Any], str] | None = None


class Filter(NamedTuple):
    """A closed list above a list: its name in the address, its label, values with their words."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list page. ``act`` is where something new is made, with its words; ``note`` stands above
    the list, green where it ``is_good``."""

    heading: str
    explanation: str
    endpoint: str
    columns: Sequence[Column]
    find: Callable[[Connection, Asked], Found]
    filters: Sequence[Filter] = ()
    act: tuple[str, str] | None = None
    note: str = ""
    is_good: bool = False


def show(
    page: Listing, template: str = "administration/list.html", **more: Any
) -> ResponseReturnValue:
    """The list as the address asks for it, or as a file; ``more`` is for the template."""
    asked = _asked(page)
    with db.read() as tx:
        found = page.find(tx, asked)
    if exports.asked():
        kept = [exports.Column(column.heading, column.value) for column in page.columns]
        whole = inbox.Page(found.items, "more" if found.more else "")
        return exports.answer(page.heading, kept, whole)
    return render_template(template, page=page, asked=asked, found=found, **more)


def _asked(page: Listing) -> Asked:
    given = request.args
    known = {column.sort for column in page.columns if column.sort}
    sort = given.get("sort", "")
    chosen = {each.name: given.get(each.name, "") for each in page.filters}
    return Asked(
        text=given.get("q", "").strip()[: listing.LIMIT_TEXT],
        sort=sort if sort.removeprefix("-") in known else "",
        page=min(max(given.get("page", 1, int), 1), 10_000),
        size=exports.LIMIT if exports.asked() else listing.PAGE,
        filters={n: v for n, v in chosen.items() if v in dict(_options(page, n))},
    )


def _options(page: Listing, name: str) -> Sequence[tuple[str, str]]:
    return next(each.options for each in page.filters if each.name == name)


def address(shown: Listing, asked: Asked, **changes: object) -> str:
    """The list with something of the question changed."""
    given = {"q": asked.text, "sort": asked.sort, "page": asked.page, **(asked.filters or {})}
    merged = {name: value for name, value in (given | changes).items() if value not in ("", 1)}
    return url_for(shown.endpoint, **merged)  # type: ignore[arg-type]


# --- forms ---------------------------------------------------------------------------------------


def text(name: str, limit: int = 500) -> str:
    """A field of the form, without spaces around it."""
    return request.form.get(name, "").strip()[:limit]


def day(name: str) -> date | None:
    """A day in the form, None when it is left empty; raises Invalid."""
    given = text(name)
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise Invalid(errors={name: ["日期须写作 2026-01-31"]}) from error


def needed(name: str) -> date:
    """A day that must be given; raises Invalid."""
    found = day(name)
    if found is None:
        raise Invalid(errors={name: ["请填写日期"]})
    return found


def attempt(
    act: Callable[[], ResponseReturnValue], again: Callable[[Problem], str]
) -> ResponseReturnValue:
    """Carry out an act; where it is refused, the page once more with what was filled in."""
    try:
        return act()
    except (Invalid, Stale) as problem:
        return again(problem), problem.status


def roles_of(regime: str) -> frozenset[str]:
    """The roles that can be granted under a regime; a lane of one procedure that is the same office
    by another name is none (server/work/parties.acting)."""
    if regime == INSTALLATION:
        return frozenset(ADMINISTRATORS)
    law = catalogue()
    if regime not in law.regimes:
        return frozenset()
    named = {str(row["role"]) for row in law.rows("roles", regime)}
    return frozenset({*STANDING, *(named & ROLES.keys())})
