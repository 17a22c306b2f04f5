"""Rung after an act that left something to do at once; the ticker of this process listens.

Best effort only: the job table is the truth, and the ticker looks there without a ring as well.
"""

from __future__ import annotations

import threading

_rung = threading.Event()


def ring() -> None:
    """Say that there may be work."""
    _rung.set()


def wait(seconds: float) -> None:
    """Return at the next ring, or after so many seconds."""
    _rung.wait(seconds)
    _rung.clear()
