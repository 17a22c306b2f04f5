"""What the public handed in, for the office that handles it: the sender is known only here."""

from __future__ import annotations

from operator import itemgetter

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from werkzeug.wsgi import wrap_file

from server import db
from server.errors import Invalid
from server.views import exports
from server.views.exports import Column
from server.views.guards import signed_in
from server.views.published import regime_short
from server.views.query import from_arguments
from server.views.words import Words, word
from server.work import documents, portal

bp = Blueprint("submissions", __name__)

STATES: Words = {
    "received": lazy_gettext("已登记"),
    "in_hand": lazy_gettext("正在办理"),
    "answered": lazy_gettext("已答复"),
}
KINDS: Words = {"objection": lazy_gettext("异议"), "join": lazy_gettext("加入申请")}


@bp.get("/submissions")
@signed_in
def register() -> ResponseReturnValue:
    """What came in for the cases that one's office decides, the newest first."""
    query = from_arguments(request.args)
    page = portal.of_office(g.person, query.wanted, exports.size())
    if exports.asked():
        return exports.answer(gettext("公众来件"), _columns(), page)
    return render_template(
        "submissions.html",
        query=query,
        items=page.items,
        cursor=page.cursor,
        endpoint="submissions.register",
        heading=gettext("公众来件"),
        explanation=gettext("对本机关公示事项的异议和加入申请；来件人只有处理机关知道"),
        states={state: word(STATES, state) for state in portal.STATES},
        kinds=KINDS,
        state_words=STATES,
    )


def _columns() -> list[Column]:
    return [
        Column(gettext("回执编号"), itemgetter("receipt")),
        Column(gettext("种类"), lambda row: word(KINDS, row["kind"])),
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("办件"), itemgetter("title")),
        Column(gettext("类别"), lambda row: regime_short(row["regime"])),
        Column(gettext("来件人"), lambda row: row["sender"] or gettext("匿名")),
        Column(gettext("收到时间"), itemgetter("received_at")),
        Column(gettext("办理情况"), lambda row: word(STATES, row["status"])),
    ]


@bp.get("/submissions/<submission_id>")
@signed_in
def page(submission_id: str) -> ResponseReturnValue:
    """One submission with its sender and evidence, and the answer."""
    return _page(submission_id)


@bp.post("/submissions/<submission_id>/answer")
@signed_in
def answer(submission_id: str) -> ResponseReturnValue:
    """Answer what no procedure could take up."""
    try:
        portal.answer(g.person, submission_id, request.form.get("answer", ""))
    except Invalid as problem:
        return _page(submission_id, problem), problem.status
    return redirect(url_for("submissions.page", submission_id=submission_id), 303)


def _page(submission_id: str, problem: Invalid | None = None) -> str:
    with db.read() as tx:
        found = portal.one_of_office(tx, g.person, submission_id)
    return render_template("submission.html", found=found, problem=problem, state_words=STATES)


@bp.get("/submissions/<submission_id>/files/<int:number>")
@signed_in
def file(submission_id: str, number: int) -> ResponseReturnValue:
    """A file of the evidence, to be saved."""
    return sent(submission_id, number)


def sent(submission_id: str, number: int) -> Response:
    """A file of the evidence with the headers of every document; raises NotFound."""
    with db.read() as tx:
        found = portal.evidence(tx, g.person, submission_id, number)
    return Response(
        wrap_file(request.environ, documents.open_kept(found.sha)),
        headers=documents.headers(found),
        direct_passthrough=True,
    )
