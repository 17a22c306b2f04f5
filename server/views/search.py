"""The search box of the header: results in groups, each within what the person may read."""

from __future__ import annotations

from operator import itemgetter
from typing import NamedTuple

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server.law.clauses import Clause
from server.views import exports
from server.views.exports import Column
from server.views.guards import signed_in
from server.views.language import labelled
from server.views.published import catalogue, regime_short
from server.views.query import LIMIT_TEXT
from server.work import search
from server.work.inbox import Page
from server.work.search import Hits
from server.work.sql import Row

bp = Blueprint("search", __name__)


class Found(NamedTuple):
    """What contains all the words, by kind; ``words`` is empty where nothing was asked for."""

    words: list[str]
    cases: Hits
    steps: Hits
    documents: Hits
    clauses: list[Clause]
    more_clauses: bool


@bp.get("/search")
@signed_in
def page() -> ResponseReturnValue:
    """Cases, open steps, documents and clauses that contain all the words."""
    text = request.args.get("q", "").strip()[:LIMIT_TEXT]
    found = everything(text)
    if exports.asked():
        return exports.answer(gettext("搜索"), _columns(), Page(_lines(found), ""))
    return render_template("search.html", text=text, found=found)


def everything(text: str) -> Found:
    """All kinds of hits, within what the person may read."""
    words = search.words_of(text)
    clauses = catalogue().clauses.search(" ".join(words)) if words else []
    return Found(
        words,
        *search.everything(g.person, words),
        clauses[: search.LIMIT],
        len(clauses) > search.LIMIT,
    )


def _lines(found: Found) -> list[Row]:
    cases = [_line(gettext("办件"), row, row["title"]) for row in found.cases.rows]
    steps = [_line(gettext("在办环节"), row, labelled(row["name"])) for row in found.steps.rows]
    papers = [
        _line(gettext("材料"), row, row["name"], row["excerpt"]) for row in found.documents.rows
    ]
    return [*cases, *steps, *papers, *map(_clause_line, found.clauses)]


def _line(kind: str, row: Row, what: str, excerpt: object = "") -> Row:
    return {"kind": kind, "number": row["number"], "what": what, "regime": row["regime"],
            "excerpt": excerpt}  # fmt: skip


def _clause_line(clause: Clause) -> Row:
    return {"kind": gettext("条款"), "number": clause.id, "what": clause.article,
            "regime": clause.regime, "excerpt": clause.rule_zh}  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(gettext("种类"), itemgetter("kind")),
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("名称"), itemgetter("what")),
        Column(gettext("类别"), lambda row: regime_short(row["regime"])),
        Column(gettext("内容"), itemgetter("excerpt")),
    ]
