"""kill -9 at random moments: nothing lost, nothing doubled, nothing stuck (short version)."""

from __future__ import annotations

import random

import pytest

from tests import databases
from tests.faults import kill

KILLS = 15


@pytest.mark.parametrize("kind", databases.KINDS)
def test_after_kills_everything_happened_once_or_not_at_all(kind: str) -> None:
    seed = random.SystemRandom().getrandbits(32)
    figures = kill.on(kind, KILLS, seed)
    assert figures["wrong"] == [], f"seed {seed}: {figures}"
    assert figures["requests"]["ok"] > KILLS
