"""The database: one engine, one way to write (``transaction``), one way to read (``read``).

``transaction()`` holds the only commit of the project. SQLite begins IMMEDIATE, so a writer waits
for the one before it; PostgreSQL runs READ COMMITTED and the acts lock the case row first. What
people do all day may go without the lock at first, by a single statement that writes (``single``).
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a migration can speak of it."""

db = SQLAlchemy(metadata=MetaData(naming_convention=NAMES))
"""The application's handle: its metadata is the schema, its engine is given to ``bind``."""

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
)
POSTGRESQL_OPTIONS = (
    "-c lock_timeout=5s -c statement_timeout=30s"
    " -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
    " -c plan_cache_mode=force_generic_plan -c jit=off"
)
"""The last two: statements are few, short and sent again and again; planning each anew costs more
than running it."""

WRITE: dict[str, dict[str, Any]] = {
    "sqlite": {"begin": "BEGIN IMMEDIATE"},
    "postgresql": {"isolation_level": "READ COMMITTED"},
}
READ: dict[str, dict[str, Any]] = {
    "sqlite": {"begin": "BEGIN"},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
ALONE: dict[str, dict[str, Any]] = {"sqlite": {"begin": None}, "postgresql": {}}
"""Options of connections that write, that read over several statements, and that send a single
one. PostgreSQL's stand ready for the last, the most frequent: each other begin sets them anew."""

ONLY_READS = re.compile(r"\s*SELECT\b(?!.*\bFOR (UPDATE|SHARE)\b)", re.DOTALL)

RETRIES = 3
PASSING = {"40001", "40P01", "55P03", "25P02"}
"""SQLSTATEs after which the same act may be tried again: serialisation, deadlock, lock timeout,
and the statement after one of these, where a handler's question to the register met it."""

BroughtByTheDatabase = DBAPIError, PendingRollbackError
"""What an act raises when the database does not do as it is told: the second is the statement after
a session was cut, where a handler's question to the register met the cut."""

CONNECTING = 2
"""Seconds to wait for a connection: whoever waits for an office whose database has gone is told so
within three."""

Result = TypeVar("Result")

_bound: dict[str, Engine] = {}
"""The bound engine, and its views for ``read``, ``glance`` and ``single``."""

_afterwards: ContextVar[list[Callable[[], None]] | None] = ContextVar("afterwards", default=None)
"""What to do once the open transaction has committed; None where none is open."""


def options(url: str | URL) -> dict[str, Any]:
    """Arguments of ``create_engine`` for a database URL (also SQLALCHEMY_ENGINE_OPTIONS)."""
    pool = {"pool_size": 16, "max_overflow": 16, "pool_use_lifo": True}
    if make_url(url).get_backend_name() == "postgresql":
        connecting = {"options": POSTGRESQL_OPTIONS, "connect_timeout": CONNECTING}
        # a glance has nothing to take back
        alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
        return pool | alone | {"connect_args": connecting}
    return pool


def connect(url: str) -> Engine:
    """A prepared engine for a database URL."""
    return prepare(create_engine(url, **options(url)))


def prepare(engine: Engine) -> Engine:
    """Give an engine the settings on which the acts rely; returns the same engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin on its own
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    statement = connection.get_execution_options().get("begin", "BEGIN IMMEDIATE")
    if statement:
        connection.exec_driver_sql(statement)


def bind(engine: Engine) -> None:
    """Make ``engine`` the one that everything below uses in this process."""
    kind = engine.dialect.name
    alone = engine.execution_options(**ALONE[kind])
    single = engine.execution_options(**ALONE[kind])
    event.listen(single, "before_cursor_execute", _may_stand_alone)
    writing = engine.execution_options(**WRITE[kind])
    reading = engine.execution_options(**READ[kind])
    _bound.update(write=writing, read=reading, glance=alone, single=single)


def engine(use: str = "write") -> Engine:
    """The bound engine, or its view for ``read``, ``glance`` or ``single``."""
    if use not in _bound:
        raise RuntimeError("no database is bound: call server.db.bind first")
    return _bound[use]


@contextmanager
def transaction() -> Iterator[Connection]:
    """Write: everything inside happens, or nothing does. The only commit; never nested."""
    with _then_afterwards(), engine().begin() as tx:
        yield tx


class NeedsTransaction(Exception):
    """Something inside ``single`` would write or lock beside its one statement."""


@contextmanager
def single(statement: str) -> Iterator[Connection]:
    """Write by one statement, which begins with the given words and commits by itself; all others
    must only read. PostgreSQL only. Nothing is locked before it: the statement itself has to fail
    where what was read is no longer true. Raises NeedsTransaction before anything is written.
    """
    with _then_afterwards(), engine("single").connect() as tx:
        notes = tx.info  # of a connection that is lost meanwhile nothing may be asked
        notes[STATEMENT] = statement
        try:
            yield tx
        except Exception as error:  # the engine may have put it in words of its own
            if notes.get(STATEMENT) is REFUSED:
                raise NeedsTransaction from error
            raise
        if notes.get(STATEMENT) is REFUSED:
            raise NeedsTransaction


STATEMENT, SENT, REFUSED = "the one that writes", "sent", "refused"


def _may_stand_alone(connection: Connection, _cursor: Any, sql: str, *_: Any) -> None:
    """After one that was refused there is no further statement."""
    state = connection.info[STATEMENT]
    if state is not REFUSED and ONLY_READS.match(sql):
        return
    if state is SENT:
        raise RuntimeError("the one statement has been sent and has committed")
    is_awaited = state is not REFUSED and sql.startswith(state) and _commits_by_itself(connection)
    connection.info[STATEMENT] = SENT if is_awaited else REFUSED
    if not is_awaited:
        raise NeedsTransaction


def _commits_by_itself(connection: Connection) -> bool:
    """The driver's own word: what the pool believes of a connection may be wrong, and an act that
    was told as done would be taken back."""
    driver: Any = connection.connection.driver_connection
    return driver.autocommit is True


@contextmanager
def _then_afterwards() -> Iterator[None]:
    """Collect what ``after_commit`` is given, and call it if nothing is raised."""
    if _afterwards.get() is not None:
        raise RuntimeError("a transaction is already open")
    afterwards: list[Callable[[], None]] = []
    token = _afterwards.set(afterwards)
    try:
        yield
    finally:
        _afterwards.reset(token)
    for call in afterwards:
        call()


def after_commit(call: Callable[[], None]) -> None:
    """Call something once the open transaction has committed, and not at all if it fails."""
    afterwards = _afterwards.get()
    if afterwards is None:
        raise RuntimeError("no transaction is open")
    afterwards.append(call)


@contextmanager
def read() -> Iterator[Connection]:
    """Read one consistent state, over any number of statements; nothing can be written."""
    with engine("read").connect() as tx:
        yield tx
        if tx.dialect.name == "postgresql":
            tx.commit()  # at a rollback the driver would forget its prepared statements


@contextmanager
def glance() -> Iterator[Connection]:
    """Read with a single statement, without a transaction around it."""
    with engine("glance").connect() as tx:
        yield tx


class Answer(NamedTuple):
    """What a statement answered: names of columns, rows, how many rows it changed."""

    names: Sequence[str]
    rows: Sequence[Any]
    changed: int


def ask(tx: Connection, sql: str, parameters: Mapping[str, Any]) -> Answer:
    """The answer to one statement in the driver's words; raises DBAPIError.

    Where nothing has to be begun any more the driver itself is asked: to have SQLAlchemy say so
    much as SELECT 1 costs 60 µs of a request's two milliseconds.
    """
    driver: Any = tx.connection.driver_connection
    if not stands_ready(tx, driver):
        return _asked_the_long_way(tx, sql, parameters)
    if tx.engine is engine("single"):
        _may_stand_alone(tx, None, sql)
    try:
        cursor = driver.execute(sql, parameters)
        told = cursor.description
        rows = cursor.fetchall() if told else ()
    except driver.Error as error:
        if getattr(driver, "closed", False):  # so the pool puts away all it has of a lost server
            tx.exec_driver_sql("SELECT 1")
        raise DBAPIError.instance(sql, parameters, error, driver.Error) from error
    return Answer(tuple(column[0] for column in told or ()), rows, cursor.rowcount)


def stands_ready(tx: Connection, driver: Any) -> bool:
    """Whether a statement may be sent as it is: it stands alone, or its transaction is open."""
    if tx.dialect.name == "postgresql":
        return driver.autocommit is True
    return driver.in_transaction or tx.engine is engine("glance")


def _asked_the_long_way(tx: Connection, sql: str, parameters: Mapping[str, Any]) -> Answer:
    result = tx.exec_driver_sql(sql, parameters)
    if not result.returns_rows:
        return Answer((), (), result.rowcount)
    return Answer(tuple(result.keys()), result.all(), result.rowcount)


def run(act: Callable[[], Result]) -> Result:
    """Call ``act``, which opens one transaction, again where the database asks for a retry.

    Safe for every act, even when the answer to a commit was lost: versions and idempotency keys
    make the second try fail or give the stored answer.
    """
    for attempt in range(RETRIES):
        try:
            return act()
        except BroughtByTheDatabase as error:
            if not is_passing(error):
                raise
            time.sleep(random.uniform(0.01, 0.05) * (attempt + 1))
    return act()


def is_passing(error: DBAPIError | PendingRollbackError) -> bool:
    """True when the same transaction may succeed if it is simply tried again."""
    if isinstance(error, PendingRollbackError):
        return True
    state = getattr(error.orig, "sqlstate", None)
    busy = getattr(error.orig, "sqlite_errorname", "") or ""
    known = state in PASSING or busy.startswith("SQLITE_BUSY")
    return known or error.connection_invalidated or _was_answered_meanwhile(error)


def is_away(error: DBAPIError | PendingRollbackError) -> bool:
    """True when there was no connection to be had: the database is down, begins or is full."""
    return isinstance(error, OperationalError) and error.statement is None


def _was_answered_meanwhile(error: DBAPIError) -> bool:
    """The same request was committed by another thread; the next try finds its answer."""
    diagnosis = getattr(error.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == "pk_idempotency"
