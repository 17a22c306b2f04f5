"""The operators' page: backlog, incidents, timers, processes, versions."""

from __future__ import annotations

from importlib.metadata import version

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from server import db
from server.errors import NotFound
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
    return render_template(
        "operations.html", watched=watched, publication=number, version=version("guicheng")
    )


@bp.post("/operations/<job_id>/retry")
@signed_in
def retry(job_id: str) -> ResponseReturnValue:
    """Have a job that was given up tried again."""
    worklist.retry(g.person, job_id)
    return redirect(url_for("operations.page"), 303)
