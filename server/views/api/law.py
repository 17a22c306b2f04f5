"""The law as data: regimes, clauses, definitions of procedures, the self-check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, g

from server import clock, db
from server.errors import Invalid, NotFound
from server.law import self_check
from server.law.clauses import Clause
from server.law.law import Law
from server.views import reading
from server.views.api import listing
from server.views.api.resource import Resource
from server.views.api.schemas import law as schemas
from server.views.api.schemas.common import Form
from server.views.form_language import in_language
from server.views.language import current
from server.views.published import catalogue, covered
from server.work import beginning, cases, publications

Json = dict[str, Any]

regimes = Resource("regimes", __name__, description="管理办法 · Regulations in force or in draft")
clauses = Resource("clauses", __name__, description="条款 · The register of clauses")
definitions = Resource(
    "process-definitions", __name__, description="流程 · Procedures as published diagrams"
)


# --- regimes ------------------------------------------------------------------------------------


@regimes.operation("GET", "/regimes", schemas.Regimes)
def list_regimes() -> Json:
    """管理办法

    Every regulation of the publication in force.
    """
    return {"items": [_regime(each) for each in catalogue().regimes]}


@regimes.operation("GET", "/regimes/<regime>", schemas.Regime)
def get_regime(regime: str) -> Json:
    """一部管理办法

    Titles, document number, status, days between which it applies.
    """
    if regime not in catalogue().regimes:
        raise NotFound("没有这个规程")
    return _regime(regime)


def _regime(regime: str) -> Json:
    law = catalogue()
    told = law.regimes[regime]
    names = schemas.Regime().fields.keys() - {"can_check"}
    can_check = regime in law.checkable
    return {name: getattr(told, name) for name in names} | {"can_check": can_check}


@regimes.operation("GET", "/regimes/<regime>/eligibility-questions", schemas.Questions)
def list_eligibility_questions(regime: str) -> Json:
    """自查问题

    The questions whose answers the conditions of an application ask for.
    """
    asked = (in_language(one, current()) for one in self_check.questions(_law(regime)))
    return {"items": [_question(one) for one in asked]}


def _question(component: Mapping[str, Any]) -> Json:
    options = component.get("values") or []
    return {
        "key": component["key"],
        "type": component["type"],
        "label": component.get("label") or component.get("dateLabel") or "",
        "options": [{name: str(one[name]) for name in ("value", "label")} for one in options],
    }


@regimes.operation(
    "POST",
    "/regimes/<regime>/eligibility-checks",
    schemas.Eligibility,
    body=schemas.EligibilityCheck,
)
def check_eligibility(regime: str, body: Json) -> Json:
    """申报条件自查

    Every condition of an application judged by the stated facts; what is not stated is not met.
    The same table decides when the application is handed in.
    """
    law = _law(regime)
    facts = _facts(law, body["facts"])
    criteria = self_check.check(law, facts, clock.today())
    unmet = [each for each in criteria if each.result == "not_met" and not each.soft]
    return {"eligible": not unmet, "criteria": criteria}


def _facts(law: Law, given: Mapping[str, Any]) -> dict[str, object]:
    """What is stated; raises Invalid for a day that is none."""

    def said(key: str) -> list[str]:
        return _said(given.get(key))

    facts = self_check.stated(self_check.questions(law), said)
    if unread := self_check.unread(facts, said):
        raise Invalid(
            errors={f"body:/facts/{key}": ["请填写日期，如 2026-12-01"] for key in unread}
        )
    return facts


def _said(value: object) -> list[str]:
    """A fact as a plain form would send it."""
    if isinstance(value, list):
        return [str(each) for each in value]
    if value is None or value is False or value == "":
        return []
    return [str(value)]


def _law(regime: str) -> Law:
    with db.read() as tx:
        return cases.law_of(tx, regime)


# --- clauses ------------------------------------------------------------------------------------


@clauses.operation("GET", "/clauses", schemas.ClausePage, query=schemas.ClauseQuery)
def list_clauses(query: Json) -> Json:
    """条款

    The register of clauses, in its order.
    """
    return _clauses(query)


@clauses.operation("POST", "/clauses/search", schemas.ClausePage, body=schemas.ClauseSearch)
def search_clauses(body: Json) -> Json:
    """查询条款

    As the list, with filter and page in the body.
    """
    return _clauses(listing.flat(body))


def _clauses(asked: Json) -> Json:
    wanted = (asked.get("text", ""), asked.get("regime", ""), asked.get("kind", ""))
    return listing.answer(listing.part_of(catalogue().clauses.search(*wanted), asked))


@clauses.operation("GET", "/clauses/<clause_id>", schemas.ClauseDetail)
def get_clause(clause_id: str) -> Json:
    """一个条款

    Its wording, its whole article, and every place that carries it out.
    """
    register = catalogue().clauses
    clause = register.by_id(clause_id)
    if clause is None:
        raise NotFound("没有这一条款")
    return told_clause(clause) | {
        "article_text": register.article_of(clause),
        "citations": covered().of_clause(clause_id),
    }


def told_clause(clause: Clause) -> Json:
    """A clause with all that the register has of it."""
    return {name: getattr(clause, name) for name in Clause.__slots__}


@clauses.operation(
    "GET", "/citations", schemas.Citations, query=schemas.CitationQuery, refuses=(404,)
)
def list_citations(query: Json) -> Json:
    """依据查询

    Why a step, a row or a function is there: the clauses it carries out.
    """
    cited = covered().of_place(query["file"], query["element"])
    if not cited:
        raise NotFound("没有登记这一处的依据")
    named = map(catalogue().clauses.by_id, cited)
    return {"items": [clause for clause in named if clause]}


# --- definitions --------------------------------------------------------------------------------


@definitions.operation(
    "GET",
    "/process-definitions",
    schemas.Definitions,
    query=schemas.DefinitionQuery,
)
def list_process_definitions(query: Json) -> Json:
    """流程

    The procedures that each regime has, as published.
    """
    law, only = catalogue(), query.get("regime")
    wanted = [regime for regime in law.regimes if only in (None, regime)]
    return {
        "items": [_definition(regime, one) for regime in wanted for one in law.procedures(regime)]
    }


@definitions.operation("GET", "/process-definitions/startable", schemas.Offices)
def list_startable() -> Json:
    """可以发起的程序

    What you may start, once for each of your offices for which you may start it.
    """
    with db.read() as tx:
        return {"items": beginning.startable(tx, g.person)}


@definitions.operation(
    "GET", "/process-definitions/<regime>/<process_id>", schemas.DefinitionDetail
)
def get_process_definition(regime: str, process_id: str) -> Json:
    """一个流程

    Its elements with lanes, forms and clauses.
    """
    described = _described(regime, process_id)
    elements = [
        {
            "id": each.id,
            "kind": each.kind,
            "name": each.name,
            "role": each.lane,
            "form": each.form or each.properties.get("form"),
            "clauses": each.clauses,
        }
        for each in described.elements
    ]
    told = {"documentation": described.documentation, "elements": elements}
    return _definition(regime, process_id) | told


def _definition(regime: str, process_id: str) -> Json:
    described = _described(regime, process_id)
    start = beginning.start_of(described)
    return {
        "process_id": process_id,
        "regime": regime,
        "name": described.name,
        "publication": _publication(),
        "starts": start and start.properties.get("starts", "case"),
        "start_role": start and start.lane,
        "clauses": described.clauses,
    }


def _described(regime: str, process_id: str) -> Any:
    law = catalogue()
    path = law.procedures(regime).get(process_id) if regime in law.regimes else None
    described = law.describe(path) if path else None
    if described is None:
        raise NotFound("没有这个流程图")
    return described


def _publication() -> int:
    """The publication in force, asked for once per request."""
    if "publication" not in g:
        with db.read() as tx:
            g.publication = publications.current(tx)
    return int(g.publication)


@definitions.operation(
    "GET",
    "/process-definitions/<regime>/<process_id>/diagram",
    {"type": "string"},
    media="application/xml",
)
def get_diagram(regime: str, process_id: str) -> Response:
    """流程图

    The BPMN 2.0 diagram as published.
    """
    _described(regime, process_id)
    return Response(catalogue().sources(regime)[process_id], mimetype="application/xml")


@definitions.operation(
    "GET",
    "/process-definitions/<regime>/<process_id>/start-form",
    Form,
    needs="case:start",
    query=schemas.StartFormQuery,
)
def get_start_form(regime: str, process_id: str, query: Json) -> Json:
    """发起办件的表单

    The form that opens a case with this procedure.
    """
    office = query.get("organisation_id")
    return reading.start_page(g.person, regime, process_id, office).payload
