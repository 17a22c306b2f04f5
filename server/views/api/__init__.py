"""The API under /api/v1: the acts of the pages for programs, through the same functions.

A view is declared once (resource.py): route, guard, schemas and its part of the OpenAPI document.
"""

from __future__ import annotations

from flask import Flask

from server.errors import PROGRAMS
from server.views.api import cases, document, law, office, tasks
from server.views.api.resource import Resource

PREFIX = f"{PROGRAMS}v1"

ROOMS = (
    office.session,
    tasks.room,
    cases.room,
    cases.runs,
    cases.dates,
    cases.steps,
    cases.audit,
    office.papers,
    office.messages,
    office.seats,
    law.regimes,
    law.clauses,
    law.definitions,
    office.notes,
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
