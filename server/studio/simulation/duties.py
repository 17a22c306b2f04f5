"""What a forecast tells: duties of people, dates of the case, where it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from server import clock
from server.work.sql import Row


@dataclass(frozen=True, slots=True)
class Duty:
    """Something somebody has to do: by when the law wants it, when the forecast does it.

    ``obstacle`` is why it cannot be done as assumed: somebody must decide.
    """

    item_id: str
    procedure: str
    name: str
    role: str
    organisation: str | None
    opened_on: date
    due_on: date | None
    provisional: bool
    clauses: tuple[str, ...]
    done_on: date | None = None
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """A legal date that hangs on the case and on no task."""

    milestone: str
    title: str
    due_on: date
    provisional: bool
    clause: str
    met_on: date | None


@dataclass(slots=True)
class Forecast:
    """What comes: duties and dates in their order, and where it ends (worst case)."""

    case: Row
    words: tuple[str, ...]
    from_on: date
    until_on: date
    duties: list[Duty] = field(default_factory=list)
    dates: list[Dated] = field(default_factory=list)
    states: list[tuple[date, str]] = field(default_factory=list)
    """The states the case comes to, with the day of each."""

    ended_on: date | None = None


def duty_of(item: Row, provisional: bool) -> Duty:
    """A work item as a duty."""
    return Duty(
        item_id=item["id"],
        procedure=item["process_id"],
        name=item["name"],
        role=item["role"],
        organisation=item["organisation_id"],
        opened_on=clock.civil_day(item["opened_at"]),
        due_on=item["due_on"],
        provisional=provisional,
        clauses=tuple(item["clauses"]),
    )


def not_started(procedure: str, obstacle: str) -> Duty:
    """A procedure that was to be started and could not be."""
    today = clock.today()
    return Duty(procedure, procedure, "发起程序", "", None, today, None, False, (), None, obstacle)


def dated(row: Row) -> Dated:
    """A deadline's row as a date."""
    names = ("milestone", "title", "due_on", "provisional", "clause", "met_on")
    return Dated(**{name: row[name] for name in names})
