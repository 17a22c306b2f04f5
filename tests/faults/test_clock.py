"""The machine's clock jumps, forward and back by hours and days, while timers are due and workers
die: each timer fires once, as of its own moment, and no legal date changes."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from server import clock, db
from server.jobs import claims, worker
from server.models import jobs, journal
from tests.office import Office
from tests.server.work.helpers import assert_intact, rows

CASES = 12
JUMPS = (1, -1, 7 * 24, -30 * 24, 3 * 24, -2 * 24, 0.5, 24 * 365 * 12, -24 * 365 * 12)
"""Hours. The longest leads beyond 19 January 2038."""


def test_a_clock_that_jumps_fires_each_timer_once_and_loses_none(office: Office) -> None:
    chance, begun = random.Random(3), clock.now()
    for _ in range(CASES):
        office.start("watch")
    due = moments()
    for jump in (*JUMPS, *chance.sample(JUMPS, len(JUMPS))):
        with clock.frozen(begun + timedelta(hours=jump)):
            claims.claim(claims.ENGINE)  # whoever took it dies
            worker.run_one()
    with clock.frozen(begun + timedelta(days=5)):
        while worker.drain():
            pass
    fired = Counter(row["case_id"] for row in rows(journal, act="fire"))
    assert sorted(fired.values()) == [1] * CASES
    assert {row["detail"]["scheduled"] for row in rows(journal, act="fire")} == due
    assert all(row["status"] == "done" for row in rows(jobs, kind="timer"))
    assert_intact()


def moments() -> set[str]:
    """When the timers are due."""
    with db.read() as tx:
        found = tx.execute(select(jobs.c.run_at).filter_by(kind="timer")).scalars()
        return {moment.isoformat() for moment in found}
