"""A limit of time for a whole conversation, however slowly the other side speaks."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

CONNECT = 5.0
"""Seconds for a connection, and for each answer."""

WHOLE = 15.0
"""Seconds for everything; half of a message's lease."""


@contextmanager
def limited(connection: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cut the connection off when the time is up; raises TimeoutError then."""
    is_up = threading.Event()
    timer = threading.Timer(WHOLE, _cut, [connection, is_up])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if is_up.is_set():
            raise TimeoutError(f"no end after {WHOLE} seconds")


def _cut(connection: Callable[[], socket.socket | None], is_up: threading.Event) -> None:
    is_up.set()
    if found := connection():
        with suppress(OSError):
            found.shutdown(socket.SHUT_RDWR)
