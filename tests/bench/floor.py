"""The floor: what a bare Flask route costs that updates one row, inserts one and commits."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine, create_engine, text

from server import db

TABLES = (
    "CREATE TABLE floor_task (id integer PRIMARY KEY, status varchar(16))",
    "CREATE TABLE floor_event (id integer PRIMARY KEY, task integer, at varchar(32))",
    "INSERT INTO floor_task VALUES (1, 'open')",
)
UPDATE = text("UPDATE floor_task SET status = :status WHERE id = 1")
INSERT = text("INSERT INTO floor_event (id, task, at) VALUES (:id, 1, :at)")

PATH = "/floor"


def _engine() -> Engine:
    """Connections as the system's own, but always ready for a transaction."""
    url = db.engine().url
    given = db.options(url)
    for name in ("isolation_level", "skip_autocommit_rollback"):
        given.pop(name, None)
    return db.prepare(create_engine(url, **given))


def bare_app() -> Flask:
    """An application with that one route, on the bound database, by connections of its own."""
    engine = _engine()
    with engine.begin() as connection:
        for statement in TABLES:
            connection.exec_driver_sql(statement)
    app = Flask("floor")
    served = iter(range(1, 10**9))

    @app.post(PATH)
    def floor() -> dict[str, int]:
        number = next(served)
        with engine.begin() as tx:
            tx.execute(UPDATE, {"status": f"done {number}"})
            tx.execute(INSERT, {"id": number, "at": "2026-11-20T00:00:00"})
        return {"id": number}

    return app
