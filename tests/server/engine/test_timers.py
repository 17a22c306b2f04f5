"""Dates, durations and repetitions in civil time of Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.engine import timers
from server.engine.errors import StepFailed
from server.feel.temporal import Months

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 20, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("value", "due"),
    [
        (date(2027, 1, 1), datetime(2026, 12, 31, 16, tzinfo=UTC)),
        ("2027-01-01", datetime(2026, 12, 31, 16, tzinfo=UTC)),
        ("2027-01-01T09:00:00+08:00", datetime(2027, 1, 1, 1, tzinfo=UTC)),
        ("2027-01-01T09:00:00Z", datetime(2027, 1, 1, 9, tzinfo=UTC)),
        (NOON, datetime(2026, 11, 20, 4, tzinfo=UTC)),
    ],
)
def test_a_date_is_an_instant(value: object, due: datetime) -> None:
    assert timers.due_at(value) == due


@pytest.mark.parametrize(
    "value",
    [None, 3, "soon", "2027-02-30", "2027-01-01T09:00:00", datetime(2027, 1, 1), "", [1]],  # noqa: DTZ001
)
def test_what_is_no_date_with_a_zone_is_refused(value: object) -> None:
    with pytest.raises(StepFailed):
        timers.due_at(value)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P5D", timedelta(days=5)),
        ("PT36H", timedelta(hours=36)),
        ("P2W", timedelta(weeks=2)),
        ("P1Y2M", Months(14)),
        ("P100Y", Months(1200)),
        ("PT0S", timedelta()),
    ],
)
def test_a_duration_is_read(text: str, length: object) -> None:
    assert timers.duration(text) == length


@pytest.mark.parametrize(
    "value",
    [
        "P99999999999Y",
        "P101Y",
        "P36526D",
        "-P1D",
        "P1Y1D",
        "5 days",
        "",
        None,
        5,
        timedelta(days=-1),
        "P9999999W",
        Months(-1),
    ],
)
def test_a_duration_beyond_a_hundred_years_or_none_is_refused(value: object) -> None:
    with pytest.raises(StepFailed):
        timers.duration(value)


@pytest.mark.parametrize(
    "value",
    [
        "R/PT0S",
        "R/PT59S",
        "R3/P0M",
        "R/P1000Y",
        "R/x",
        "R-1/P1D",
        "R/2026-01-01T00:00:00/P1D",
        "R9999999999/P1D",
        None,
    ],
)
def test_a_cycle_below_a_minute_or_without_zone_is_refused(value: object) -> None:
    with pytest.raises(StepFailed):
        timers.cycle(value)


def test_a_cycle_may_say_when_it_begins() -> None:
    repetition = timers.cycle("R3/2026-12-01T09:00:00+08:00/P1M")
    assert (repetition.times, repetition.every) == (3, Months(1))
    assert timers.first_run(repetition, NOON) == datetime(2026, 12, 1, 1, tzinfo=UTC)
    assert timers.first_run(timers.cycle(timedelta(days=1)), NOON) == NOON + timedelta(days=1)


def test_repetitions_keep_the_day_of_the_month_they_began_with() -> None:
    first = datetime(2027, 1, 31, tzinfo=SHANGHAI)
    moments = [timers.after(first, Months(1), n).astimezone(SHANGHAI) for n in (1, 2, 3)]
    assert [m.day for m in moments] == [28, 31, 30]


def test_a_century_of_missed_months_is_skipped_at_once() -> None:
    first = datetime(2026, 1, 31, tzinfo=SHANGHAI)
    now = datetime(2125, 6, 1, tzinfo=SHANGHAI)
    number, moment = timers.next_run(first, Months(1), now)
    assert (number, moment.astimezone(SHANGHAI).date()) == (1193, date(2125, 6, 30))


def test_the_end_of_the_calendar_is_refused() -> None:
    with pytest.raises(StepFailed):
        timers.after(datetime(9990, 1, 1, tzinfo=SHANGHAI), Months(1200))
    with pytest.raises(StepFailed):
        timers.after(datetime(9999, 12, 31, tzinfo=SHANGHAI), timedelta(days=2))
