"""The floor: what a bare Flask route costs that updates one row, inserts one and commits.

There are two of them. The one that the targets speak of sends its statements as a Flask application
with Flask-SQLAlchemy does, by SQLAlchemy Core on ``db.session``. The lean one leaves the session
out, too; no target was set by it, it shows how much of the floor the session is.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from server import db

TABLES = (
    "CREATE TABLE floor_task (id integer PRIMARY KEY, status varchar(16))",
    "CREATE TABLE floor_event (id integer PRIMARY KEY, task integer, at varchar(32))",
    "INSERT INTO floor_task VALUES (1, 'open')",
)
UPDATE = text("UPDATE floor_task SET status = :status WHERE id = 1")
INSERT = text("INSERT INTO floor_event (id, task, at) VALUES (:id, 1, :at)")

PATH, LEAN = "/floor", "/lean-floor"


def bare_app() -> Flask:
    """An application with those two routes, on the bound database, by connections of its own."""
    app = Flask("floor")
    url = db.engine().url
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=_options(url))
    own = SQLAlchemy(app)
    with app.app_context():
        engine = db.prepare(own.engine)
    with engine.begin() as connection:
        for statement in TABLES:
            connection.exec_driver_sql(statement)
    served = count(1)

    @app.post(PATH)
    def floor() -> dict[str, int]:
        number = _write(own.session.execute, next(served))
        own.session.commit()
        return {"id": number}

    @app.post(LEAN)
    def lean() -> dict[str, int]:
        with engine.begin() as tx:
            number = _write(tx.execute, next(served))
        return {"id": number}

    return app


def _options(url: Any) -> dict[str, Any]:
    """Connections as the system's own, but always ready for a transaction."""
    left_out = ("isolation_level", "skip_autocommit_rollback")
    return {name: value for name, value in db.options(url).items() if name not in left_out}


def _write(execute: Callable[..., object], number: int) -> int:
    execute(UPDATE, {"status": f"done {number}"})
    execute(INSERT, {"id": number, "at": "2026-11-20T00:00:00"})
    return number
