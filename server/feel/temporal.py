"""Dates, times and durations: reading, writing and calendar arithmetic.

A date is a ``date``, a date and time a ``datetime`` (with offset, with zone or local), a time a
``time``, a days and time duration a ``timedelta``, a years and months duration ``Months``.
Years run from 1 to 9999, seconds have six decimals (limits of Python's types).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Temporal = date | datetime | time

_DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = (
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d+))?"
    r"(?:(?P<utc>[Zz])|(?P<sign>[+-])(?P<oh>\d\d):(?P<om>\d\d)(?::(?P<os>\d\d))?"
    r"|@(?P<zone>[A-Za-z][A-Za-z0-9_+\-/]{0,60}))?"
)
_DATE_TEXT: Final = re.compile(_DATE, re.ASCII)
_TIME_TEXT: Final = re.compile(_TIME, re.ASCII)
_DATE_TIME_TEXT: Final = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
_DAYS_TEXT: Final = re.compile(
    r"(-)?P(?:(\d{1,12})D)?"
    r"(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})(?:\.(\d*))?S)?)?",
    re.ASCII,
)
_MONTHS_TEXT: Final = re.compile(r"(-)?P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_MAX_OFFSET: Final = timedelta(hours=14)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration, in months; OverflowError beyond a thousand million years."""

    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > 12_000_000_000:
            raise OverflowError


def parse_date(text: str) -> date | None:
    """``2026-11-20``; None for anything else."""
    match = _DATE_TEXT.fullmatch(text)
    return None if match is None else _date(match)


def parse_time(text: str) -> time | None:
    """``10:30:00``, ``10:30:00.5Z``, ``10:30:00+08:00``, ``10:30:00@Asia/Shanghai``."""
    match = _TIME_TEXT.fullmatch(text)
    clock = None if match is None else _clock(match)
    return None if clock is None else clock[0]


def parse_date_time(text: str) -> datetime | None:
    """A date, ``T`` and a time, or a date alone (its first second, local)."""
    match = _DATE_TIME_TEXT.fullmatch(text)
    if match is None:
        day = parse_date(text)
        return None if day is None else datetime.combine(day, time())
    day, clock = _date(match), _clock(match)
    if day is None or clock is None:
        return None
    try:
        return datetime.combine(day, clock[0]) + clock[1]
    except OverflowError:
        return None


def parse_duration(text: str) -> timedelta | Months | None:
    """An XML Schema duration of either kind (``P1Y2M``, ``P3DT4H``); None for any other."""
    if text.endswith(("P", "T")):
        return None
    if match := _MONTHS_TEXT.fullmatch(text):
        return _months(match)
    match = _DAYS_TEXT.fullmatch(text)
    return None if match is None else _days(match)


