"""Passwords: argon2id hashes, at most four at once, and the profile a new one must fit."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server import clock
from server.config import Config
from server.errors import Invalid, TooMany

DEMONSTRATION_PASSWORD = "guicheng-yanshi"
"""Everybody's password in the demonstration; printed there, and never right anywhere else."""

MOST = 128
AT_ONCE = 4
"""Each hash needs 64 MiB; more of them at once would let a flood of sign-ins fill the memory."""

PATIENCE = 10.0
SECRET_LENGTH = 20
SECRET_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters of one-time secrets: those that nobody mistakes for another."""

SECRET_LASTS = timedelta(days=7)
COMMON = Path(__file__).with_name("common_passwords.txt")
"""Passwords that are tried first, and what they are made of; one a line, in lower case."""


@dataclass(slots=True)
class _Profile:
    least: int = 12
    classes: int = 1
    days: int = 0
    remembered: int = 5


_profile = _Profile()
_demonstration = False
_slots = BoundedSemaphore(AT_ONCE)
_hasher = PasswordHasher(time_cost=2, memory_cost=64 * 1024, parallelism=1)


def use(config: Config) -> None:
    """Take the cost of a hash from the configuration, and whether this is the demonstration."""
    global _hasher, _demonstration
    _demonstration = config.demonstration
    _profile.least, _profile.classes = config.password_least, config.password_classes
    _profile.days, _profile.remembered = config.password_days, config.password_remembered
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
    """Raises Invalid unless a new password fits the profile of the configuration and is not among
    the first to be guessed."""
    sentence = next((words for fault, words in _faults(password, login) if fault), None)
    if sentence:
        raise Invalid(sentence, code="password", errors={"password": [sentence]})


def _faults(password: str, login: str) -> Iterator[tuple[bool, str]]:
    folded = password.casefold()
    yield len(password) < _profile.least, "密码过短，达不到本系统要求的长度。"
    yield len(password) > MOST, "密码过长，最多 128 个字符。"
    yield (
        kinds_in(password) < _profile.classes,
        "密码须包含更多种类的字符：大写字母、小写字母、数字、符号。",
    )
    yield login.casefold() in folded, "密码不能包含登录名。"
    yield folded == DEMONSTRATION_PASSWORD, "演示用的密码不能用于正式账号。"
    yield is_common(folded), "密码过于常见，容易被猜到。"
    yield bool(re.search(r"[\x00-\x1f\x7f]", password)), "密码含有不可见的控制字符。"


def kinds_in(password: str) -> int:
    """How many of the four kinds of characters a password has; Chinese counts as letters of both
    cases, for it has none."""
    kinds = {_kind(character) for character in password}
    return len(kinds) + (1 if "other letter" in kinds else 0)


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        cased = "upper" if character.isupper() else "lower"
        return cased if character.upper() != character.lower() else "other letter"
    return "sign"


def is_common(folded: str) -> bool:
    """Whether a password is on the list, or made of few characters, or of listed words and digits
    alone."""
    words, rest = _common(), folded
    if folded in words or len(set(folded)) < 4:
        return True
    for word in sorted((w for w in words if len(w) >= 5), key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(re.sub(r"[\d\W_]", "", rest)) < 3 and rest != folded


def new_secret() -> str:
    """A one-time secret of 99 bits, in groups that can be read out."""
    letters = "".join(secrets.choice(SECRET_LETTERS) for _ in range(SECRET_LENGTH))
    return "-".join(letters[at : at + 5] for at in range(0, SECRET_LENGTH, 5))


def is_due(set_at: datetime | None, secret_until: datetime | None) -> bool:
    """Whether a password must be replaced: it is a one-time secret, or too old."""
    if secret_until is not None:
        return True
    oldest = clock.now() - timedelta(days=_profile.days)
    return bool(_profile.days) and set_at is not None and set_at < oldest


def remembered() -> int:
    """How many former passwords may not be taken again."""
    return _profile.remembered


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


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
