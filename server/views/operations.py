"""The operators' page: backlog, incidents, timers, processes, versions."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import db
from server.errors import NotFound
from server.views import columns, exports
from server.views.exports import Sheet
from server.views.guards import signed_in
from server.work import operations, publications, worklist
from server.work.outside import outbox

bp = Blueprint("operations", __name__)


@bp.get("/operations")
@signed_in
def page() -> ResponseReturnValue:
    """What is due, what was given up and why, what comes, who looks for work."""
    if not operations.operated(g.person):
        raise NotFound
    with db.read() as tx:
        watched = operations.watched(tx, g.person)
        watched |= {"messages": outbox.counts(tx), "paused": outbox.paused(tx)}
        number = publications.current(tx)
    if exports.asked():
        return exports.chosen(_sheets(watched))
    return render_template(
        "operations.html", watched=watched, publication=number, version=version("guicheng")
    )


def _sheets(watched: Mapping[str, Any]) -> Mapping[str, Sheet]:
    return {
        "incidents": Sheet(gettext("故障"), columns.of_incidents(), watched["incidents"]),
        "timers": Sheet(gettext("最近到期的定时"), columns.of_timers(), watched["timers"]),
    }


@bp.post("/operations/<job_id>/retry")
@signed_in
def retry(job_id: str) -> ResponseReturnValue:
    """Have a job that was given up tried again."""
    worklist.retry(g.person, job_id)
    return redirect(url_for("operations.page"), 303)
