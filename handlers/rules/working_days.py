"""Working days: Monday to Friday as changed by the State Council's yearly notice (D-02, D-05)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Year:
    """What one yearly notice changes: weekdays off, weekend days worked, and its number."""

    off: frozenset[date]
    work: frozenset[date]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of every year whose notice is known; other years are Monday to Friday.

    `version` names the loaded notices, so that a computed date can say what it rests on.
    """

    version: str
    years: Mapping[int, Year] = field(default_factory=dict)

    def known(self, year: int) -> bool:
        """Whether the notice of the year is loaded."""
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on the day; provisional when the year is not known."""
        notice = self.years.get(day.year)
        if notice and day in notice.off:
            return False
        if notice and day in notice.work:
            return True
        return day.weekday() < SATURDAY

    def roll_forward(self, day: date) -> date:
        """The day itself when worked, else the next working day (Civil Code art. 203, D-02)."""
        return next(each for each in days_from(day, DAY) if self.is_working_day(each))

    def add(self, day: date, amount: int) -> date:
        """The `amount`-th working day after the day, which is not counted itself (D-01).

        A negative amount counts backwards: -5 is the fifth working day before (D-06).
        """
        if amount == 0:
            return day
        step = DAY if amount > 0 else -DAY
        worked = (each for each in days_from(day + step, step) if self.is_working_day(each))
        return next(each for nth, each in enumerate(worked, 1) if nth == abs(amount))

    def exceptions(self, first: date, last: date) -> tuple[tuple[date, ...], tuple[date, ...]]:
        """Weekdays off and weekend days worked between two days, both included and sorted."""
        off = {day for year in self.years.values() for day in year.off if first <= day <= last}
        work = {day for year in self.years.values() for day in year.work if first <= day <= last}
        return tuple(sorted(off)), tuple(sorted(work))

    def covers(self, first: date, last: date) -> bool:
        """Whether every year between the two days is known; a date outside is provisional."""
        return all(self.known(year) for year in range(first.year, last.year + 1))


def days_from(day: date, step: timedelta) -> Iterator[date]:
    """The day, then one after another in steps, without end."""
    while True:
        yield day
        day += step
