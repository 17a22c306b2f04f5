"""The menu at the left."""

from __future__ import annotations

from typing import NamedTuple

from flask import g, request, url_for
from flask_babel import gettext

from server import db
from server.views.published import catalogue
from server.work import access, badges, operations, projects
from server.work.badges import Badges
from server.work.people import listing
from server.work.people.roles import AUDITOR, administers


class Link(NamedTuple):
    """One entry; ``waiting`` is shown as a badge when it is not zero."""

    href: str
    name: str
    here: bool
    waiting: int = 0


def navigation() -> list[tuple[str, list[Link]]]:
    """Headings with their links."""
    if administers(g.person):
        return [(gettext("系统管理"), _administration())]
    waits = waiting()
    work = [
        _link("inbox.tasks", gettext("我的待办"), sum(tab.count for tab in waits.tabs)),
        _link("inbox.done", gettext("已办事项")),
        _link("inbox.started", gettext("我发起的")),
        _link("together.copies", gettext("抄送我的"), waits.copies),
        *_asked(waits.questions),
        _link("together.my_deputies", gettext("我的代理")),
        _link("together.notices", gettext("我的提醒"), waits.reminders),
        _link("starts.choose", gettext("发起办件")),
        *_conditions(),
    ]
    records = [
        _link("dashboard.page", gettext("统计看板")),
        _link("cases.register", gettext("办件")),
        _link("agenda.dates", gettext("期限一览")),
        _link("agenda.steps", gettext("在办环节")),
        _link("clauses.register", gettext("条款")),
        _link("compare.regimes", gettext("办法对照")),
        _link("coverage.clauses", gettext("条款执行情况")),
    ]
    if _has_projects():
        records.append(_link("projects.register", gettext("创新项目")))
    if projects.keeps_books(g.person, catalogue()):
        records.append(_link("projects.funds", gettext("经费台账")))
    if _handles_submissions():
        records.append(_link("submissions.register", gettext("公众来件")))
    if access.regimes_held(g.person, *access.MODEL_READERS):
        records.append(_link("workshop.models", gettext("流程模型")))
    if operations.operated(g.person):
        records.append(_link("operations.page", gettext("运行情况")))
        records.append(_link("outbox.register", gettext("外发消息")))
    return [(gettext("事务"), work), (gettext("查询"), records)]


def waiting() -> Badges:
    """What waits for the person, asked for once per request."""
    if "badges" not in g:
        g.badges = badges.of(g.person)
    found: Badges = g.badges
    return found


def _administration() -> list[Link]:
    """What an administrator finds; no case is among it."""
    if administers(g.person, AUDITOR):
        return [_link("administration_journal.register", gettext("管理日志"))]
    with db.glance() as tx:
        waiting = listing.open_proposals(tx)
    return [
        _link("people.register", gettext("人员")),
        _link("organisations.register", gettext("单位")),
        _link("offices.register", gettext("角色任职")),
        _link("experts.register", gettext("专家库")),
        _link("visits.register", gettext("会话")),
        _link("proposals.register", gettext("变更核准"), waiting),
    ]


def _has_projects() -> bool:
    """Whether a regime of the person's has projects."""
    held, law = {office.regime for office in g.person.memberships}, catalogue()
    return any(projects.JOINING in law.procedures(each) for each in held & law.regimes.keys())


def _conditions() -> list[Link]:
    """The self-check, for who works in a unit that applies."""
    held = {office.regime for office in g.person.memberships if office.role == "undertaker"}
    own = [regime for regime in catalogue().checkable if regime in held]
    here = request.endpoint == "starts.self_check"
    return [
        Link(url_for("starts.self_check", regime=regime), gettext("申报条件自查"), here)
        for regime in own[:1]
    ]


def _asked(asked: int) -> list[Link]:
    """The page of questions, while somebody asks or the person looks at it."""
    link = _link("together.opinions", gettext("待我答复"), asked)
    return [link] if asked or link.here else []


def _link(endpoint: str, name: str, waiting: int = 0) -> Link:
    return Link(url_for(endpoint), name, request.endpoint == endpoint, waiting)


def _handles_submissions() -> bool:
    """Authorities answer objections; lead units of projects decide who joins."""
    known = catalogue().procedures
    return g.person.holds_anywhere("authority") or any(
        office.role == "undertaker" and "project_join" in known(office.regime)
        for office in g.person.memberships
        if office.regime in catalogue().regimes
    )
