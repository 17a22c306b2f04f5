"""The schema: migrations and models agree, and the database itself refuses what cannot be."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from server import db, migrations
from server.models import cases, counters, journal, organisations, people, sessions
from tests import databases

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def differences(engine: Engine) -> list[Any]:
    """SQLite does not tell of indexes of letters, which it has none of."""
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "autogenerate skipping .* expression-based index")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, db.db.metadata))


def test_the_migrations_make_what_the_models_say(database: Engine) -> None:
    assert differences(database) == []


def up_down_up(url: str) -> None:
    migrations.migrate(url)
    migrations.downgrade(url)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrations.migrate(url)
    assert differences(engine) == []
    engine.dispose()


def test_sqlite_goes_up_down_and_up_again(tmp_path: Path) -> None:
    up_down_up(f"sqlite:///{tmp_path / 'again.sqlite'}")


def test_postgresql_goes_up_down_and_up_again(postgresql_server: str, worker_id: str) -> None:
    up_down_up(databases.create(postgresql_server, f"again_{worker_id}"))


def test_a_migration_that_does_not_get_its_lock_gives_up_and_changes_nothing(
    postgresql_server: str, worker_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = databases.create(postgresql_server, f"locked_{worker_id}")
    migrations.migrate(url, "0013")
    monkeypatch.setattr(migrations, "TIMEOUTS", migrations.TIMEOUTS.replace("4s", "200ms"))
    engine = create_engine(url)
    with engine.begin() as somebody:
        somebody.exec_driver_sql("LOCK TABLE cases")
        with pytest.raises(DBAPIError, match="lock timeout"):
            migrations.migrate(url)
    assert "tombstones" not in inspect(engine).get_table_names()
    migrations.migrate(url)
    assert differences(engine) == []
    engine.dispose()


def test_a_statement_of_a_migration_ends_in_time(postgresql_server: str, worker_id: str) -> None:
    url = databases.create(postgresql_server, f"slow_{worker_id}")
    with (
        migrations._engine(url, patience=1) as engine,
        engine.connect() as connection,
        pytest.raises(DBAPIError, match="statement timeout"),
    ):
        connection.exec_driver_sql("SELECT pg_sleep(3)")


PERSON = {"id": "P1", "login": "someone", "name": "某人", "password_hash": "x"}
CASE = {
    "id": "C1",
    "number": "1",
    "regime": "shanxi",
    "kind": "base",
    "title": "某基地",
    "record": {},
    "journal_head": "0" * 64,
    "journal_seq": 0,
    "version": 1,
    "opened_on": date(2026, 11, 20),
    "opened_by": "P1",
}
ENTRY = {
    "case_id": "C1",
    "seq": 1,
    "at": AT,
    "actor_name": "某人",
    "act": "start",
    "detail": {"数": 1},
    "clauses": ["SX-13.1"],
    "prev_hash": "0" * 64,
    "hash": "1" * 64,
}


@pytest.fixture
def entry(database: Engine) -> Engine:
    with db.transaction() as tx:
        tx.execute(insert(people).values(PERSON))
        tx.execute(insert(cases).values(CASE))
        tx.execute(insert(journal).values(ENTRY))
    return database


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET actor_name = 'x'", "DELETE FROM journal"]
)
def test_the_journal_cannot_be_changed(entry: Engine, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), db.transaction() as tx:
        tx.execute(text(statement))


def test_postgresql_cannot_truncate_the_journal(postgresql_database: Engine) -> None:
    with pytest.raises(DBAPIError, match="append-only"), db.transaction() as tx:
        tx.execute(text("TRUNCATE journal"))


def test_values_come_back_as_they_went_in(entry: Engine) -> None:
    with db.read() as tx:
        row = tx.execute(select(journal)).mappings().one()
    assert (row["at"], row["detail"], row["clauses"]) == (AT, {"数": 1}, ["SX-13.1"])


def test_an_instant_is_kept_in_utc(entry: Engine) -> None:
    beijing = AT.astimezone(timezone(timedelta(hours=8)))
    session = {"id": "S", "person_id": "P1", "csrf": "c", "seen_at": beijing}
    with db.transaction() as tx:
        tx.execute(insert(sessions).values(session | {"created_at": AT, "expires_at": AT}))
        seen = tx.execute(select(sessions.c.seen_at)).scalar_one()
    assert seen == AT
    assert seen.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(database: Engine) -> None:
    naive = PERSON | {"locked_until": AT.replace(tzinfo=None)}
    with pytest.raises(StatementError, match="time zone"), db.transaction() as tx:
        tx.execute(insert(people).values(naive))


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (people, PERSON | {"locale": "fr"}),
        (cases, CASE | {"id": "C2", "number": "2", "journal_seq": -1}),
        (cases, CASE | {"id": "C2", "number": "2", "opened_by": "nobody"}),
        (cases, CASE | {"id": "C2"}),
        (organisations, {"id": "O", "code": None, "name": "某局", "kind": "authority"}),
        (counters, {"series": "a", "value": None}),
    ],
)
def test_the_database_refuses_what_cannot_be(entry: Engine, table: Any, row: Any) -> None:
    with pytest.raises(IntegrityError), db.transaction() as tx:
        tx.execute(insert(table).values(row))
