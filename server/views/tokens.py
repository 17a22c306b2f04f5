"""The access tokens of a person: made, listed, revoked; without scripts."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from server.errors import Invalid
from server.views import columns, exports
from server.views.guards import signed_in
from server.views.words import Words
from server.work.people import tokens

SCOPES: Words = {"read": lazy_gettext("只读"), "act": lazy_gettext("查询和办理")}
DAYS = (30, 90, 180, 365)

bp = Blueprint("tokens", __name__)


@bp.get("/tokens")
@signed_in
def page() -> ResponseReturnValue:
    """The tokens that have not ended, and the form for another."""
    if exports.asked():
        held = exports.whole(tokens.of_person(g.person.id))
        return exports.answer(gettext("访问令牌"), columns.of_tokens(SCOPES), held)
    return _page()


@bp.post("/tokens")
@signed_in
def create() -> ResponseReturnValue:
    """A new token, shown this once; or the form again with the reason."""
    name, scope = request.form.get("name", ""), request.form.get("scope", "")
    days = request.form.get("days", 0, int)
    try:
        _, token = tokens.create(g.person.id, name[:200], scope, days)
    except Invalid as problem:
        return _page(problem=problem), problem.status
    return _page(token=token), 201


@bp.post("/tokens/<token_id>/revoke")
@signed_in
def revoke(token_id: str) -> ResponseReturnValue:
    """The token ends at once."""
    tokens.revoke(g.person.id, token_id)
    return redirect(url_for("tokens.page"), 303)


def _page(token: str = "", problem: Invalid | None = None) -> str:
    return render_template(
        "tokens.html",
        held=tokens.of_person(g.person.id),
        token=token,
        problem=problem,
        scopes=SCOPES,
        choices=DAYS,
    )
