"""The search box of the header: results in groups, each within what the person may read."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from server.views.guards import signed_in
from server.views.published import catalogue
from server.views.query import LIMIT_TEXT
from server.work import search

bp = Blueprint("search", __name__)


@bp.get("/search")
@signed_in
def page() -> ResponseReturnValue:
    """Cases, open steps and clauses that contain all the words."""
    text = request.args.get("q", "").strip()[:LIMIT_TEXT]
    words = search.words_of(text)
    clauses = catalogue().clauses.search(" ".join(words)) if words else []
    return render_template(
        "search.html",
        text=text,
        cases=search.cases(g.person, words),
        steps=search.steps(g.person, words),
        clauses=clauses[: search.LIMIT],
        more_clauses=len(clauses) > search.LIMIT,
    )
