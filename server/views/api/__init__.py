"""The API under /api/v1: the acts of the pages for programs, through the same functions.

A view is declared once (resource.py): route, guard, schemas and its part of the OpenAPI document.
"""

from __future__ import annotations

from flask import Flask

from server.errors import PROGRAMS
from server.views.api import (
    administration,
    cases,
    document,
    law,
    office,
    public,
    reports,
    tasks,
    together,
    workshop,
)
from server.views.api.resource import Resource

PREFIX = f"{PROGRAMS}v1"

ROOMS = (
    office.session,
    tasks.room,
    together.acts,
    together.opinions,
    cases.room,
    reports.places,
    together.remarks,
    cases.runs,
    cases.dates,
    cases.steps,
    cases.audit,
    office.papers,
    public.issued,
    office.messages,
    office.seats,
    together.copies,
    together.absences,
    together.leavings,
    law.regimes,
    law.clauses,
    law.definitions,
    reports.comparisons,
    reports.carried_out,
    reports.finds,
    reports.sums,
    reports.futures,
    public.notices,
    public.received,
    public.undertakings,
    public.ledger,
    office.notes,
    workshop.shelf,
    workshop.room,
    workshop.releases,
    administration.organisations,
    administration.people,
    administration.offices,
    administration.pool,
    administration.sessions,
    administration.changes,
    administration.journal,
    office.faults,
    office.access_tokens,
)
"""In the order of the document."""

api = Resource("api", __name__, url_prefix=PREFIX)
for room in ROOMS:
    api.register_blueprint(room)


def register(app: Flask) -> None:
    """The operations, their document, the page that shows it."""
    app.register_blueprint(api)
    app.register_blueprint(document.bp, url_prefix=PREFIX)
    app.extensions[document.EXTENSION] = document.Described(app, api, ROOMS)
