"""Who wants to hear of every command: rehearsals, which tell where a procedure went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from server.engine.outcome import Outcome

Hear = Callable[[bytes, Outcome], None]
"""Is told the state before a command (empty at a start) and what came of it."""

_hearing: ContextVar[Hear | None] = ContextVar("hearing", default=None)


@contextmanager
def watching(hear: Hear) -> Iterator[None]:
    """Tell ``hear`` of every command carried out meanwhile."""
    token = _hearing.set(hear)
    try:
        yield
    finally:
        _hearing.reset(token)


def told(before: bytes, outcome: Outcome) -> Outcome:
    """Pass an outcome on to whoever is watching; returns it."""
    if hear := _hearing.get():
        hear(before, outcome)
    return outcome
