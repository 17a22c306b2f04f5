"""Across all cases: legal dates with their proofs, and the steps people are at."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from server import db
from server.views import columns, exports
from server.views.guards import signed_in
from server.views.pages import titled_row
from server.views.published import catalogue
from server.views.query import from_arguments
from server.views.words import Words, word
from server.work import agenda

STANDINGS: Words = {
    "open": lazy_gettext("未到办结"),
    "overdue": lazy_gettext("已超期"),
    "timely": lazy_gettext("未超期"),
    "week": lazy_gettext("七日内到期"),
    "met": lazy_gettext("已按期登记"),
    "late": lazy_gettext("逾期办结"),
}

bp = Blueprint("agenda", __name__)


@bp.get("/deadlines")
@signed_in
def dates() -> ResponseReturnValue:
    """Every legal date of the cases the person may read."""
    query = from_arguments(request.args)
    page = agenda.dates(g.person, query.wanted, exports.size())
    if exports.asked():
        return exports.answer(gettext("期限一览"), columns.of_dates(), page)
    return render_template(
        "dates.html",
        query=query,
        items=page.items,
        cursor=page.cursor,
        endpoint="agenda.dates",
        heading=gettext("期限一览"),
        explanation=gettext("您有权查看的办件的法定期限，每个日期都可以查看推算过程"),
        states={state: word(STANDINGS, state) for state in agenda.STANDINGS},
        milestone=milestone_named(query.wanted.milestone, query.wanted.regime),
    )


def milestone_named(milestone: str, regime: str) -> str:
    """What a legal date is called, under a regime or under the first that knows it."""
    law = catalogue()
    regimes = [regime] if regime in law.regimes else law.regimes
    rows = (law.row("deadlines", one, milestone=milestone) for one in regimes)
    return next((titled_row(row) for row in rows if row), milestone)


@bp.get("/steps")
@signed_in
def steps() -> ResponseReturnValue:
    """Every open task of the cases the person may read."""
    query = from_arguments(request.args)
    page = agenda.steps(g.person, query.wanted, exports.size())
    if exports.asked():
        return exports.answer(gettext("在办环节"), columns.of_steps(), page)
    return render_template(
        "steps.html",
        query=query,
        items=page.items,
        cursor=page.cursor,
        endpoint="agenda.steps",
        heading=gettext("在办环节"),
        explanation=gettext("您有权查看的办件正在哪个环节、由哪个单位办理"),
        states={state: word(STANDINGS, state) for state in agenda.OF_A_STEP},
    )


@bp.get("/deadlines/<deadline_id>")
@signed_in
def proof(deadline_id: str) -> ResponseReturnValue:
    """One legal date with its arithmetic, to be printed beside a decision."""
    with db.read() as tx:
        deadline, case = agenda.one_date(tx, g.person, deadline_id)
    named = map(catalogue().clauses.by_id, deadline["clause"].split())
    return render_template(
        "deadline.html",
        deadline=deadline,
        case=case,
        basis=[clause for clause in named if clause],
    )
