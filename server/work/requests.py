"""Requests that may arrive twice: the same key with the same body gets the stored answer.

Whether a body is the same shows in its fingerprint under the installation's secret: a plain hash
would tell whoever reads the database which of the few ways somebody voted in secret.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection

from server import clock
from server.config import Config
from server.db import run, transaction
from server.errors import Invalid
from server.models import idempotency
from server.work.sql import Query, Row, columns, encode, insert_text, json_text, readers, render

Made = TypeVar("Made")

LIMIT_KEY = 100

ANSWERED = Query(
    f"SELECT {columns(idempotency, 'k')} FROM idempotency k"
    " WHERE k.key = :key AND k.person_id = :person",
    readers(idempotency),
)


_key = secrets.token_bytes(32)


def use(config: Config) -> None:
    """Take the secret of this installation, which all its processes share."""
    global _key
    _key = b"requests " + config.secret_key.encode()


def request_hash(act: str, target: str, data: Any) -> str:
    """What makes two requests the same: the act, its target and the body."""
    return hmac.new(_key, json_text([act, target, data]).encode(), "sha256").hexdigest()


def check_key(key: str | None) -> None:
    """Raises Invalid for a key that cannot be stored."""
    if key is not None and not 0 < len(key) <= LIMIT_KEY:
        raise Invalid("请求标识过长或者为空", code="bad_key")


def stored_answer(answered: Row, expected: str) -> Row | None:
    """The answer given before; None the first time; raises Invalid when the body differs."""
    if not answered:
        return None
    if answered["request_hash"] != expected:
        raise Invalid("该请求标识已用于另一次提交，请刷新页面后重试", code="key_reused")
    answer: Row = answered["response"]
    return answer


def answered(tx: Connection, person_id: str, key: str | None) -> Row:
    """The idempotency row of a key, empty when there is none."""
    return ANSWERED.first(tx, key=key, person=person_id) or {} if key else {}


def remember(tx: Connection, person_id: str, key: str, request: str, answer: Row) -> None:
    """Write down the answer to a request, in the transaction of its act."""
    row = {"key": key, "person_id": person_id, "request_hash": request}
    rows = encode(idempotency, [row | {"response": answer, "created_at": clock.now()}])
    statement = render(insert_text(idempotency, tx.dialect.name), tx.dialect.name)
    tx.exec_driver_sql(statement, {"rows_idempotency": rows})


def once(
    person_id: str,
    key: str | None,
    request: str,
    make: Callable[[Connection], Made],
    keep: Callable[[Made], Row],
    again: Callable[[Row], Made],
) -> Made:
    """Make something in one transaction, once per key (without a key: each time).

    ``keep`` says what of it is written down and ``again`` what a repeated request is told of that;
    a secret is not kept, so it is told once. Raises Invalid for a key of another request.
    """
    check_key(key)

    def act() -> Made:
        with transaction() as tx:
            if stored := stored_answer(answered(tx, person_id, key), request):
                return again(stored)
            made = make(tx)
            if key is not None:
                remember(tx, person_id, key, request, keep(made))
            return made

    return run(act)


def made_once(
    person_id: str, key: str | None, request: str, make: Callable[[Connection], str]
) -> str:
    """Likewise, for what makes a thing and tells its id."""
    again: Callable[[Row], str] = itemgetter("id")
    return once(person_id, key, request, make, lambda made: {"id": made}, again)
