"""What is told about cases and law: standing, figures, forecasts, comparison, coverage, search."""

from __future__ import annotations

from typing import Any

from flask import g

from server.errors import Invalid, NotFound
from server.law import coverage_states
from server.studio import simulation
from server.views import comparison, coverage, forecasts, published, reading, search
from server.views.api import listing
from server.views.api.fields import NOT_LISTED
from server.views.api.law import told_clause
from server.views.api.resource import Resource
from server.views.api.schemas import reports as schemas
from server.views.guards import acting
from server.views.language import labelled
from server.views.pages import organisation_name
from server.views.standing import Ending, Standing
from server.views.words import ROLES, STATES, word
from server.work import figures

Json = dict[str, Any]

places = Resource("standing", __name__, description="办到哪里了 · Where a case stands")
comparisons = Resource("comparison", __name__, description="办法对照 · Regulations side by side")
carried_out = Resource(
    "coverage", __name__, description="条款执行情况 · How clauses are carried out"
)
sums = Resource("figures", __name__, description="统计 · Figures of the dashboard")
futures = Resource("forecasts", __name__, description="推演 · What lies ahead of a case")
finds = Resource("search", __name__, description="搜索 · Everything that contains the words")


# --- where a case stands ------------------------------------------------------------------------


@places.operation("GET", "/cases/<case_id>/standing", schemas.Standing, needs="case:read")
def get_standing(case_id: str) -> Json:
    """办到哪里了

    Who has the case, until when, by which article, and what comes next, in plain words.
    """
    page = reading.case_page(g.person, case_id)
    case = page.dossier.case
    return {
        "sentence": page.sentence,
        "state": case["state"],
        "state_name": word(STATES, case["state"]),
        "closed": case["closed_at"] is not None,
        "steps": [_step(one, case["regime"]) for one in page.standings],
        **_end(page.ending, case["regime"]),
    }


def _end(ending: Ending | None, regime: str) -> Json:
    if ending is None:
        return {"reason": "", "clauses": [], "afterwards": ""}
    clauses = published.of_regime(ending.clauses, regime)
    return {"reason": ending.reason, "clauses": clauses, "afterwards": ending.after}


def _step(one: Standing, regime: str) -> Json:
    item = one.item
    return {
        **item,
        "name": labelled(item["name"]),
        "role_name": word(ROLES, item["role"]),
        "office": organisation_name(one.office) if one.office else None,
        "people": one.places,
        "assignee_name": item["assignee_name"] if one.places == 1 else None,
        "user_task_id": item["id"] if item["mine"] else None,
        "clauses": published.of_regime(item["clauses"], regime),
        "then": [labelled(name) for name in one.then],
        "defects": one.correction["defects"] if one.correction else [],
    }


# --- the law ------------------------------------------------------------------------------------


@comparisons.operation(
    "GET", "/comparison", schemas.Comparison, query=schemas.ComparisonQuery, refuses=(404,)
)
def compare_regimes(query: Json) -> Json:
    """办法对照

    What two to four regimes say on the same points, with their clauses.
    """
    chosen, law = list(dict.fromkeys(query["regimes"].split(","))), published.catalogue()
    if not law.regimes.keys() >= set(chosen):
        raise NotFound("没有这个规程")
    return {"regimes": chosen, "sections": comparison.sections(law, chosen)}


@carried_out.operation(
    "GET", "/regimes/<regime>/coverage", schemas.CoveragePage, query=schemas.CoverageQuery
)
def list_coverage(regime: str, query: Json) -> Json:
    """条款执行情况

    Every clause of a regime: how it is carried out, where, and why not.
    """
    return _coverage(regime, query)


@carried_out.operation(
    "POST", "/regimes/<regime>/coverage/search", schemas.CoveragePage, body=schemas.CoverageSearch
)
def search_coverage(regime: str, body: Json) -> Json:
    """查询条款执行情况

    As the list, with filter and page in the body.
    """
    return _coverage(regime, listing.flat(body))


