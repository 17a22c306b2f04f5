"""What every template may ask for, and problems as pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, g, render_template, request

from server import clock, db
from server.errors import Busy, Problem
from server.views import published, session
from server.views.assets import asset
from server.views.language import current, labelled
from server.views.navigation import navigation
from server.views.words import actor_word
from server.work import documents
from server.work.inbox import COUNTED
from server.work.people import Person, listing

TASK_ROW = "item-"
"""Identifiers of the inbox's rows begin so."""


def problem_page(problem: Problem, incident: str) -> str:
    """How a refusal looks: a row of the inbox, the sign-in form, or a page of its own."""
    if problem.status == Busy.status:
        g.person = None  # the menu of a person asks the database, which may be what is missing
    if request.headers.get("HX-Target", "").startswith(TASK_ROW):
        return render_template("_problem_row.html", problem=problem)
    if problem.status == 401:
        return session.form(request.full_path if request.method == "GET" else "")
    return render_template("error.html", problem=problem, incident=incident)


def person_name(person: Person) -> str:
    """A person's name in the language of the page."""
    return (person.name_en if current() == "en" else "") or person.name


def english_actors(entries: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """On English pages: who acted, by id and the name written down then, to the English name."""
    ids = {entry["actor_id"] for entry in entries if entry["actor_id"]}
    if current() != "en" or not ids:
        return {}
    with db.read() as tx:
        found = listing.english_names(tx, ids)
    return {(person, name): name_en for person, (name, name_en) in found.items()}


def person_named(name: str, person_id: str | None) -> str:
    """Somebody's name in the language of the page, asked for once in a page; who is masked has no
    identifier."""
    if current() != "en" or not person_id:
        return name
    known: dict[str, dict[tuple[str, str], str]] = g.setdefault("named", {})
    if person_id not in known:
        known[person_id] = english_actors([{"actor_id": person_id}])
    return known[person_id].get((person_id, name), name)


def person_office(person: Person) -> str:
    """The organisations a person acts for, each once."""
    in_english = current() == "en"
    names = (m.organisation_en if in_english else m.organisation for m in person.memberships)
    return " · ".join(dict.fromkeys(name for name in names if name))


def assignee(item: Mapping[str, Any]) -> str:
    """Who has a task in hand, in the language of the page; empty where nobody has."""
    name = item["assignee_name"]
    return person_named(actor_word(name), item["assignee_id"]) if name else ""


def organisation_name(row: Mapping[str, Any]) -> str:
    """An organisation's name in the language of the page."""
    return str((row["name_en"] if current() == "en" else "") or row["name"])


def titled(row: Any) -> str:
    """The title of a row that has one in both languages."""
    return str((row.title_en if current() == "en" else "") or row.title)


def titled_row(row: Mapping[str, Any]) -> str:
    """The same for a row of the database."""
    english = row["title_en"] if current() == "en" else ""
    return str(english[:1].upper() + english[1:] or row["title"])


def counted(number: int) -> str:
    """How many wait, as far as they are counted."""
    return str(number) if number < COUNTED else f"{COUNTED - 1}+"


def sentence(step: Mapping[str, str]) -> str:
    """One step of a deadline's proof."""
    return step[current()]


def register(app: Flask) -> None:
    """Make all this available to templates."""
    app.jinja_env.globals.update(
        asset=asset,
        english_actors=english_actors,
        demonstration=app.config["GUICHENG"].demonstration,
        navigation=navigation,
        regimes=lambda: list(published.catalogue().regimes.values()),
        today=clock.today,
    )
    app.jinja_env.filters.update(
        clause_place=published.clause_place,
        counted=counted,
        label=labelled,
        of_regime=published.of_regime,
        assignee=assignee,
        organisation_name=organisation_name,
        place_name=published.place_name,
        person_name=person_name,
        person_named=person_named,
        person_office=person_office,
        is_draft=published.is_draft,
        is_shown=documents.is_shown,
        regime_short=published.regime_short,
        regime_title=published.regime_title,
        said=published.said,
        sentence=sentence,
        titled=titled,
        titled_row=titled_row,
    )
