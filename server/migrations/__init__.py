"""Schema changes, from the first table on (Alembic, without an ini file)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

PATIENCE = 5
"""Seconds for one statement on PostgreSQL: whoever works meanwhile waits no longer."""

TIMEOUTS = "-c lock_timeout=4s -c statement_timeout={patience}s"
"""A migration that does not get its lock gives up, rather than hold up all who come after it."""


def config(engine: Engine) -> Config:
    """Alembic's configuration for a database; also the way to make a new revision by hand."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["engine"] = engine
    return settings


def migrate(url: str, revision: str = "head", patience: int = PATIENCE) -> None:
    """Bring the database up to a revision; a statement may take ``patience`` seconds."""
    with _engine(url, patience) as engine:
        command.upgrade(config(engine), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Take the database back to a revision."""
    with _engine(url, PATIENCE) as engine:
        command.downgrade(config(engine), revision)


@contextmanager
def _engine(url: str, patience: int) -> Iterator[Engine]:
    limited = {"connect_args": {"options": TIMEOUTS.format(patience=patience)}}
    is_postgresql = make_url(url).get_backend_name() == "postgresql"
    engine = create_engine(url, **(limited if is_postgresql else {}))
    try:
        yield engine
    finally:
        engine.dispose()
