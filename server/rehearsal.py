"""Wires the studio's stage to the schema and to the worker, which it may not import itself."""

from __future__ import annotations

from alembic import command
from sqlalchemy import Engine

from server.jobs import claims, worker
from server.migrations import config
from server.studio.scenarios.stage import Machinery


def machinery() -> Machinery:
    """The real schema and the real worker."""
    return Machinery(migrate, worker.run_one, claims.QUEUES[claims.ENGINE])


def migrate(engine: Engine) -> None:
    """Bring an open database up to date."""
    command.upgrade(config(engine), "head")
