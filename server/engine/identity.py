"""Ids of tasks: drawn at random, but that of a multi-instance element is its owner's and its place,
so that a hundred of them need no hundred ids in the state."""

from typing import Final
from uuid import UUID

MOST: Final = 10_000
"""The largest place."""
_ALL: Final = 2**128


def numbered(owner: UUID, place: int) -> UUID:
    """The id of the element at this place, from 1."""
    return UUID(int=(owner.int + place) % _ALL)


def written(identity: UUID, owner: UUID | None) -> str | int:
    """An id as the state has it: the place alone, where it is the owner's and a place."""
    place = 0 if owner is None else (identity.int - owner.int) % _ALL
    return place if 0 < place <= MOST else identity.hex


def read(value: str | int, owner: UUID | None) -> UUID:
    """The id that was ``written``."""
    return numbered(owner, value) if isinstance(value, int) and owner else UUID(str(value))
