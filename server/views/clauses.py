"""The clause register: every provision, where it is carried out, and why a step is there."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server.errors import NotFound
from server.law.clauses import READING_ID, Clause
from server.views import columns, exports
from server.views.guards import signed_in
from server.views.language import current
from server.views.published import catalogue, covered
from server.views.query import LIMIT_TEXT

PAGE = 50

bp = Blueprint("clauses", __name__)


@bp.get("/clauses")
@signed_in
def register() -> ResponseReturnValue:
    """Search and filter; a page at a time."""
    law, asked = catalogue(), request.args
    text = asked.get("q", "").strip()[:LIMIT_TEXT]
    regime, kind = asked.get("regime", ""), asked.get("kind", "")
    page = max(asked.get("page", 1, int), 1)
    found = law.clauses.search(text, regime, kind)
    if exports.asked():
        return exports.answer(gettext("条款"), columns.of_clauses(), exports.whole(found))
    return render_template(
        "clauses.html",
        found=found[(page - 1) * PAGE : page * PAGE],
        total=len(found),
        next_page=page + 1 if len(found) > page * PAGE else None,
        coverage=covered(),
        text=text,
        regime=regime,
        kind=kind,
        kinds=sorted({clause.kind for clause in law.clauses.clauses.values()}),
    )


@bp.get("/clauses/<clause_id>")
@signed_in
def one(clause_id: str) -> ResponseReturnValue:
    """A clause with its article and every place that carries it out; a reading with its words."""
    law = catalogue().clauses
    if READING_ID.fullmatch(clause_id):
        return _reading(clause_id)
    clause = law.by_id(clause_id)
    if clause is None:
        raise NotFound("没有这一条款")
    return render_template(
        "clause.html",
        clause=clause,
        article=law.article_of(clause),
        places=covered().of_clause(clause_id),
        facts=_facts(clause),
    )


def _reading(name: str) -> str:
    """What a row rests on where the text is silent or open; raises NotFound."""
    regimes = catalogue().regimes
    rows = (catalogue().row("defaults", regime, id=name) for regime in regimes)
    found = next(filter(None, rows), None)
    if found is None:
        raise NotFound("没有这一条解释规则")
    text = found["reading_en"] if current() == "en" else found["reading"]
    basis = catalogue().clauses.by_id
    return render_template(
        "reading.html",
        name=name,
        text=text,
        because=found["basis"],
        basis=[clause for clause in map(basis, found["clause"].split()) if clause],
    )


@bp.get("/why/<path:file>")
@signed_in
def why(file: str) -> ResponseReturnValue:
    """Why a step, a row or a function is there: the clauses it carries out."""
    element = request.args.get("element", "")
    cited = covered().of_place(file, element)
    if not cited:
        raise NotFound("没有登记这一处的依据")
    places = covered().of_clause(cited[0])
    return render_template(
        "why.html",
        place=next(one for one in places if (one.file, one.element) == (file, element)),
        basis=[clause for clause in map(catalogue().clauses.by_id, cited) if clause],
    )


def _facts(clause: Clause) -> list[tuple[str, str]]:
    """The register's columns beside the wording; three of them it keeps in English only."""
    in_english = current() == "en"
    chinese = [
        (gettext("办理主体"), clause.actor_zh),
        (gettext("文书"), clause.document),
        (gettext("解释"), clause.reading_en if in_english else clause.reading_zh),
    ]
    english = [
        (gettext("触发"), clause.trigger),
        (gettext("期限"), clause.deadline),
        (gettext("结果"), clause.outcome),
    ]
    told = chinese + (english if in_english else [])
    return [(name, text) for name, text in told if text and text != "none"]
