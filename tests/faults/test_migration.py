"""kill -9 while a batch goes over: each case is moved once, with all it had (short version)."""

from __future__ import annotations

import random

import pytest

from tests import databases
from tests.faults import migration

CASES, KILLS = 60, 3


@pytest.mark.parametrize("kind", databases.KINDS)
def test_each_case_of_a_batch_is_moved_once_whoever_is_killed(kind: str) -> None:
    seed = random.SystemRandom().getrandbits(32)
    figures = migration.on(kind, CASES, KILLS, seed)
    assert figures["wrong"] == [], figures
    assert figures["counts"] == {"moved": CASES}
    assert figures["under way"] > 0
