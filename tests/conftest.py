"""Databases for the whole suite: every test that asks for ``database`` runs on both kinds.

PostgreSQL is a real server from PyPI: one per test session, one database per test worker. The
schema is made by the migrations once; between tests the rows go, the schema stays.
"""

from __future__ import annotations

import gc
import shutil
import threading
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from werkzeug.routing import Rule

from server import Application, db
from server.config import Config
from server.migrations import migrate
from server.views import apart
from server.work.outside import telling
from tests import databases
from tests.office import Office, furnish


@pytest.fixture(scope="session")
def postgresql_server(testrun_uid: str) -> str:
    """The address of the session's PostgreSQL, shared by all workers, with a place for a name."""
    return databases.start_postgresql(testrun_uid)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Archives carry the second they were packed in, and every worker packs its own."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


def pytest_collection_finish() -> None:
    """The collected tests live to the end: the collector need not walk them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def alike_applications_are_compiled_once(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Hundreds of tests make an application of their own, each with the same 330 addresses and the
    same templates: compiled anew each time they took a fifth of the suite."""
    templates = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", builder)
        patch.setattr(Application, "jinja_options", {"bytecode_cache": templates})
        yield


compiled: dict[Hashable, Callable[..., tuple[str, str]]] = {}
compile_builder = Rule._compile_builder


def builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What builds a rule's addresses; it depends on nothing else of an application."""
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in compiled:
        compiled[key] = compile_builder(rule, append_unknown)
    return compiled[key]


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: str, worker_id: str) -> str:
    """A migrated PostgreSQL database of this worker's own."""
    fast = "synchronous_commit = off"
    url = databases.create(postgresql_server, f"guicheng_{worker_id}", fast)
    migrate(url)
    return url


@pytest.fixture(scope="session")
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    engine = db.connect(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite database, bound."""
    telling.use(Config())
    path = tmp_path / "guicheng.sqlite"
    shutil.copy(sqlite_template, path)
    engine = db.connect(f"sqlite:///{path}")
    db.bind(engine)
    yield db.engine()
    engine.dispose()


@pytest.fixture
def postgresql_database(postgresql_engine: Engine) -> Engine:
    """An empty PostgreSQL database, bound."""
    telling.use(Config())
    db.bind(postgresql_engine)
    empty(db.engine())
    return db.engine()


@pytest.fixture(autouse=True)
def rehearsals_end_with_their_test() -> Iterator[None]:
    """Whoever sees one out writes into the database that is bound by then."""
    yield
    for thread in threading.enumerate():
        if thread.name == apart.SEEING_OUT:
            thread.join()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Engine:
    """An empty database with the schema, bound to ``server.db``; each test runs on both kinds."""
    engine: Engine = request.getfixturevalue(f"{request.param}_database")
    return engine


def empty(engine: Engine) -> None:
    """Delete all rows; the journal's trigger and the foreign keys are off meanwhile."""
    tables = reversed(db.db.metadata.sorted_tables)
    deletes = "; ".join(f'DELETE FROM "{table.name}"' for table in tables)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(deletes)


@pytest.fixture
def office(database: Engine) -> Office:
    """The invented office of tests/office.py, furnished on each kind of database."""
    return furnish()
