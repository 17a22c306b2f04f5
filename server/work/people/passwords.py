"""Passwords: argon2id hashes, at most four at once, and the profile a new one must fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.config import Config
from server.errors import Invalid, TooMany

DEMONSTRATION_PASSWORD = "guicheng-yanshi"
"""Everybody's password in the demonstration; printed there, and never right anywhere else."""

LEAST, MOST = 10, 128
AT_ONCE = 4
"""Each hash needs 64 MiB; more of them at once would let a flood of sign-ins fill the memory."""

PATIENCE = 10.0
_COMMON = frozenset({
    "1234567890", "0123456789", "0987654321", "12345678910", "123456789a", "a123456789",
    "1234567891", "1q2w3e4r5t", "1qaz2wsx3edc", "qwertyuiop", "qwerty1234", "qwerty12345",
    "asdfghjkl1", "password12", "password123", "password1234", "passw0rd123", "p@ssw0rd123",
    "administrator", "admin12345", "admin123456", "welcome123", "letmein123", "iloveyou123",
    "woaini1314", "woaini5201314", "5201314520", "1314520520", "zhongguo123", "beijing2008",
    "qazwsxedcrfv", "abcdefghij", "abcd123456", "abc1234567", "changeme123", "guicheng123",
})  # fmt: skip
_demonstration = False
_slots = BoundedSemaphore(AT_ONCE)
_hasher = PasswordHasher(time_cost=2, memory_cost=64 * 1024, parallelism=1)


def use(config: Config) -> None:
    """Take the cost of a hash from the configuration, and whether this is the demonstration."""
    global _hasher, _demonstration
    _demonstration = config.demonstration
    memory, time = config.argon2_memory_kib, config.argon2_time
    _hasher = PasswordHasher(time_cost=time, memory_cost=memory, parallelism=1)
    _nobody.cache_clear()


def hash_password(password: str) -> str:
    """An argon2id hash in its standard text form (64 MiB and two passes by default)."""
    with _slot():
        return _hasher.hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the hash.

    ``None`` stands for a login that does not exist: it costs the same and is never right.
    """
    with _slot():
        try:
            right = _hasher.verify(stored or _nobody(), password[: MOST + 1])
        except (VerificationError, InvalidHashError):
            return False
    allowed = _demonstration or password != DEMONSTRATION_PASSWORD
    return right and allowed and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other costs than those in force."""
    return _hasher.check_needs_rehash(stored)


def check_profile(password: str, login: str) -> None:
    """Raises Invalid unless a new password is long enough and not among the first to be guessed."""
    sentence = next((words for fault, words in _faults(password, login) if fault), None)
    if sentence:
        raise Invalid(sentence, code="password", errors={"password": [sentence]})


def _faults(password: str, login: str) -> Iterator[tuple[bool, str]]:
    folded = password.casefold()
    yield len(password) < LEAST, f"密码至少 {LEAST} 个字符。"
    yield len(password) > MOST, f"密码最多 {MOST} 个字符。"
    yield login.casefold() in folded, "密码不能包含登录名。"
    yield folded == DEMONSTRATION_PASSWORD, "演示用的密码不能用于正式账号。"
    yield folded in _COMMON or len(set(folded)) < 4, "密码过于常见，容易被猜到。"
    yield bool(re.search(r"[\x00-\x1f\x7f]", password)), "密码含有不可见的控制字符。"


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=PATIENCE):
        raise TooMany("登录的人过多，请稍后再试。")
    try:
        yield
    finally:
        _slots.release()
