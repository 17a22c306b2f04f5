"""Alembic runs this file; each migration is one transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine

import server.models  # noqa: F401  (registers the tables)
from server.db import db

engine: Engine = context.config.attributes["engine"]

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
