"""Housekeeping: what nobody asks for again goes, what belongs to a case stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server import clock
from server.jobs import claims, daily, worker
from server.models import jobs
from tests.office import Office
from tests.server.work.helpers import rows

WEEKS = timedelta(days=30)


def a_day_of_housekeeping() -> None:
    daily.plan()
    while worker.run_one(claims.OUTSIDE):
        pass


@pytest.mark.usefixtures("office")
def test_the_daily_jobs_of_weeks_ago_are_gone() -> None:
    a_day_of_housekeeping()
    before = {row["key"] for row in rows(jobs)}
    with clock.frozen(clock.now() + WEEKS):
        a_day_of_housekeeping()
    left = {row["key"] for row in rows(jobs)}
    assert len(before) == len(daily.KINDS)
    assert not before & left
    assert len(left) == len(daily.KINDS)


def test_the_timers_of_a_case_stay_with_it(office: Office) -> None:
    office.start("watch")
    timers = [row["id"] for row in rows(jobs) if row["kind"] == "timer"]
    with clock.frozen(clock.now() + WEEKS):
        while worker.run_one():
            pass
    with clock.frozen(clock.now() + 2 * WEEKS):
        a_day_of_housekeeping()
    assert timers
    assert set(timers) <= {row["id"] for row in rows(jobs)}
