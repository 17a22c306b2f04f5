"""The self-check before an application: every condition of the regime with its clause, and
whether the facts a unit states meet it. The same table decides when the application is handed in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.rules.eligibility import clean_since
from server.law.law import Law

TABLE, PHASE = "eligibility", "application"
PROCESS = "application"
FORM = f"{PROCESS}/fill_application"
NAME = re.compile(r"[a-z_]+")

Component = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition; ``result`` is ``met``, ``not_met`` or ``judgement``; ``paper`` proves it."""

    title: str
    title_en: str
    result: str
    paper: str
    paper_en: str
    soft: bool
    clause: str


def questions(law: Law) -> list[Component]:
    """The components of the application form whose answers the conditions ask for."""
    form = law.catalogue.form(FORM, law.regime.id)
    asked = {name for cell in _conditions(law) for name in NAME.findall(cell)}
    return [one for one in _walk(json.loads(form or b"{}")) if one.get("key") in asked]


def stated(asked: list[Component], answers: Callable[[str], list[str]]) -> dict[str, object]:
    """The facts as a plain form sends them: ticked, chosen, or a day; ``answers`` by key."""
    return {one["key"]: _fact(one, answers(one["key"])) for one in asked}


def unread(facts: Mapping[str, object], answers: Callable[[str], list[str]]) -> list[str]:
    """The keys of days that were stated and cannot be read: nothing is judged by them."""
    return [key for key, fact in facts.items() if fact is None and any(answers(key))]


def check(law: Law, facts: Mapping[str, object], today: date) -> list[Criterion]:
    """Every condition of the regime judged by the facts; what is not stated is not met."""
    papers = {row["code"]: row for row in law.table("papers", phase=PHASE) or ()}
    rows = law.table(TABLE, **facts, clean_since=_clean_since(law, today)) or ()
    return [_criterion(row, papers.get(row["evidence"], {})) for row in rows]


def _conditions(law: Law) -> Iterator[str]:
    table = law.catalogue.tables.table(TABLE)
    met = [column.text for column in table.outputs].index("met")
    for rule in table.rules:
        if law.regime.id in rule.inputs[0]:
            yield rule.outputs[met]


def _walk(component: Component) -> Iterator[Component]:
    yield component
    for inner in component.get("components", ()):
        yield from _walk(inner)


def _fact(component: Component, given: list[str]) -> object:
    if component["type"] == "checklist":
        known = {choice["value"] for choice in component["values"]}
        return [value for value in given if value in known]
    if component["type"] == "checkbox":
        return bool(given)
    return _day(given[0]) if given else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _clean_since(law: Law, today: date) -> date | None:
    quota = law.table("quotas", quota="clean_record")
    return clean_since(today, int(quota["amount"])) if quota else None


def _criterion(row: Mapping[str, Any], paper: Mapping[str, Any]) -> Criterion:
    plain = "met" if row["met"] is True else "not_met"
    return Criterion(
        title=row["title"],
        title_en=row["title_en"],
        result="judgement" if row["kind"] == "judgement" else plain,
        paper=paper.get("title", ""),
        paper_en=paper.get("title_en", ""),
        soft=row["kind"] == "soft",
        clause=row["clause"],
    )
