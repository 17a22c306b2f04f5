"""Guessing from one address is slowed down; guessing at one account is stopped by its lock."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from server.errors import TooMany

TRIES = 30
WINDOW = timedelta(minutes=15)
LIMIT_ADDRESSES = 10_000


class Addresses:
    """Failed sign-ins per address within the last 15 minutes, of this process only.

    The lock of an account is in the database and counts across processes and restarts; this
    stops one machine from trying one password on every account.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def check(self, address: str, now: datetime) -> None:
        """Raises TooMany when this address has failed too often of late."""
        with self._lock:
            if len(self._recent(address, now)) >= TRIES:
                raise TooMany("该地址登录失败次数过多，请 15 分钟后再试。", code="address_locked")

    def failed(self, address: str, now: datetime) -> None:
        """Count one failure."""
        with self._lock:
            self._failures[address] = [*self._recent(address, now)[-TRIES:], now]
            self._failures.move_to_end(address)
            if len(self._failures) > LIMIT_ADDRESSES:
                self._failures.popitem(last=False)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._failures.clear()

    def _recent(self, address: str, now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(address, []) if now - at < WINDOW]