def parse_temporal(text: str) -> object:
    """What ``@"…"`` stands for; None when it is none of the temporal forms."""
    for parse in (parse_date, parse_date_time, parse_time, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return None


def format_temporal(value: object) -> str:
    """The text of a temporal value in the form ``parse_temporal`` reads."""
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{_format_clock(value)}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _format_clock(value)
    if isinstance(value, Months):
        return _format_months(value.months)
    if isinstance(value, timedelta):
        return _format_days(value)
    raise TypeError(type(value).__name__)


def midnight(day: date) -> datetime:
    """The date and time a date converts to: 00:00:00 UTC (DMN 1.3 clause 10.3.2.9.4)."""
    return datetime.combine(day, time(tzinfo=UTC))


def add_months(value: date, months: int) -> date:
    """Calendar months later, held at the last day of a shorter month; ValueError out of range."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError("year out of range")
    last = calendar.monthrange(year, month + 1)[1]
    return value.replace(year=year, month=month + 1, day=min(value.day, last))


def add_time(value: Temporal, length: timedelta) -> Temporal | None:
    """``value + length``; a time runs round the clock; None when the calendar ends."""
    if isinstance(value, time):
        return (datetime.combine(date(2000, 1, 1), value) + length % _DAY).timetz()
    try:
        if isinstance(value, datetime):
            return _shift(value, length)
        return (datetime.combine(value, time()) + length).date()
    except OverflowError:
        return None


def difference(left: Temporal, right: Temporal) -> timedelta | None:
    """``left - right``; None for a local value against one with an offset, or other kinds."""
    if isinstance(left, time) or isinstance(right, time):
        return _time_difference(left, right)
    end, start = _comparable(left, right), _comparable(right, left)
    wall = end.replace(tzinfo=None) - start.replace(tzinfo=None)
    offset, other = end.utcoffset(), start.utcoffset()
    if offset is None or other is None:
        return wall if offset is other else None
    return wall - (offset - other)


def months_between(start: date, end: date) -> Months:
    """Whole calendar months from ``start`` to ``end``."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return Months(months)


def time_key(value: time) -> tuple[str, timedelta]:
    """What makes times equal and ordered: their kind of zone, then the time since midnight."""
    clock = timedelta(
        hours=value.hour,
        minutes=value.minute,
        seconds=value.second,
        microseconds=value.microsecond,
    )
    offset = value.utcoffset()
    if offset is not None:
        return "", clock - offset
    return "local" if value.tzinfo is None else str(value.tzinfo), clock


def zone_offset(offset: timedelta) -> tzinfo | None:
    """The zone of a fixed offset of at most 14 hours; None beyond."""
    if abs(offset) > _MAX_OFFSET:
        return None
    return timezone(offset) if offset else UTC


def _date(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _clock(match: re.Match[str]) -> tuple[time, timedelta] | None:
    """The time and what 24:00:00 adds to its day; None for an impossible hour or zone."""
    hour, minute, second = (int(match[part]) for part in ("hour", "minute", "second"))
    micro = int((match["fraction"] or "0").ljust(6, "0")[:6])
    carry = timedelta()
    if hour == 24 and minute == second == micro == 0:
        hour, carry = 0, _DAY
    try:
        return time(hour, minute, second, micro, tzinfo=_zone(match)), carry
    except (ValueError, ZoneInfoNotFoundError):
        return None


def _zone(match: re.Match[str]) -> tzinfo | None:
    if match["zone"]:
        return ZoneInfo(match["zone"])
    if match["utc"]:
        return UTC
    if not match["sign"]:
        return None
    hours, minutes, seconds = (int(match[part] or 0) for part in ("oh", "om", "os"))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    zone = zone_offset(-offset if match["sign"] == "-" else offset)
    if zone is None or minutes > 59 or seconds > 59:
        raise ValueError("offset out of range")
    return zone


def _months(match: re.Match[str]) -> Months | None:
    count = int(match[2] or 0) * 12 + int(match[3] or 0)
    try:
        return Months(-count if match[1] else count)
    except OverflowError:
        return None


def _days(match: re.Match[str]) -> timedelta | None:
    days, hours, minutes, seconds = (int(match[part] or 0) for part in (2, 3, 4, 5))
    micro = int((match[6] or "0").ljust(6, "0")[:6])
    try:
        length = timedelta(days, seconds, micro, minutes=minutes, hours=hours)
        return -length if match[1] else length
    except OverflowError:
        return None


def _shift(value: datetime, length: timedelta) -> datetime:
    """Move along the time line: a named zone moves through UTC."""
    if not isinstance(value.tzinfo, ZoneInfo):
        return value + length
    return (value.astimezone(UTC) + length).astimezone(value.tzinfo)


def _comparable(value: date, other: date) -> datetime:
    if isinstance(value, datetime):
        return value
    both_dates = not isinstance(other, datetime)
    return datetime.combine(value, time()) if both_dates else midnight(value)


def _time_difference(left: Temporal, right: Temporal) -> timedelta | None:
    if not (isinstance(left, time) and isinstance(right, time)):
        return None
    (zone, clock), (other_zone, other) = time_key(left), time_key(right)
    return clock - other if zone == other_zone else None


def _format_clock(value: datetime | time) -> str:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    if value.microsecond:
        text += f".{value.microsecond:06}".rstrip("0")
    return text + _format_zone(value)


def _format_zone(value: datetime | time) -> str:
    if value.tzinfo is None:
        return ""
    if isinstance(value.tzinfo, ZoneInfo):
        return f"@{value.tzinfo.key}"
    seconds = int((value.utcoffset() or timedelta()).total_seconds())
    if seconds == 0:
        return "Z"
    minutes, rest = divmod(abs(seconds), 60)
    text = f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{rest:02}" if rest else text


def _format_months(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    parts = f"{years}Y" * bool(years) + f"{rest}M" * bool(rest)
    return f"{'-' if months < 0 else ''}P{parts or '0M'}"


def _format_days(length: timedelta) -> str:
    size = abs(length)
    hours, rest = divmod(size.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    second = f"{seconds}.{size.microseconds:06}".rstrip("0").rstrip(".")
    clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    clock += f"{second}S" * (second != "0")
    days = f"{size.days}D" * bool(size.days)
    if not days and not clock:
        return "PT0S"
    return f"{'-' if length < timedelta() else ''}P{days}{'T' * bool(clock)}{clock}"
