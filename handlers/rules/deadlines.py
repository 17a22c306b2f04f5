"""The arithmetic of one legal period: from an anchor and a rule to its first and last day.

A rule is one row of the table `deadlines`.  Kinds:

- `within`        the act is due N units after the anchor ("在N个月内");
- `latest_by`     the act is due N units before the anchor ("前N个月", D-03);
- `window`        the act may be done from N units before the anchor to the anchor (D-04), or,
                  counted forward, from `amount` to `until` units after it (GB-32.1, D-21);
- `min_duration`  something lasts at least N units; what waits for it may come the day after;
- `term`          a period that ends nominally and is never rolled (D-10, D-35);
- `yearly`        due at the end of the anchor's calendar year (D-09);
- `ordered`       due on the day an order names, later than the anchor (D-24);
- `day_after`     the day after the anchor, or after the day the anchor rolls to (D-12).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from handlers.rules.periods import add_days, add_period, year_end
from handlers.rules.working_days import Calendar

WORKING_DAY = "working_day"


@dataclass(frozen=True, slots=True)
class Rule:
    """One period in numbers; `amount` and `until` in `unit`s, counted in `direction`."""

    kind: str
    amount: int = 0
    until: int = 0
    unit: str = "day"
    direction: str = "after"
    roll: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """First day, last day before rolling, last day.

    `looked_up` are the first and last day on which the working-day calendar was consulted.
    """

    opens_on: date | None
    nominal_on: date
    due_on: date
    looked_up: tuple[date, date] | None = None

    def provisional(self, calendar: Calendar) -> bool:
        """Whether the calendar was consulted in a year whose notice is not loaded (D-05)."""
        return self.looked_up is not None and not calendar.covers(*self.looked_up)


class WrongOrder(ValueError):
    """An ordered day that does not lie after the day of the order (D-24)."""


def span(rule: Rule, anchor: date, calendar: Calendar, ordered_on: date | None = None) -> Span:
    """The days of a rule counted from the anchor; `ordered_on` is the day an order names."""
    if rule.kind == "ordered":
        return _ordered(anchor, ordered_on)
    opens_on, nominal_on = BOUNDS[rule.kind](rule, anchor, calendar)
    last = calendar.roll_forward(nominal_on) if rule.roll else nominal_on
    due_on = add_days(last, rule.amount) if rule.kind == "day_after" else last
    return Span(opens_on, nominal_on, due_on, _looked_up(rule, anchor, nominal_on, last))


def floored(days: Span, received: date, working_days: int, calendar: Calendar) -> Span:
    """A latest day before the delivery of an extension moves to some working days after (D-11)."""
    if days.due_on >= received:
        return days
    due_on = calendar.add(received, working_days)
    return replace(days, due_on=due_on, looked_up=(received, due_on))


def shift(day: date, amount: int, unit: str, calendar: Calendar) -> date:
    """The day `amount` units later, earlier when negative."""
    if unit == WORKING_DAY:
        return calendar.add(day, amount)
    return add_period(day, amount, unit)


def _signed(rule: Rule, amount: int) -> int:
    return -amount if rule.direction == "before" else amount


def _after(rule: Rule, anchor: date, calendar: Calendar) -> tuple[date | None, date]:
    return anchor, shift(anchor, _signed(rule, rule.amount), rule.unit, calendar)


def _before(rule: Rule, anchor: date, calendar: Calendar) -> tuple[date | None, date]:
    return None, shift(anchor, _signed(rule, rule.amount), rule.unit, calendar)


def _window(rule: Rule, anchor: date, calendar: Calendar) -> tuple[date | None, date]:
    opens_on = shift(anchor, _signed(rule, rule.amount), rule.unit, calendar)
    return opens_on, shift(anchor, _signed(rule, rule.until), rule.unit, calendar)


def _year(_rule: Rule, anchor: date, _calendar: Calendar) -> tuple[date | None, date]:
    return date(anchor.year, 1, 1), year_end(anchor)


def _itself(_rule: Rule, anchor: date, _calendar: Calendar) -> tuple[date | None, date]:
    return None, anchor


Bounds = Callable[[Rule, date, Calendar], tuple[date | None, date]]

BOUNDS: dict[str, Bounds] = {
    "within": _after,
    "latest_by": _before,
    "window": _window,
    "min_duration": _after,
    "term": _after,
    "yearly": _year,
    "day_after": _itself,
}


def _ordered(anchor: date, ordered_on: date | None) -> Span:
    if ordered_on is None or ordered_on <= anchor:
        raise WrongOrder("载明的日期须晚于决定之日。")
    return Span(anchor, ordered_on, ordered_on)


def _looked_up(rule: Rule, anchor: date, nominal_on: date, last: date) -> tuple[date, date] | None:
    if rule.unit == WORKING_DAY:
        return min(anchor, nominal_on), max(anchor, last)
    return (nominal_on, last) if rule.roll else None
