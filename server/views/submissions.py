"""What the public handed in, for the office that handles it: the sender is known only here."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from server import db
from server.errors import Invalid
from server.views.guards import signed_in
from server.work import documents, portal
from server.work.documents import names

bp = Blueprint("submissions", __name__)

STATES = ("received", "in_hand", "answered")
PAGE = 30


@bp.get("/submissions")
@signed_in
def register() -> ResponseReturnValue:
    """What came in for the cases that one's office decides, the newest first."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    with db.read() as tx:
        rows = portal.of_office(tx, g.person, state, request.args.get("after", "")[:32])
    cursor = rows[PAGE - 1]["id"] if len(rows) > PAGE else ""
    return render_template("submissions.html", items=rows[:PAGE], state=state, cursor=cursor)


@bp.get("/submissions/<submission_id>")
@signed_in
def page(submission_id: str) -> ResponseReturnValue:
    """One submission with its sender and evidence, and the answer."""
    with db.read() as tx:
        found = portal.one_of_office(tx, g.person, submission_id)
    return render_template("submission.html", found=found, problem=None)


@bp.post("/submissions/<submission_id>/answer")
@signed_in
def answer(submission_id: str) -> ResponseReturnValue:
    """Answer what no procedure could take up."""
    try:
        portal.answer(g.person, submission_id, request.form.get("answer", ""))
    except Invalid as problem:
        with db.read() as tx:
            found = portal.one_of_office(tx, g.person, submission_id)
        return render_template("submission.html", found=found, problem=problem), problem.status
    return redirect(url_for("submissions.page", submission_id=submission_id), 303)


@bp.get("/submissions/<submission_id>/files/<int:number>")
@signed_in
def file(submission_id: str, number: int) -> ResponseReturnValue:
    """A file of the evidence, to be saved."""
    with db.read() as tx:
        found = portal.evidence(tx, g.person, submission_id, number)
    headers = {
        "Content-Type": found.media_type,
        "Content-Length": str(found.size),
        "Content-Disposition": names.disposition(found.name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    content = documents.open_kept(found.sha)
    return Response(wrap_file(request.environ, content), headers=headers, direct_passthrough=True)
