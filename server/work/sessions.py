"""Sessions on the server: the cookie holds a random token, the database only its hash.

Signing out, changing the password or disabling the account ends a session at once, for it is a
row that goes. Every sign-in gives a new token, so none can be planted beforehand.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, update

from server import clock
from server.config import Config
from server.db import glance, run, transaction
from server.models import people, sessions
from server.work.people import (
    STANDS_IN,
    Person,
    authenticate,
    person_of,
    with_absent,
    with_offices,
)

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=5)
"""How exactly the last act is written down; a write on every request would cost more."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and the CSRF token of this session."""

    id: str
    person: Person
    csrf: str
    seen_at: datetime


@dataclass(slots=True)
class _Rules:
    idle: timedelta = timedelta(hours=1)
    absolute: timedelta = timedelta(hours=12)


_rules = _Rules()


def use(config: Config) -> None:
    """Take the length of a session from the configuration."""
    _rules.idle = timedelta(seconds=config.session_idle)
    _rules.absolute = timedelta(seconds=config.session_absolute)


def sign_in(login: str, password: str, address: str) -> str:
    """A token for the cookie. Raises NotSignedIn or TooMany, see people.authenticate."""
    person_id = authenticate(login, password, address)

    def act() -> str:
        with transaction() as tx:
            return begin(tx, person_id)

    return run(act)


def begin(tx: Connection, person_id: str) -> str:
    """A new session; returns its token, which is written down nowhere."""
    token, now = secrets.token_urlsafe(TOKEN_BYTES), clock.now()
    _forget_expired(tx, person_id, now)
    tx.execute(
        insert(sessions).values(
            id=_hash(token),
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + _rules.absolute,
            csrf=secrets.token_urlsafe(TOKEN_BYTES),
        )
    )
    return token


def _forget_expired(tx: Connection, person_id: str, now: datetime) -> None:
    old = sessions.c.person_id == person_id, sessions.c.expires_at <= now
    tx.execute(delete(sessions).where(*old))


_SESSION = (sessions.c.id.label("session"), sessions.c.csrf, sessions.c.seen_at)
_OF_TOKEN = with_offices(*_SESSION, STANDS_IN).where(
    sessions.c.person_id == people.c.id,
    sessions.c.id == bindparam("session"),
    sessions.c.expires_at > bindparam("now"),
    sessions.c.seen_at > bindparam("idle"),
)


def load_session(tx: Connection, token: str) -> Session | None:
    """The session of a token with its person and their offices, in one statement, and a second
    one for whoever is somebody's deputy today; None if over."""
    now = clock.now()
    found = {"session": _hash(token), "now": now, "idle": now - _rules.idle}
    found["day"] = clock.civil_day(now)
    rows = tx.execute(_OF_TOKEN, found).mappings().all()
    if not rows:
        return None
    person = person_of(rows)
    if rows[0]["stands_in"]:
        person = with_absent(tx, person)
    return Session(rows[0]["session"], person, rows[0]["csrf"], rows[0]["seen_at"])


def current(token: str) -> Session | None:
    """The session of a cookie's token, its last act noted now and then. None if it is over."""
    if not token:
        return None
    with glance() as tx:
        session = load_session(tx, token)
    if session and clock.now() - session.seen_at > SEEN_EVERY:
        run(lambda: _note_act(session.id))
    return session


def sign_out(token: str) -> None:
    """End the session of this token; a token without one is no error."""

    def act() -> None:
        with transaction() as tx:
            tx.execute(delete(sessions).where(sessions.c.id == _hash(token)))

    run(act)


def _note_act(session_id: str) -> None:
    with transaction() as tx:
        seen = update(sessions).where(sessions.c.id == session_id)
        tx.execute(seen.values(seen_at=clock.now()))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
