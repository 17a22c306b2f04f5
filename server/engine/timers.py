"""When a timer is due: dates, durations and repetitions, in civil time of Asia/Shanghai.

Months are calendar months held at the month's end (31 January + P1M is 28 February), unlike the
stock definitions, which count days. A date fires at 00:00 of that day in Shanghai.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.engine.errors import StepFailed
from server.feel.sentence import told
from server.feel.temporal import Months, add_months, parse_date, parse_date_time, parse_duration

ZONE: Final = ZoneInfo("Asia/Shanghai")
MAX_MONTHS: Final = 1200
"""The longest duration, 100 years."""
MIN_CYCLE: Final = timedelta(minutes=1)
MAX_CYCLE: Final = timedelta(days=36_525)

Duration = timedelta | Months
_CYCLE: Final = re.compile(r"R(\d{0,9})/(?:([^P/][^/]*)/)?(P[^/]+)", re.ASCII)
_WEEKS: Final = re.compile(r"P(\d{1,6})W", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cycle:
    """``times`` repetitions (None: for ever) every ``every``, the first at ``start``.

    ``start`` None: one ``every`` after the timer is armed.
    """

    times: int | None
    start: datetime | None
    every: Duration


def due_at(value: object) -> datetime:
    """The UTC instant a date timer fires; raises StepFailed for anything but a date."""
    moment = _parse_moment(value) if isinstance(value, str) else value
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), ZONE)
    if not isinstance(moment, datetime):
        raise StepFailed(told("定时日期“%(value)s”不是日期", value=value))
    if moment.tzinfo is None:
        raise StepFailed(told("定时日期“%(value)s”没有写时区", value=value))
    return moment.astimezone(UTC)


def duration(value: object) -> Duration:
    """A duration between 0 and 100 years; raises StepFailed for anything else."""
    length = _parse_duration(value) if isinstance(value, str) else value
    if isinstance(length, Months) and 0 <= length.months <= MAX_MONTHS:
        return length
    if isinstance(length, timedelta) and timedelta() <= length <= MAX_CYCLE:
        return length
    raise StepFailed(told("时长“%(value)s”不是 0 到 100 年之间的时长", value=value))


def cycle(value: object) -> Cycle:
    """A repetition: ``R5/P1D``, ``R/2026-12-01T09:00:00+08:00/P1M``, or a duration (for ever).

    Raises StepFailed for anything else and for less than a minute.
    """
    match = _CYCLE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return Cycle(None, None, _interval(value))
    times, start, every = match.groups()
    first = None if start is None else due_at(start)
    return Cycle(int(times) if times else None, first, _interval(every))


def after(start: datetime, length: Duration, count: int = 1) -> datetime:
    """The UTC instant ``count`` times ``length`` after ``start``, by Shanghai's calendar.

    Raises StepFailed past the year 9999.
    """
    local = start.astimezone(ZONE)
    try:
        if isinstance(length, Months):
            moment = add_months(local, length.months * count)
            return datetime.combine(moment, local.timetz()).astimezone(UTC)
        return (local + length * count).astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise StepFailed("定时日期超出历法范围") from error


def first_run(repetition: Cycle, now: datetime) -> datetime:
    """When a repetition armed ``now`` fires first."""
    return repetition.start or after(now, repetition.every)


def next_run(first: datetime, every: Duration, now: datetime) -> tuple[int, datetime]:
    """The first repetition after ``now``: its number (0 is ``first``) and its instant.

    What was missed in between is skipped: a reminder is sent once after a standstill.
    """
    number = max(1, _elapsed(first, every, now))
    while (moment := after(first, every, number)) <= now:
        number += 1
    return number, moment


def _elapsed(first: datetime, every: Duration, now: datetime) -> int:
    """A number of repetitions that surely lie behind (months are taken as 31 days)."""
    length = timedelta(days=31 * every.months) if isinstance(every, Months) else every
    return int((now - first) / length)


def _interval(value: object) -> Duration:
    length = duration(value)
    if length == Months(0) or (isinstance(length, timedelta) and length < MIN_CYCLE):
        raise StepFailed(told("循环定时的间隔“%(value)s”不足一分钟", value=value))
    return length


def _parse_moment(text: str) -> date | None:
    return parse_date(text.strip()) or parse_date_time(text.strip())


def _parse_duration(text: str) -> Duration | None:
    weeks = _WEEKS.fullmatch(text.strip())
    return timedelta(weeks=int(weeks[1])) if weeks else parse_duration(text.strip())
