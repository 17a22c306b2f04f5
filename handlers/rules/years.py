"""Duties that come back with every calendar year: which year, and when the next one begins."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Year:
    """One calendar year of a duty."""

    number: int

    @property
    def first_day(self) -> date:
        """The day from which the duties of the year are computed."""
        return date(self.number, 1, 1)

    @property
    def next_first_day(self) -> date:
        """The day on which the next year begins."""
        return date(self.number + 1, 1, 1)


def year_of(given: object, first: int) -> Year:
    """The year that the year before handed on; `first` where there was none."""
    return Year(int(str(given)) if given else first)
