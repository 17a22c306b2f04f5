"""One way to write, one way to read, on both databases."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, func, insert, select, text
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, ProgrammingError

from server import db
from server.models import counters


def count() -> int:
    with db.read() as tx:
        return tx.execute(select(func.count()).select_from(counters)).scalar_one()


def test_what_a_transaction_wrote_is_there_afterwards(database: Engine) -> None:
    with db.transaction() as tx:
        tx.execute(insert(counters).values(series="a", value=1))
    assert count() == 1


def test_a_failing_transaction_leaves_nothing(database: Engine) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction() as tx:
        tx.execute(insert(counters).values(series="a", value=1))
        1 / 0  # noqa: B018
    assert count() == 0


def test_transactions_are_never_nested(database: Engine) -> None:
    nested = pytest.raises(RuntimeError, match="already open")
    with db.transaction(), nested, db.transaction():
        pass
    with db.transaction() as tx:
        tx.execute(insert(counters).values(series="after", value=1))
    assert count() == 1


def test_what_comes_after_the_commit_comes_only_then(database: Engine) -> None:
    seen: list[int] = []
    with db.transaction() as tx:
        db.after_commit(lambda: seen.append(count()))
        tx.execute(insert(counters).values(series="a", value=1))
        assert seen == []
    assert seen == [1]


def test_after_a_failure_nothing_comes(database: Engine) -> None:
    seen: list[int] = []
    with pytest.raises(ZeroDivisionError), db.transaction():
        db.after_commit(lambda: seen.append(1))
        1 / 0  # noqa: B018
    assert seen == []
    with pytest.raises(RuntimeError, match="no transaction"):
        db.after_commit(lambda: None)


def test_reading_writes_nothing(database: Engine) -> None:
    with suppress(InternalError), db.read() as tx:  # PostgreSQL says so at once
        tx.execute(insert(counters).values(series="a", value=1))
    assert count() == 0


def test_a_reader_sees_one_state_however_much_is_written_meanwhile(database: Engine) -> None:
    with db.read() as tx:
        before = tx.execute(select(func.count()).select_from(counters)).scalar_one()
        threading.Thread(target=add_counter).run()
        after = tx.execute(select(func.count()).select_from(counters)).scalar_one()
    assert (before, after, count()) == (0, 0, 1)


def add_counter() -> None:
    with db.transaction() as tx:
        tx.execute(insert(counters).values(series="a", value=1))


def test_a_glance_sees_what_is_committed_and_leaves_nothing_open(database: Engine) -> None:
    add_counter()
    for _ in range(3):
        with db.glance() as tx:
            assert tx.execute(select(counters.c.value)).scalar_one() == 1
        with db.transaction() as tx:
            tx.execute(counters.update().values(value=1))


def test_postgresql_prepares_what_is_sent_again_and_again(postgresql_database: Engine) -> None:
    for _ in range(8):
        assert count() == 0
    with db.glance() as tx:
        prepared = text("SELECT count(*) FROM pg_prepared_statements")
        assert tx.execute(prepared).scalar_one() > 0


ADD = "INSERT INTO counters (series, value) VALUES ('alone', 1)"


def test_a_single_statement_commits_by_itself(postgresql_database: Engine) -> None:
    seen: list[int] = []
    with db.single("INSERT") as tx:
        db.after_commit(lambda: seen.append(count()))
        assert tx.exec_driver_sql("SELECT count(*) FROM counters").scalar_one() == 0
        tx.exec_driver_sql(ADD)
        assert count() == 1
    assert seen == [1]


@pytest.mark.parametrize(
    "other",
    [
        "UPDATE counters SET value = 2",
        "WITH gone AS (DELETE FROM counters RETURNING 1) SELECT * FROM gone",
        "SELECT value FROM counters FOR UPDATE",
    ],
)
def test_beside_the_single_statement_nothing_is_written_or_locked(
    postgresql_database: Engine, other: str
) -> None:
    add_counter()
    with pytest.raises(db.NeedsTransaction), db.single("INSERT") as tx, suppress(Exception):
        tx.exec_driver_sql(other)
        tx.exec_driver_sql(ADD)
    with pytest.raises(db.NeedsTransaction), db.single("INSERT") as tx:
        with suppress(Exception):
            tx.exec_driver_sql(other)
        tx.exec_driver_sql(ADD)  # what was refused is not forgotten
    assert count() == 1


def test_there_is_one_single_statement(postgresql_database: Engine) -> None:
    with pytest.raises(RuntimeError, match="has committed"), db.single("INSERT") as tx:
        tx.exec_driver_sql(ADD)
        tx.exec_driver_sql(ADD.replace("alone", "again"))
    assert count() == 1


def test_whoever_ends_well_beside_the_single_statement_is_told(postgresql_database: Engine) -> None:
    with pytest.raises(db.NeedsTransaction), db.single("INSERT") as tx, suppress(Exception):
        tx.exec_driver_sql("UPDATE counters SET value = 2")


def test_a_session_that_is_cut_beside_the_single_statement_is_told_as_such(
    postgresql_database: Engine,
) -> None:
    with pytest.raises(OperationalError) as told, db.single("INSERT") as tx:
        tx.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    assert db.is_passing(told.value)
    with db.single("INSERT") as tx:
        tx.exec_driver_sql(ADD)
    assert count() == 1


def test_the_driver_is_asked_straight_where_a_statement_stands_alone(
    postgresql_database: Engine,
) -> None:
    seen: list[str] = []
    for opened in (db.glance, db.read, db.transaction):
        with opened() as tx:
            event.listen(tx, "before_cursor_execute", lambda *given: seen.append(given[2]))
            assert db.ask(tx, "SELECT %(a)s::int + 1 AS b", {"a": 1})[:2] == (("b",), [(2,)])
    assert len(seen) == 2


def test_sqlite_is_asked_straight_once_there_is_nothing_to_begin(sqlite_database: Engine) -> None:
    seen: list[str] = []
    for opened in (db.glance, db.read, db.transaction):
        with opened() as tx:
            event.listen(tx, "before_cursor_execute", lambda *given: seen.append(given[2]))
            for _ in range(2):
                names, rows, _ = db.ask(tx, "SELECT :a + 1 AS b", {"a": 1})
                assert (names, list(rows)) == (("b",), [(2,)])
    assert seen == ["BEGIN", "SELECT :a + 1 AS b"]  # in ``read`` the first one begins


def test_sqlite_tells_how_many_rows_a_straight_statement_changed(sqlite_database: Engine) -> None:
    with db.transaction() as tx:
        assert db.ask(tx, ADD, {}) == ((), (), 1)
        changed = "UPDATE counters SET value = value + 1 WHERE series = :s"
        assert db.ask(tx, changed, {"s": "nothing"}).changed == 0
    assert count() == 1


def test_a_fault_of_a_straight_question_to_sqlite_is_told_as_the_engine_tells_it(
    sqlite_database: Engine,
) -> None:
    with pytest.raises(OperationalError, match="nowhere"), db.transaction() as tx:
        db.ask(tx, ADD, {})
        db.ask(tx, "SELECT 1 FROM nowhere", {})
    assert count() == 0


def test_a_fault_of_a_straight_question_is_told_as_the_engine_tells_it(
    postgresql_database: Engine,
) -> None:
    with pytest.raises(ProgrammingError, match="nowhere") as told, db.glance() as tx:
        db.ask(tx, "SELECT 1 FROM nowhere", {})
    assert not db.is_passing(told.value)


def test_after_a_straight_question_to_a_server_that_went_the_next_one_is_answered(
    postgresql_database: Engine,
) -> None:
    with db.glance() as one, db.glance() as other:
        for tx in (one, other):
            assert db.ask(tx, "SELECT 1", {}).rows == [(1,)]
    with pytest.raises(OperationalError) as told, db.glance() as tx:
        db.ask(
            tx,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() ORDER BY pid = pg_backend_pid()",
            {},
        )
    assert db.is_passing(told.value)
    with db.glance() as tx:
        assert db.ask(tx, "SELECT 1", {}).rows == [(1,)]


def test_a_straight_statement_counts_as_the_single_one(postgresql_database: Engine) -> None:
    with db.single("INSERT") as tx:
        db.ask(tx, ADD + " RETURNING 1", {})
    with pytest.raises(db.NeedsTransaction), db.single("INSERT") as tx:
        db.ask(tx, "UPDATE counters SET value = 2 RETURNING 1", {})
    with pytest.raises(RuntimeError, match="has committed"), db.single("INSERT") as tx:
        db.ask(tx, ADD.replace("alone", "again") + " RETURNING 1", {})
        db.ask(tx, ADD.replace("alone", "third") + " RETURNING 1", {})
    assert count() == 2


def test_after_a_session_was_cut_inside_an_act_the_act_is_tried_again(
    postgresql_database: Engine,
) -> None:
    tries: list[int] = []

    def act() -> None:
        tries.append(1)
        with db.transaction() as tx:
            if len(tries) == 1:
                with suppress(OperationalError):  # a rule that asks the register hides what it met
                    tx.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
            tx.exec_driver_sql(ADD)

    db.run(act)
    assert len(tries) == 2
    assert count() == 1


def test_a_database_that_is_not_there_is_told_as_away_and_not_asked_again() -> None:
    nobody = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    tries: list[int] = []

    def act() -> None:
        tries.append(1)
        nobody.connect()

    with pytest.raises(OperationalError) as told:
        db.run(act)
    assert db.is_away(told.value)
    assert len(tries) == 1


def test_a_statement_that_fails_is_no_missing_database(database: Engine) -> None:
    with pytest.raises(DBAPIError) as told, db.glance() as tx:
        tx.exec_driver_sql("SELECT nothing FROM nowhere")
    assert not db.is_away(told.value)


def test_two_writers_of_one_row_take_turns(database: Engine) -> None:
    with db.transaction() as tx:
        tx.execute(insert(counters).values(series="a", value=0))

    def add() -> None:
        with db.transaction() as tx:
            locked = select(counters.c.value).with_for_update()
            value = tx.execute(locked).scalar_one()
            tx.execute(counters.update().values(value=value + 1))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as tx:
        assert tx.execute(select(counters.c.value)).scalar_one() == 8


class Lost(Exception):
    """What a driver raises when the server has gone."""

    sqlstate = "40P01"


def test_an_act_the_database_wants_again_is_tried_again() -> None:
    answers = iter([OperationalError("", {}, Lost()), OperationalError("", {}, Lost()), "done"])

    def act() -> str:
        answer = next(answers)
        if isinstance(answer, OperationalError):
            raise answer
        return answer

    assert db.run(act) == "done"


def test_an_act_is_given_up_after_the_last_try() -> None:
    tries = []

    def act() -> None:
        tries.append(1)
        raise OperationalError("", {}, Lost())

    with pytest.raises(OperationalError):
        db.run(act)
    assert len(tries) == db.RETRIES + 1


def test_any_other_error_is_not_tried_again() -> None:
    tries = []

    def act() -> None:
        tries.append(1)
        raise OperationalError("", {}, ValueError("no such table"))

    with pytest.raises(OperationalError):
        db.run(act)
    assert len(tries) == 1


def test_without_a_bound_database_nothing_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "_bound", {})
    with pytest.raises(RuntimeError, match="no database is bound"):
        db.engine()


def test_sqlite_keeps_every_commit_on_disk(sqlite_database: Engine) -> None:
    with db.read() as tx:
        modes = [
            tx.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert modes == ["wal", 2, 1]


def test_a_connection_that_does_not_commit_by_itself_writes_nothing_alone(
    postgresql_database: Engine,
) -> None:
    with pytest.raises(db.NeedsTransaction), db.single("UPDATE") as tx:
        driver: Any = tx.connection.driver_connection
        driver.autocommit = False
        try:
            db.ask(tx, "UPDATE people SET login = login", {})
        finally:
            driver.rollback()
            driver.autocommit = True
