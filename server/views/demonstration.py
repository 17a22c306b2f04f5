"""The demonstration's own control of time; not there in any other installation."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.errors import Malformed, NotAllowed
from server.jobs import passing
from server.views.guards import signed_in
from server.work import access

SHOWN = 20
"""Coming days that the page lists."""

bp = Blueprint("demonstration", __name__)


@bp.get("/demonstration/day")
@signed_in
def day() -> ResponseReturnValue:
    """Today, and the days on which something ends."""
    _operators_only()
    return render_template("demonstration_day.html", coming=passing.coming(SHOWN))


@bp.post("/demonstration/day")
@signed_in
def move() -> ResponseReturnValue:
    """Let time pass to a day."""
    _operators_only()
    passing.until(_asked())
    return redirect(url_for("demonstration.day"), 303)


def _operators_only() -> None:
    if not g.person.holds_anywhere(access.OPERATOR):
        raise NotAllowed("演示日期由运维岗调整")


def _asked() -> date:
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError as error:
        raise Malformed("日期应写成 2027-01-31 这样") from error
