"""The one interface of every way out, and the ways in which it may fail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from server.work.sql import Row


class Parcel(NamedTuple):
    """What is to be delivered: the constant key, the address, the language, the things told."""

    key: str
    address: str
    locale: str
    lines: Sequence[Row]


class Way(Protocol):
    """Delivers a parcel, or raises Undelivered."""

    def __call__(self, parcel: Parcel) -> None: ...


class Undelivered(Exception):
    """It did not arrive, or nobody said that it did.

    ``code``: away, timeout, login, address, refused, forbidden, gone. ``is_final``: trying
    again cannot help.
    """

    def __init__(self, code: str, detail: str = "", *, is_final: bool = False) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail, self.is_final = code, detail, is_final
