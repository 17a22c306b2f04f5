"""The lists of one person: what waits, what is done, what they started."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server.views import columns, exports, reading
from server.views.guards import anyone, signed_in
from server.views.navigation import waiting
from server.views.query import from_arguments
from server.views.reading import HandedIn
from server.views.words import STATES, word
from server.work import inbox
from server.work.inbox import Tab, Wanted
from server.work.people.roles import AUDITOR, administers

bp = Blueprint("inbox", __name__)


@bp.get("/")
@anyone
def home() -> ResponseReturnValue:
    """The first page is the work that waits; administrators have theirs, nobody the sign-in."""
    if g.person is None:
        return redirect(url_for("session.sign_in"))
    if administers(g.person, AUDITOR):
        return redirect(url_for("administration_journal.register"))
    if administers(g.person):
        return redirect(url_for("people.register"))
    return redirect(url_for("inbox.tasks"))


@bp.get("/inbox")
@signed_in
def tasks() -> ResponseReturnValue:
    """Open tasks, by role, searched, sorted; only the list itself for htmx."""
    query = from_arguments(request.args)
    page = inbox.tasks(g.person, query.wanted, exports.size())
    if exports.asked():
        return exports.answer(gettext("我的待办"), columns.of_tasks(), page)
    tabs = _tabs(query.wanted)
    shown = [tab for tab in tabs if query.wanted.role in ("", tab.role)]
    return render_template(
        "_inbox.html" if request.headers.get("HX-Target") == "inbox" else "inbox.html",
        query=query,
        items=page.items,
        cursor=page.cursor,
        tabs=tabs,
        everything=sum(tab.count for tab in tabs),
        total=sum(tab.count for tab in shown),
        overdue=sum(tab.overdue for tab in shown),
        done=request.args.get("done", "")[:64],
        handed=_handed_in(),
    )


def _handed_in() -> HandedIn | None:
    """What the person has just handed in, as the address names it."""
    case_id, item_id = (request.args.get(name, "")[:26] for name in ("case", "item"))
    return reading.handed_in(g.person, case_id, item_id) if case_id else None


def _tabs(wanted: Wanted) -> list[Tab]:
    """Without a filter they are those of the menu."""
    is_filtered = wanted.regime or wanted.text
    return inbox.tabs(g.person, wanted) if is_filtered else waiting().tabs


@bp.get("/done")
@signed_in
def done() -> ResponseReturnValue:
    """What the person has handed in."""
    query = from_arguments(request.args)
    page = inbox.done(g.person, query.wanted, exports.size())
    if exports.asked():
        return exports.answer(gettext("已办事项"), columns.of_done(), page)
    return render_template(
        "done.html",
        query=query,
        items=page.items,
        cursor=page.cursor,
        endpoint="inbox.done",
        heading=gettext("已办事项"),
        explanation=gettext("由您办结的环节"),
    )


def case_states() -> dict[str, str]:
    """The states by which cases can be listed, in the words of the page."""
    general = {
        "open": gettext("办理中"),
        "closed": gettext("已了结"),
        "this_year": gettext("本年立件"),
    }
    named = {state: word(STATES, state) for state in STATES if state}
    return general | named | {"stateless": gettext("未分阶段")}


@bp.get("/started")
@signed_in
def started() -> ResponseReturnValue:
    """The cases the person has opened."""
    query = from_arguments(request.args)
    page = inbox.started(g.person, query.wanted, exports.size())
    if exports.asked():
        return exports.answer(gettext("我发起的"), columns.of_cases(), page)
    return render_template(
        "cases.html",
        query=query,
        items=page.items,
        cursor=page.cursor,
        endpoint="inbox.started",
        heading=gettext("我发起的"),
        explanation=gettext("由您发起的办件"),
        nothing=gettext("您还没有发起过办件；由其他单位发起、贵单位参与的，在“办件”中查看。"),
        states=case_states(),
    )
