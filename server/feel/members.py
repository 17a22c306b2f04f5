"""What stands after a dot: entries of contexts, parts of dates, durations and ranges."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from server.feel.domain import Range
from server.feel.runtime import Run
from server.feel.temporal import Months

_Parts = Mapping[str, Callable[[Any], object]]


def member(value: object, name: str, run: Run) -> object:
    """``value.name``; over a list the member of each element; None where there is none."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        run.spend(len(value))
        return [member(each, name, run) for each in value]
    part = _PARTS.get(type(value), {}).get(name)
    found = None if part is None else part(value)
    return Decimal(found) if type(found) is int else found


def _zone_name(value: datetime | time) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _signed(size: int, length: timedelta) -> int:
    return -size if length < timedelta() else size


def _years(length: Months) -> int:
    years = abs(length.months) // 12
    return -years if length.months < 0 else years


def _seconds(value: datetime | time) -> Decimal:
    return Decimal(value.second * 1_000_000 + value.microsecond) / 1_000_000


_DATE: Final[_Parts] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": lambda value: value.isoweekday(),
}
_TIME: Final[_Parts] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": _seconds,
    "time offset": lambda value: value.utcoffset(),
    "timezone": _zone_name,
}
_PARTS: Final[Mapping[type, _Parts]] = {
    date: _DATE,
    time: _TIME,
    datetime: {**_DATE, **_TIME},
    Months: {
        "years": _years,
        "months": lambda value: value.months - 12 * _years(value),
    },
    timedelta: {
        "days": lambda value: _signed(abs(value).days, value),
        "hours": lambda value: _signed(abs(value).seconds // 3600, value),
        "minutes": lambda value: _signed(abs(value).seconds // 60 % 60, value),
        "seconds": lambda value: _signed(abs(value).seconds % 60, value),
    },
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_closed,
        "end included": lambda value: value.high_closed,
    },
}
