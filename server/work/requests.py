"""Requests that may arrive twice: the same key with the same body gets the stored answer."""

from __future__ import annotations

from typing import Any

from server.errors import Invalid
from server.work.journal import fingerprint
from server.work.sql import Row

LIMIT_KEY = 100


def request_hash(act: str, target: str, data: Any) -> str:
    """What makes two requests the same: the act, its target and the body."""
    return fingerprint([act, target, data])


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
