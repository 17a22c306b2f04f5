"""How long something may take: processor time, so that a busy machine changes no verdict."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

LIMIT = 5.0


@contextmanager
def within(seconds: float = LIMIT) -> Iterator[None]:
    """Fail when what happens inside uses more of the processor."""
    begun = time.process_time()
    yield
    spent = time.process_time() - begun
    assert spent < seconds, f"{spent:.1f} s"
