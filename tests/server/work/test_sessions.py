"""Sessions: they begin at sign-in, and when they end they are over everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select

from server import clock, db
from server.config import Config
from server.db import read, transaction
from server.errors import NotSignedIn
from server.models import sessions as table
from server.work import people, sessions, sql
from tests.server.work.people_samples import CHEAP, PASSWORD, account, office


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    people.use(CHEAP, refusal_takes=0)
    sessions.use(CHEAP)
    yield
    people.use(Config())


def signed_in(login: str = "applicant") -> str:
    return sessions.sign_in(login, PASSWORD, "192.0.2.1")


def test_a_session_knows_the_person_and_their_offices(database: Engine) -> None:
    person_id = account()
    organisation = office(person_id)
    session = sessions.current(signed_in())
    assert session is not None and session.person.id == person_id
    assert session.person.holds("undertaker", organisation, "shanxi")
    assert (session.person.name, session.person.locale) == ("申报单位经办人", "zh")


def test_a_person_without_an_office_may_sign_in(database: Engine) -> None:
    account()
    session = sessions.current(signed_in())
    assert session is not None and session.person.memberships == ()


def test_a_session_is_loaded_with_one_statement(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(account())
    token = signed_in()
    asked, others = list[str](), list[str]()

    def ask(tx: Connection, text: str, parameters: Any) -> db.Answer:
        asked.append(text)
        return db.ask(tx, text, parameters)

    monkeypatch.setattr(sql, "ask", ask)
    with read() as tx:
        tx.execute(select(1))  # what the driver sends to begin is not counted
        event.listen(tx, "before_cursor_execute", lambda *a: others.append(a[2]))
        assert sessions.load_session(tx, token)
    assert len(asked) == 1 and set(others) <= set(asked)


def test_the_token_is_written_down_nowhere(database: Engine) -> None:
    account()
    token = signed_in()
    with read() as tx:
        row = tx.execute(select(table)).one()
    assert token not in str(row) and len(token) >= 43 and len(row.id) == 64


def test_every_sign_in_gives_a_new_token_and_csrf_token(database: Engine) -> None:
    account()
    first, second = sessions.current(signed_in()), sessions.current(signed_in())
    assert first and second and first.id != second.id and first.csrf != second.csrf


def test_a_wrong_password_begins_no_session(database: Engine) -> None:
    account()
    with pytest.raises(NotSignedIn):
        sessions.sign_in("applicant", "wrong password", "192.0.2.1")
    with read() as tx:
        assert tx.execute(select(table)).all() == []


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "x" * 100_000, "令牌"])
def test_a_made_up_token_is_nobody(database: Engine, token: str) -> None:
    assert sessions.current(token) is None


def test_an_hour_without_an_act_ends_a_session(database: Engine) -> None:
    account()
    now = clock.now()
    with clock.frozen(now):
        token = signed_in()
    with clock.frozen(now + timedelta(minutes=59)):
        assert sessions.current(token)
    with clock.frozen(now + timedelta(minutes=118)):
        assert sessions.current(token)
    with clock.frozen(now + timedelta(minutes=178)):
        assert sessions.current(token) is None


def test_twelve_hours_end_a_session_however_busy(database: Engine) -> None:
    account()
    now = clock.now()
    with clock.frozen(now):
        token = signed_in()
    for minutes in range(30, 12 * 60, 30):
        with clock.frozen(now + timedelta(minutes=minutes)):
            assert sessions.current(token)
    with clock.frozen(now + timedelta(hours=12)):
        assert sessions.current(token) is None


def test_an_act_is_noted_only_now_and_then(database: Engine) -> None:
    account()
    now = clock.now()
    with clock.frozen(now):
        token = signed_in()
    for seconds, noted in ((299, now), (301, now + timedelta(seconds=301))):
        with clock.frozen(now + timedelta(seconds=seconds)):
            sessions.current(token)
        with read() as tx:
            assert tx.execute(select(table.c.seen_at)).scalar_one() == noted


def test_a_token_is_dead_after_signing_out(database: Engine) -> None:
    account()
    token, other = signed_in(), signed_in()
    sessions.sign_out(token)
    sessions.sign_out(token)
    assert sessions.current(token) is None and sessions.current(other)


def test_a_changed_password_ends_all_sessions(database: Engine) -> None:
    person_id = account()
    tokens = [signed_in(), signed_in()]
    people.change_password(person_id, PASSWORD, "another-good-one")
    assert not any(sessions.current(token) for token in tokens)


def test_a_disabled_person_is_out_at_once(database: Engine) -> None:
    person_id = account()
    token = signed_in()
    with transaction() as tx:
        people.disable(tx, person_id)
    assert sessions.current(token) is None


def test_an_office_lost_is_lost_in_the_running_session(database: Engine) -> None:
    person_id = account()
    office(person_id)
    token = signed_in()
    with transaction() as tx:
        tx.exec_driver_sql("DELETE FROM memberships")
    session = sessions.current(token)
    assert session is not None and session.person.memberships == ()


def test_expired_sessions_of_a_person_go_at_the_next_sign_in(database: Engine) -> None:
    account()
    now = clock.now()
    with clock.frozen(now):
        signed_in()
    with clock.frozen(now + timedelta(hours=13)):
        signed_in()
        with read() as tx:
            assert len(tx.execute(select(table)).all()) == 1
