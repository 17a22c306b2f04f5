"""Ids of tasks: drawn at random, but that of a multi-instance element is its owner's and its place,
so that a hundred of them need no hundred ids in the state."""

import secrets
from typing import Final

MOST: Final = 10_000
"""The largest place."""
_BITS: Final = 128


def drawn() -> str:
    """A new id: 32 hexadecimal digits."""
    return secrets.token_hex(_BITS // 8)


def numbered(owner: str, place: int) -> str:
    """The id of the element at this place, from 1."""
    return f"{(int(owner, 16) + place) % 2**_BITS:032x}"


def written(identity: str, owner: str | None) -> str | int:
    """An id as the state has it: the place alone, where it is the owner's and a place."""
    place = 0 if owner is None else (int(identity, 16) - int(owner, 16)) % 2**_BITS
    return place if 0 < place <= MOST else identity


def read(value: str | int, owner: str | None) -> str:
    """The id that was ``written``."""
    return numbered(owner, value) if isinstance(value, int) and owner else str(value)
