"""Dates, times and instants."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from server.clock import SHANGHAI, civil_day
from server.law.forms import Component
from server.work.forms.situation import Situation
from server.work.forms.values import Value, refuse

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)


class Moment(Value):
    """A civil date (``date``), a time of day (text), or an instant (aware ``datetime``)."""

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.subtype: str = component.more.get("subtype", "date")
        self.not_past = component.more.get("disallowPassedDates") is True

    def shape(self, value: Any) -> None:
        if not isinstance(value, str) or len(value) > 40:
            refuse(self.subtype)

    def read(self, value: Any, situation: Situation) -> date | str:
        try:
            moment = _MOMENTS[self.subtype](value)
        except ValueError:
            refuse(self.subtype)
        if isinstance(moment, date):
            self._check_day(moment, situation)
        return moment

    def _check_day(self, moment: date, situation: Situation) -> None:
        if not 1900 <= moment.year <= 2200:
            refuse("years")
        day = civil_day(moment) if isinstance(moment, datetime) else moment
        if self.not_past and day < situation.today:
            refuse("past")


def _day(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _clock_time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError(text)
    time.fromisoformat(text)
    return text


def _instant(text: str) -> datetime:
    day, separator, clock = text.partition("T")
    if not separator:
        raise ValueError(text)
    moment = datetime.combine(_day(day), time.fromisoformat(_clock_time(clock)))
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


_MOMENTS: Mapping[str, Callable[[str], date | str]] = {
    "date": _day,
    "time": _clock_time,
    "datetime": _instant,
}
