"""A whole province under fire, and ill: the short versions of ``make faults`` and ``make sick``."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import sick, storm

pytestmark = pytest.mark.long


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the database's own user may go, as pytest's folders are not."""
    with tempfile.TemporaryDirectory(prefix="guicheng-province-") as name:
        yield Path(name)


def test_a_province_of_which_everything_is_killed_once_loses_and_doubles_nothing(
    folder: Path,
) -> None:
    seed = random.SystemRandom().getrandbits(32)
    found = storm.run(folder, len(storm.SHARES), seed)
    assert found["wrong"] == [], f"seed {seed}: {found}"
    assert found["requests"]["ok"] > 5 * len(storm.SHARES)
    assert found["jobs_done_meanwhile"] > 0


def test_a_province_without_broker_or_database_says_so_and_comes_back(folder: Path) -> None:
    found = sick.run(folder, away=6, each=6)
    slow = "p95", "slower by", "latest job", "acts acknowledged"  # told by the long version
    assert [each for each in found["wrong"] if not any(word in each for word in slow)] == []
    assert {row.name for row in found["rows"]} >= {"database gone: works again after"}
