"""The one clock. Nothing else in the project reads the machine's time of day.

Instants are aware and in UTC; civil days are those of Asia/Shanghai, whatever ``TZ`` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Source = Callable[[], datetime]


def machine() -> datetime:
    """The machine's own time, in UTC."""
    return datetime.now(UTC)


_source: Source = machine


def use(source: Source) -> None:
    """Take the time from ``source`` (aware datetimes) from now on, in every thread."""
    global _source
    _source = source


def source() -> Source:
    """Where the time is taken from at present."""
    return _source


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _source().astimezone(UTC)


def today() -> date:
    """The present civil day in Asia/Shanghai."""
    return civil_day(now())


def civil_day(instant: datetime) -> date:
    """The day in Asia/Shanghai to which an aware instant belongs."""
    return instant.astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """The instant, in UTC, at which a civil day begins in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def on(day: date) -> Source:
    """A source that stays on one civil day while the time of day runs on."""

    def on_that_day() -> datetime:
        return datetime.combine(day, machine().astimezone(SHANGHAI).time(), SHANGHAI)

    return on_that_day


def told(text: str) -> Source:
    """The source that a setting names: a civil day (2026-11-20), in which the time of day runs on,
    or a moment of Shanghai (2026-12-21T23:59), from which the time runs on."""
    if "T" not in text:
        return on(date.fromisoformat(text))
    moment = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    return Ahead(machine, moment - machine())


@dataclass(frozen=True, slots=True)
class Ahead:
    """A source that is so much ahead of another one."""

    of: Source
    by: timedelta

    def __call__(self) -> datetime:
        return self.of() + self.by


@contextmanager
def following(source: Source) -> Iterator[None]:
    """Take the time from ``source`` for a while (rehearsals)."""
    before = _source
    use(source)
    try:
        yield
    finally:
        use(before)


@contextmanager
def frozen(moment: datetime | date) -> Iterator[None]:
    """Hold the clock at an instant, or at noon of a civil day, for a while (tests, rehearsals)."""
    instant = moment if isinstance(moment, datetime) else noon(moment)
    with following(lambda: instant):
        yield


def noon(day: date) -> datetime:
    """Twelve o'clock of a civil day in Asia/Shanghai, in UTC."""
    return datetime.combine(day, time(12), SHANGHAI).astimezone(UTC)
