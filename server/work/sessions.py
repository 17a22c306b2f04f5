"""Sessions on the server: the cookie holds a random token, the database only its hash.

Signing out, changing the password or disabling the account ends a session at once, for it is a
row that goes. Every sign-in gives a new token, so none can be planted beforehand.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from server import clock
from server.config import Config
from server.db import glance, run, transaction
from server.models import people, sessions
from server.models.columns import instant_text
from server.work.people import (
    STANDS_IN,
    Person,
    authenticate,
    journal,
    person_of,
    with_absent,
    with_offices,
)
from server.work.people.journal import Actor, Subject
from server.work.sql import Hot, Row

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
    limit: int = 5


_rules = _Rules()


def use(config: Config) -> None:
    """Take the length of a session from the configuration."""
    _rules.idle = timedelta(seconds=config.session_idle)
    _rules.absolute = timedelta(seconds=config.session_absolute)
    _rules.limit = config.session_limit


def sign_in(login: str, password: str, address: str) -> str:
    """A token for the cookie. Raises NotSignedIn or TooMany, see people.authenticate."""
    return enter(authenticate(login, password, address), address)


def enter(person_id: str, address: str, means: str = "password") -> str:
    """A session for a person who has proved who they are, journaled; a token for the cookie."""

    def act() -> str:
        with transaction() as tx:
            name = tx.execute(select(people.c.name).where(people.c.id == person_id)).scalar_one()
            who, subject = Actor(person_id, name, address[:64]), Subject(person_id, name)
            journal.append(tx, who, "sign_in", subject, {"by": means})
            return begin(tx, person_id, address)

    return run(act)


def begin(tx: Connection, person_id: str, address: str = "") -> str:
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
            address=address[:64],
        )
    )
    _end_oldest(tx, person_id)
    return token


def _end_oldest(tx: Connection, person_id: str) -> None:
    """No more sessions of one person than the configuration allows."""
    if not _rules.limit:
        return
    newest = select(sessions.c.id).where(sessions.c.person_id == person_id)
    ordered = newest.order_by(sessions.c.created_at.desc(), sessions.c.id)
    kept = tx.execute(ordered.limit(_rules.limit)).scalars().all()
    surplus = (sessions.c.person_id == person_id, sessions.c.id.not_in(kept))
    tx.execute(delete(sessions).where(*surplus))


def _forget_expired(tx: Connection, person_id: str, now: datetime) -> None:
    old = sessions.c.person_id == person_id, sessions.c.expires_at <= now
    tx.execute(delete(sessions).where(*old))


_SESSION = (sessions.c.id.label("session"), sessions.c.csrf, sessions.c.seen_at)
OF_TOKEN = Hot.of(
    with_offices(*_SESSION, STANDS_IN).where(
        sessions.c.person_id == people.c.id,
        sessions.c.id == bindparam("session"),
        sessions.c.expires_at > bindparam("now"),
        sessions.c.seen_at > bindparam("idle"),
    )
)


def load_session(tx: Connection, token: str) -> Session | None:
    """The session of a token with its person and their offices, in one statement, and a second
    one for whoever is somebody's deputy today; None if over."""
    return session_of(tx, OF_TOKEN.all(tx, **asked(token)))


def asked(token: str) -> Row:
    """The parameters of ``OF_TOKEN``."""
    now = clock.now()
    return {
        "session": _hash(token),
        "now": instant_text(now),
        "idle": instant_text(now - _rules.idle),
        "day": clock.civil_day(now).isoformat(),
    }


def session_of(tx: Connection, rows: list[Row]) -> Session | None:
    """The session whose rows these are, see ``OF_TOKEN``; None for no row."""
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
    return noted(session)


def noted(session: Session | None) -> Session | None:
    """The session, its last act written down when that is due."""
    if session and clock.now() - session.seen_at > SEEN_EVERY:
        run(lambda: _note_act(session.id))
    return session


def running(tx: Connection, person_id: str) -> list[Row]:
    """The sessions of a person, the newest first."""
    now = clock.now()
    alive = (sessions.c.expires_at > now, sessions.c.seen_at > now - _rules.idle)
    found = select(sessions).where(sessions.c.person_id == person_id, *alive)
    return [dict(row) for row in tx.execute(found.order_by(sessions.c.seen_at.desc())).mappings()]


def end_others(person_id: str, but: str) -> None:
    """A person ends all their sessions but the one they act in."""

    def act() -> None:
        with transaction() as tx:
            mine = (sessions.c.person_id == person_id, sessions.c.id != but)
            tx.execute(delete(sessions).where(*mine))

    run(act)


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


def identifier(token: str) -> str:
    """How a session is known in the database."""
    return _hash(token)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
