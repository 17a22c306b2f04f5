"""How each clause is carried out, and the readings of what the law leaves open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from server.law import coverage_states
from server.law.coverage_states import RED, Entry, Standing
from server.views import exports
from server.views.exports import Column
from server.views.guards import signed_in
from server.views.published import catalogue, covered, place_name, regime_short
from server.views.query import LIMIT_TEXT
from server.views.words import PLACES, Words, word

PAGE = 50
STATES: Words = {
    "implemented": lazy_gettext("已实现"),
    "manual": lazy_gettext("人工办理"),
    "not_applicable": lazy_gettext("无须办理"),
    "unsettled": lazy_gettext("解释未定"),
    "missing": lazy_gettext("未实现"),
}
CSS = {
    "implemented": "gc-tag-good",
    "manual": "gc-tag-law",
    "unsettled": "gc-tag-bad",
    "missing": "gc-tag-bad",
}

bp = Blueprint("coverage", __name__)


@bp.get("/coverage")
@signed_in
def clauses() -> ResponseReturnValue:
    """The clauses of one regime, counted by state, each with the places that carry it out."""
    regime, state, text = _asked()
    all_of = coverage_states.standings(catalogue(), covered(), regime)
    found = carried_out(regime, state, text)
    if exports.asked():
        return exports.answer(gettext("条款执行情况"), _columns(), exports.whole(found))
    page = max(request.args.get("page", 1, int), 1)
    return render_template(
        "coverage.html",
        found=found[(page - 1) * PAGE : page * PAGE],
        total=len(found),
        next_page=page + 1 if len(found) > page * PAGE else None,
        counts=Counter(each.state for each in all_of),
        regime=regime,
        state=state,
        text=text,
        words=STATES,
        css=CSS,
        red=RED,
    )


@bp.get("/interpretations")
@signed_in
def interpretations() -> ResponseReturnValue:
    """The register of readings: question, reading taken, alternatives, where it is set."""
    regime, _, text = _asked()
    found = readings(regime, text)
    if exports.asked():
        return exports.answer(gettext("解释登记"), _reading_columns(), exports.whole(found))
    return render_template("interpretations.html", found=found, regime=regime, text=text)


def carried_out(regime: str, state: str, text: str) -> list[Standing]:
    """The clauses of a regime in one of the states (any when it is empty) that have the text."""
    all_of = coverage_states.standings(catalogue(), covered(), regime)
    return [one for one in all_of if state in ("", one.state) and _has(one, text)]


def readings(regime: str, text: str) -> list[tuple[Standing, Entry]]:
    """The readings of what a regime leaves open that have the text."""
    return [
        (one, entry)
        for one in coverage_states.standings(catalogue(), covered(), regime)
        for entry in one.entries
        if entry.kind == "reading" and text in f"{one.clause.id} {entry.question} {entry.reading}"
    ]


def _asked() -> tuple[str, str, str]:
    """The regime (the first one when none is named), the state and the words wanted."""
    law, asked = catalogue(), request.args
    regime = asked.get("regime", "")
    known = regime if regime in law.regimes else next(iter(law.regimes), "")
    return known, asked.get("state", "")[:64], asked.get("q", "").strip()[:LIMIT_TEXT]


def _has(one: Standing, text: str) -> bool:
    return not text or text.lower() in f"{one.clause.id} {one.clause.rule_zh}".lower()


def _columns() -> list[Column]:
    return [
        Column(gettext("编号"), lambda one: one.clause.id),
        Column(gettext("类别"), lambda one: regime_short(one.clause.regime)),
        Column(gettext("规定"), lambda one: one.clause.rule_zh),
        Column(gettext("执行情况"), lambda one: word(STATES, one.state)),
        *(Column(str(name), _names(kind)) for kind, name in PLACES.items()),
        Column(gettext("说明"), lambda one: _reasons(one.entries)),
    ]


def _names(kind: str) -> Callable[[Standing], str]:
    return lambda one: "；".join(place_name(p) for p in one.places if p.kind == kind)


def _reasons(entries: Sequence[Entry]) -> str:
    return "；".join(entry.reason for entry in entries if entry.reason)


def _reading_columns() -> list[Column]:
    return [
        Column(gettext("编号"), lambda row: row[0].clause.id),
        Column(gettext("问题"), lambda row: row[1].question),
        Column(gettext("所取解释"), lambda row: row[1].reading),
        Column(gettext("其他解释"), lambda row: row[1].alternatives),
        Column(gettext("设在何处"), lambda row: row[1].set_in),
    ]
