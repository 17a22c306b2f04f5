"""Identifiers of rows: 26 characters, ordered by time, not guessable (ULID)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from server import clock

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
LENGTH = 26

_bits: Callable[[int], int] = secrets.randbits


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """The same identifiers again and again, for a process that plays the same acts anew."""
    global _bits
    before, _bits = _bits, Random(seed).getrandbits
    try:
        yield
    finally:
        _bits = before


def new_id() -> str:
    """A new identifier: 48 bits of milliseconds and 80 random bits in Crockford's base 32."""
    milliseconds = int(clock.now().timestamp() * 1000)
    number = milliseconds << 80 | _bits(80)
    return "".join([PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
