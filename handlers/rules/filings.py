"""Whether an act comes too early, in time, late or too late for its legal period.

"前N个月内" is a window: before it an act is premature and may be repeated (D-04).  "前N个月" is
a latest day: what comes after it, up to the end of the period itself, is taken and marked late,
and refused from then on (D-03, D-12).
"""

from datetime import date
from enum import StrEnum
from typing import Protocol

from handlers.ports import Deadline, DeadlineOf
from handlers.rules.answers import Row
from handlers.rules.cases import construction_end, recorded_day


class Period(Protocol):
    """The computed period of an act, both days included."""

    @property
    def opens_on(self) -> date | None:
        """The first day, None when it is open from the start."""

    @property
    def due_on(self) -> date:
        """The last day in time."""


class Standing(StrEnum):
    """How a day stands to a period."""

    PREMATURE = "premature"
    IN_TIME = "in_time"
    LATE = "late"
    TOO_LATE = "too_late"


def standing(
    period: Period, today: date, end: date, admitted_until: date | None = None
) -> Standing:
    """How an act of today stands.

    `end` is the end of the period that the act concerns (T or T'); `admitted_until` the last day
    to which the authority, with a recorded reason, admitted a late act (D-12).
    """
    if period.opens_on and today < period.opens_on:
        return Standing.PREMATURE
    if today <= period.due_on:
        return Standing.IN_TIME
    return Standing.LATE if today <= max(end, admitted_until or end) else Standing.TOO_LATE


def filing_period(case: Row, deadline: DeadlineOf) -> Deadline:
    """When acceptance may be applied for; a late grant of an extension moves its end (D-11)."""
    received = recorded_day(case, "extension_received_on")
    granted = received or recorded_day(case, "extension_granted_on")
    return deadline("acceptance_application", construction_end(case), received_on=granted)
