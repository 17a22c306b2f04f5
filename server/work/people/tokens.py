"""Access tokens: what a person gives a program, so that it may act for them without a password.

The token is shown once, when it is made; the database holds only its hash. It ends on its day, or
when its owner revokes it, and at once with the account.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from server import clock
from server.db import glance, read, run, transaction
from server.errors import Invalid, NotFound
from server.feel.sentence import told
from server.ids import new_id
from server.models import people, tokens
from server.models.columns import instant_text
from server.work.people.directory import STANDS_IN, person_of, with_absent, with_offices
from server.work.people.person import Person
from server.work.requests import once, request_hash
from server.work.sql import Hot

SCOPES = ("read", "act")
"""``read`` sees what its owner sees; ``act`` also does what its owner may do."""

PREFIX = "gct_"
"""Tokens begin so, that a leaked one can be recognised."""

TOKEN_BYTES = 32
LIMIT_NAME = 100
LIMIT_DAYS = 366
LIMIT_TOKENS = 20
"""Tokens that one person may have at a time."""

USED_EVERY = timedelta(minutes=5)
"""How exactly the last use is written down."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bearer:
    """On whose behalf a program calls, and what it may do."""

    person: Person
    scope: str


def create(
    person_id: str, name: str, scope: str, days: int, key: str | None = None
) -> tuple[Row, str]:
    """A new token, once per key: its row, and the token itself, which nobody can read again.

    A repeated request gets the row and no token. Raises Invalid, NotFound where it was revoked.
    """
    _check(name, scope, days)
    identity, token = once(
        person_id,
        key,
        request_hash("create_token", "", [name, scope, days]),
        lambda tx: _enter(tx, person_id, name.strip(), scope, days),
        keep=lambda made: {"id": made[0]},
        again=lambda kept: (kept["id"], ""),
    )
    with read() as tx:
        row = tx.execute(select(tokens).where(tokens.c.id == identity)).mappings().first()
    if row is None:
        raise NotFound("没有找到这个令牌")
    return dict(row), token


def _check(name: str, scope: str, days: int) -> None:
    wrong = {
        "name": not 0 < len(name.strip()) <= LIMIT_NAME,
        "scope": scope not in SCOPES,
        "days": not 0 < days <= LIMIT_DAYS,
    }
    sentences = {
        "name": told("请填写用途，不超过 %(limit)s 字", limit=LIMIT_NAME),
        "scope": "权限只有“只读”和“办理”两种",
        "days": told("有效期为 1 至 %(limit)s 天", limit=LIMIT_DAYS),
    }
    if any(wrong.values()):
        raise Invalid(errors={field: [sentences[field]] for field in wrong if wrong[field]})


def _enter(tx: Connection, person_id: str, name: str, scope: str, days: int) -> tuple[str, str]:
    now = clock.now()
    own = tokens.c.person_id == person_id
    tx.execute(delete(tokens).where(own, tokens.c.expires_at <= now))
    held = tx.execute(select(func.count()).select_from(tokens).where(own)).scalar_one()
    if held >= LIMIT_TOKENS:
        raise Invalid(
            told("最多同时持有 %(limit)s 个令牌，请先撤销不用的", limit=LIMIT_TOKENS),
            code="many_tokens",
        )
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    row = {
        "id": new_id(),
        "person_id": person_id,
        "name": name,
        "hash": _hash(token),
        "scope": scope,
        "created_at": now,
        "expires_at": now + timedelta(days=days),
        "used_at": None,
    }
    tx.execute(insert(tokens).values(row))
    return str(row["id"]), token


def of_person(person_id: str) -> list[Row]:
    """The tokens of a person that have not ended, the newest first."""
    alive = tokens.c.person_id == person_id, tokens.c.expires_at > clock.now()
    with read() as tx:
        rows = tx.execute(select(tokens).where(*alive).order_by(tokens.c.id.desc()))
        return [dict(row) for row in rows.mappings()]


def revoke(person_id: str, token_id: str) -> None:
    """End a token of this person; raises NotFound for any other."""

    def act() -> None:
        with transaction() as tx:
            own = tokens.c.id == token_id, tokens.c.person_id == person_id
            if not tx.execute(delete(tokens).where(*own)).rowcount:
                raise NotFound("没有找到这个令牌")

    run(act)


_TOKEN = (tokens.c.id.label("token"), tokens.c.scope, tokens.c.used_at)

_OF_TOKEN = Hot.of(
    with_offices(*_TOKEN, STANDS_IN).where(
        tokens.c.person_id == people.c.id,
        tokens.c.hash == bindparam("hash"),
        tokens.c.expires_at > bindparam("now"),
    )
)


def bearer(token: str) -> Bearer | None:
    """Whose token this is, its use noted now and then; None if it has ended."""
    now = clock.now()
    with glance() as tx:
        found = _bearer(tx, token, now)
    if found is None:
        return None
    token_id, used_at, whose = found
    if used_at is None or now - used_at > USED_EVERY:
        run(lambda: _note_use(token_id, now))
    return whose


def _bearer(
    tx: Connection, token: str, now: datetime
) -> tuple[str, datetime | None, Bearer] | None:
    """In one statement, and a second one for whoever is somebody's deputy today."""
    when = {"now": instant_text(now), "day": clock.civil_day(now).isoformat()}
    rows = _OF_TOKEN.all(tx, hash=_hash(token), **when)
    if not rows:
        return None
    person = person_of(rows)
    if rows[0]["stands_in"]:
        person = with_absent(tx, person)
    return rows[0]["token"], rows[0]["used_at"], Bearer(person, rows[0]["scope"])


def _note_use(token_id: str, now: datetime) -> None:
    with transaction() as tx:
        tx.execute(update(tokens).where(tokens.c.id == token_id).values(used_at=now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
