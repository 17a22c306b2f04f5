"""The pages: HTTP only. Rooms below decide; templates draw; nothing here knows SQL.

A request passes: session → forgery check → guard of the route → one call into server/work.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import IntegerConverter, Map

from server import db, errors
from server.views import (
    account,
    administration,
    admission,
    agenda,
    api,
    archives,
    cases,
    clauses,
    compare,
    coverage,
    dashboard,
    demonstration,
    diagrams,
    documents,
    forecasts,
    health,
    inbox,
    incoming,
    language,
    lenses,
    operations,
    outbox,
    pages,
    portal,
    projects,
    search,
    security,
    session,
    single_sign_on,
    starts,
    submissions,
    tasks,
    together,
    tokens,
    tracing,
    words,
    workshop,
)
from server.views.api import problems
from server.views.guards import anyone
from server.work import publications

HERE = Path(__file__).parent
FOR_EVER = "public, max-age=31536000, immutable"
ROOMS = (
    session,
    account,
    tokens,
    inbox,
    tasks,
    together,
    starts,
    cases,
    archives,
    forecasts,
    agenda,
    search,
    dashboard,
    projects,
    compare,
    lenses,
    coverage,
    clauses,
    documents,
    diagrams,
    submissions,
    workshop,
    operations,
    outbox,
)


@anyone
def static_file(filename: str) -> Response:
    """A file of the bundle, whose name changes with its content, or the mark of the site."""
    file = send_from_directory(HERE / "static", filename)
    if filename.startswith("dist/"):
        file.headers["Cache-Control"] = FOR_EVER
    return file


class Number(IntegerConverter):
    """A whole number in an address that every database has room for."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **({"max": 2**31 - 1} | options))


def register(app: Flask) -> None:
    """Everything that answers HTTP."""
    app.url_map.converters["int"] = Number
    incoming.register(app)
    app.template_folder = str(HERE / "templates")
    app.add_url_rule("/static/<path:filename>", "static", static_file)
    tracing.register(app)
    admission.register(app, app.config["GUICHENG"])
    health.register(app)
    app.before_request(session.load)
    app.before_request(account.insist)
    security.register(app)
    language.register(app)
    words.register(app)
    workshop.words.register(app)
    pages.register(app)
    together.register(app)
    errors.register(app, pages.problem_page, problems.describe)
    for room in ROOMS:
        app.register_blueprint(room.bp)
    if app.config["GUICHENG"].demonstration:
        app.register_blueprint(demonstration.bp)
    portal.register(app)
    administration.register(app)
    api.register(app)
    single_sign_on.register(app, app.config["GUICHENG"])
    app.wsgi_app = security.Headed(app.wsgi_app)  # type: ignore[method-assign]


def warm(app: Flask) -> None:
    """Compile the pages and read the law in force, where it can be read, before anybody comes: of
    the people who come first to a new process each would do it, all of them at once."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    with suppress(SQLAlchemyError, errors.NotFound), db.read() as tx:
        publications.catalogue(tx, publications.current(tx))
