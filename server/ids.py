"""Identifiers of rows: 26 characters, ordered by time, not guessable (ULID)."""

from __future__ import annotations

import secrets

from server import clock

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26


def new_id() -> str:
    """A new identifier: 48 bits of milliseconds and 80 random bits in Crockford's base 32."""
    milliseconds = int(clock.now().timestamp() * 1000)
    number = milliseconds << 80 | secrets.randbits(80)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
