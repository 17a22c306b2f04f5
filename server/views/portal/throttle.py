"""Too much from one address is turned away before it costs anything.

Each address has an allowance that fills again with time (a token bucket), in this process. Behind
nginx the address is that of the visitor when the proxy is trusted (server/wsgi.py).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

LIMIT_ADDRESSES = 10_000

SENTENCE = "访问过于频繁，请稍后再试。".encode()


@dataclass(slots=True)
class Allowance:
    """``burst`` requests at once from one address, ``per_second`` for good."""

    burst: float
    per_second: float
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Any = field(default_factory=Lock)

    def anew(self) -> Allowance:
        """The same allowance, unused."""
        return Allowance(self.burst, self.per_second)

    def take(self, address: str, now: float) -> bool:
        """Whether one more is allowed at ``now`` (seconds), and takes it."""
        with self._lock:
            left, at = self._left.pop(address, (self.burst, now))
            left = min(self.burst, left + (now - at) * self.per_second)
            allowed = left >= 1
            self._left[address] = (left - allowed, now)
            if len(self._left) > LIMIT_ADDRESSES:
                self._left.popitem(last=False)
            return allowed


BURST = 3
"""So many seconds' allowance may be used at once."""


class Throttle:
    """WSGI: 429 with a sentence for who asks for pages of the portal too fast (``rate`` a
    second)."""

    def __init__(self, app: Any, prefix: str, rate: float) -> None:
        self.app, self.prefix = app, prefix
        self.allowance = Allowance(BURST * rate, rate)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self._is_too_fast(environ):
            headers = [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Length", str(len(SENTENCE))),
                ("Retry-After", "5"),
            ]
            start_response("429 Too Many Requests", headers)
            return [SENTENCE]
        answer: Iterable[bytes] = self.app(environ, start_response)
        return answer

    def _is_too_fast(self, environ: dict[str, Any]) -> bool:
        is_ours = environ.get("PATH_INFO", "").startswith(self.prefix)
        address = environ.get("REMOTE_ADDR", "")
        return is_ours and not self.allowance.take(address, time.monotonic())
