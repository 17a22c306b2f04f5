"""One task: its page, and what a person does with it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.views import reading
from server.views.body import submission
from server.views.guards import signed_in, with_item
from server.work import worklist

bp = Blueprint("tasks", __name__)


@bp.get("/tasks/<item_id>")
@signed_in
def page(item_id: str) -> ResponseReturnValue:
    """Diagram, deadline with its proof, form, legal basis, case, history."""
    return render_template("task.html", page=reading.task_page(g.person, item_id))


@bp.post("/tasks/<item_id>/complete")
@with_item
@signed_in
def complete(item_id: str) -> ResponseReturnValue:
    """Hand in the form; answers where to go next."""
    given = submission()
    answer = worklist.complete(g.person, item_id, given.version, given.data, given.key, g.seen)
    return {"next": after(answer, item_id)}


@bp.put("/tasks/<item_id>/draft")
@signed_in
def draft(item_id: str) -> ResponseReturnValue:
    """Keep what is filled in so far."""
    return worklist.save_draft(g.person, item_id, submission().data)


@bp.post("/tasks/<item_id>/claim")
@signed_in
def claim(item_id: str) -> ResponseReturnValue:
    """Take the task; the row of the list for htmx, else the task or the list."""
    worklist.claim(g.person, item_id)
    return _changed(item_id)


@bp.post("/tasks/<item_id>/release")
@signed_in
def release(item_id: str) -> ResponseReturnValue:
    """Hand the task back to the office."""
    worklist.release(g.person, item_id)
    return _changed(item_id)


def after(answer: dict[str, Any], item_id: str | None = None) -> str:
    """Where a person goes after an act: their next task of the case, else the list, which says
    who has the case now."""
    for item in answer["next"]:
        return url_for("tasks.page", item_id=item["id"])
    return url_for("inbox.tasks", done=answer["number"], case=answer["case"], item=item_id)


def _changed(item_id: str) -> ResponseReturnValue:
    if "HX-Request" in request.headers:
        return render_template("_rows.html", items=[reading.task_page(g.person, item_id).row])
    if "open" in request.form:
        return redirect(url_for("tasks.page", item_id=item_id), 303)
    return redirect(url_for("inbox.tasks"), 303)
