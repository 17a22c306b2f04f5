"""The menu at the left."""

from __future__ import annotations

from typing import NamedTuple

from flask import g, request, url_for
from flask_babel import gettext

from server.work import inbox


class Link(NamedTuple):
    """One entry; ``waiting`` is shown as a badge when it is not zero."""

    href: str
    name: str
    here: bool
    waiting: int = 0


def navigation() -> list[tuple[str, list[Link]]]:
    """Headings with their links."""
    waiting = sum(tab.count for tab in inbox.tabs(g.person, inbox.Wanted()))
    work = [
        _link("inbox.tasks", gettext("我的待办"), waiting),
        _link("inbox.done", gettext("已办事项")),
        _link("inbox.started", gettext("我发起的")),
        _link("starts.choose", gettext("发起办件")),
    ]
    records = [
        _link("cases.register", gettext("办件")),
        _link("agenda.dates", gettext("期限")),
        _link("agenda.steps", gettext("在办环节")),
        _link("clauses.register", gettext("条款")),
        _link("compare.regimes", gettext("办法对照")),
        _link("coverage.clauses", gettext("条款执行情况")),
    ]
    if g.person.holds_anywhere("authority"):
        records.append(_link("submissions.register", gettext("公众来件")))
    return [(gettext("事务"), work), (gettext("查询"), records)]


def _link(endpoint: str, name: str, waiting: int = 0) -> Link:
    return Link(url_for(endpoint), name, request.endpoint == endpoint, waiting)