def _coverage(regime: str, asked: Json) -> Json:
    wanted = _known(regime), asked.get("state", ""), asked.get("text", "").strip()
    return listing.told(coverage.carried_out(*wanted), asked, _carried_out)


def _carried_out(one: coverage_states.Standing) -> Json:
    names = ("state", "entries", "places")
    return {"clause": told_clause(one.clause), **{name: getattr(one, name) for name in names}}


@carried_out.operation(
    "GET", "/regimes/<regime>/readings", schemas.ReadingPage, query=schemas.ReadingsQuery
)
def list_readings(regime: str, query: Json) -> Json:
    """解释登记

    What the regulation leaves open, and how it is read.
    """
    found = coverage.readings(_known(regime), query.get("text", "").strip())
    return listing.told(found, query, _reading)


def _reading(row: tuple[coverage_states.Standing, coverage_states.Entry]) -> Json:
    standing, entry = row
    names = ("question", "reading", "alternatives", "set_in")
    told = {name: getattr(entry, name) for name in names}
    return {"clause_id": standing.clause.id, **told}


def _known(regime: str) -> str:
    if regime not in published.catalogue().regimes:
        raise NotFound("没有这个规程")
    return regime


# --- figures ------------------------------------------------------------------------------------


@sums.operation("GET", "/figures", schemas.Figures, query=schemas.FiguresQuery, refuses=(404,))
def get_figures(query: Json) -> Json:
    """统计数据

    The figures of the dashboard over the cases you may read.
    """
    told = figures.figures(g.person, _known(query["regime"]) if query.get("regime") else "")
    names = ("totals", "states", "workload", "used", "lives", "dates")
    return {name: getattr(told, name) for name in names}


# --- forecasts ----------------------------------------------------------------------------------


@futures.operation(
    "GET", "/cases/<case_id>/assumptions", schemas.Assumptions, needs="case:forecast"
)
def list_assumptions(case_id: str) -> Json:
    """可作的假设

    What a forecast of the case may assume.
    """
    known = forecasts.bundles(forecasts.readable(case_id).case["regime"])
    return {"items": [{"id": key, "name": name} for key, name in known.items()]}


@futures.operation(
    "POST",
    "/cases/<case_id>/forecasts",
    schemas.Forecast,
    guard=acting,
    needs="case:forecast",
    body=schemas.ForecastAsked,
)
def make_forecast(case_id: str, body: Json) -> Json:
    """推演

    Run a copy of the case forward under assumptions. It takes seconds, one at a time; the case
    itself is only read.
    """
    found = forecasts.readable(case_id)
    known = forecasts.bundles(found.case["regime"])
    assume = list(dict.fromkeys(body.get("assume", ())))
    if not known.keys() >= set(assume):
        raise Invalid(errors={"assume": [str(NOT_LISTED)]})
    asked = forecasts.Asked(assume, body.get("years", 3), body.get("pace", simulation.PACE))
    told = forecasts.foretold(found, asked)
    days = {"from_on": told.from_on, "until_on": told.until_on, "ended_on": told.ended_on}
    return {**days, "assumed": told.words, "items": forecasts.lines(found, told)}


# --- search -------------------------------------------------------------------------------------


@finds.operation("GET", "/search", schemas.Hits, query=schemas.SearchQuery)
def search_everything(query: Json) -> Json:
    """搜索

    Cases, open tasks, documents and clauses that contain all the words.
    """
    found = search.everything(query["text"].strip())
    more = {
        "cases": found.cases.more,
        "userTasks": found.steps.more,
        "documents": found.documents.more,
        "clauses": found.more_clauses,
    }
    return {
        "cases": found.cases.rows,
        "user_tasks": found.steps.rows,
        "documents": found.documents.rows,
        "clauses": [told_clause(each) for each in found.clauses],
        "more": [name for name, is_more in more.items() if is_more],
    }
