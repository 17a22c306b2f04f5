"""Schema changes, from the first table on (Alembic, without an ini file)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine


def config(engine: Engine) -> Config:
    """Alembic's configuration for a database; also the way to make a new revision by hand."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["engine"] = engine
    return settings


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database up to a revision."""
    engine = create_engine(url)
    command.upgrade(config(engine), revision)
    engine.dispose()


def downgrade(url: str, revision: str = "base") -> None:
    """Take the database back to a revision."""
    engine = create_engine(url)
    command.downgrade(config(engine), revision)
    engine.dispose()
