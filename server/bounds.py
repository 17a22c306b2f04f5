"""Bounds of a process that plays what people have drawn: memory and processor time."""

from __future__ import annotations

import contextlib
import os
import resource
from typing import Final

MEMORY_BYTES: Final = 2 * 1024**3
PROCESSOR_SECONDS: Final = 900
NICE: Final = 3
"""So much more patient than the processes that serve people."""


def bounded() -> None:
    """Take the bounds upon this process; beyond them it fails, and nothing else does."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
    ):
        _, hard = resource.getrlimit(kind)
        with contextlib.suppress(ValueError):
            resource.setrlimit(kind, (most if hard < 0 else min(most, hard), hard))
    os.nice(NICE)
