"""A whole province under fire, and ill: the short versions of ``make faults`` and ``make sick``."""

from __future__ import annotations

import random
from pathlib import Path

from tests.faults import sick, storm


def test_a_province_of_which_everything_is_killed_once_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    seed = random.SystemRandom().getrandbits(32)
    found = storm.run(tmp_path, len(storm.SHARES), seed)
    assert found["wrong"] == [], f"seed {seed}: {found}"
    assert found["requests"]["ok"] > 5 * len(storm.SHARES)
    assert found["jobs_done_meanwhile"] > 0


def test_a_province_without_broker_or_database_says_so_and_comes_back(tmp_path: Path) -> None:
    found = sick.run(tmp_path, away=6, each=6)
    slow = "p95", "slower by", "latest job", "acts acknowledged"  # told by the long version
    assert [each for each in found["wrong"] if not any(word in each for word in slow)] == []
    assert {row.name for row in found["rows"]} >= {"database gone: works again after"}
