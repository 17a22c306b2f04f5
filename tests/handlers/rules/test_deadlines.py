"""The arithmetic against a second, naive implementation that walks day by day."""

from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.deadlines import Rule, WrongOrder, floored, span
from server.law.calendar import build

FOLDER = Path(__file__).parents[3] / "processes" / "law" / "calendars"
CALENDAR = build({int(path.stem): path.read_bytes() for path in FOLDER.glob("*.csv")})
STARTS = st.dates(date(2019, 1, 1), date(2029, 12, 31))
DAY = timedelta(days=1)


def naive_months(day: date, months: int) -> date:
    """Walk month by month on a counter, then look for the day, then for the month's end."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        year, month = (year + 1, 1) if month == 13 else (year, month)
        year, month = (year - 1, 12) if month == 0 else (year, month)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def naive_working_days(day: date, amount: int) -> date:
    step = DAY if amount > 0 else -DAY
    left = abs(amount)
    while left:
        day += step
        left -= works(day)
    return day


def works(day: date) -> bool:
    year = CALENDAR.years.get(day.year)
    weekday = day.isoweekday() <= 5
    return (weekday and not (year and day in year.off)) or bool(year and day in year.work)


def naive_roll(day: date) -> date:
    while not works(day):
        day += DAY
    return day


@settings(max_examples=2000, deadline=None)
@given(STARTS, st.integers(0, 72), st.sampled_from(["before", "after"]), st.booleans())
def test_months_agree_with_the_naive_walk(
    start: date, months: int, direction: str, roll: bool
) -> None:
    kind = "latest_by" if direction == "before" else "within"
    days = span(Rule(kind, months, 0, "month", direction, roll), start, CALENDAR)
    nominal = naive_months(start, -months if direction == "before" else months)
    assert days.nominal_on == nominal
    assert days.due_on == (naive_roll(nominal) if roll else nominal)


@settings(max_examples=1200, deadline=None)
@given(STARTS, st.integers(1, 90), st.sampled_from(["before", "after"]))
def test_working_days_agree_with_the_naive_walk(start: date, amount: int, direction: str) -> None:
    kind = "latest_by" if direction == "before" else "within"
    days = span(Rule(kind, amount, 0, "working_day", direction, True), start, CALENDAR)
    assert days.due_on == naive_working_days(start, -amount if direction == "before" else amount)
    inspected = range(min(start, days.due_on).year, max(start, days.due_on).year + 1)
    assert days.provisional(CALENDAR) == any(not CALENDAR.known(year) for year in inspected)


def test_ten_thousand_random_periods_agree_with_the_naive_walk() -> None:
    chance = Random(20_240_229)
    first, last = date(2019, 1, 1).toordinal(), date(2029, 12, 31).toordinal()
    for _ in range(10_000):
        start = date.fromordinal(chance.randint(first, last))
        unit = chance.choice(("day", "month", "year", "working_day"))
        amount, direction = chance.randint(1, 40), chance.choice(("before", "after"))
        kind = "latest_by" if direction == "before" else "within"
        roll = chance.random() < 0.5
        days = span(Rule(kind, amount, 0, unit, direction, roll), start, CALENDAR)
        nominal = naive(start, -amount if direction == "before" else amount, unit)
        assert days.nominal_on == nominal, (start, amount, unit, direction)
        assert days.due_on == (naive_roll(nominal) if roll else nominal)


def naive(start: date, amount: int, unit: str) -> date:
    if unit == "working_day":
        return naive_working_days(start, amount)
    if unit == "day":
        return start + amount * DAY
    return naive_months(start, 12 * amount if unit == "year" else amount)


def test_a_window_before_the_end_rolls_its_last_day_only() -> None:
    rule = Rule("window", 3, 0, "month", "before", roll=True)
    days = span(rule, date(2027, 2, 28), CALENDAR)
    assert days.opens_on == date(2026, 11, 28)
    assert (days.nominal_on, days.due_on) == (date(2027, 2, 28), date(2027, 3, 1))
    assert days.provisional(CALENDAR)


def test_a_window_forward_opens_and_ends_by_its_two_amounts() -> None:
    days = span(Rule("window", 3, 5, "year", "after"), date(2021, 3, 1), CALENDAR)
    assert (days.opens_on, days.due_on) == (date(2024, 3, 1), date(2026, 3, 1))


def test_an_ordered_day_must_follow_the_order() -> None:
    rule = Rule("ordered")
    assert span(rule, date(2025, 3, 10), CALENDAR, date(2025, 6, 10)).due_on == date(2025, 6, 10)
    with pytest.raises(WrongOrder):
        span(rule, date(2025, 3, 10), CALENDAR, date(2025, 3, 10))
    with pytest.raises(WrongOrder):
        span(rule, date(2025, 3, 10), CALENDAR)


def test_the_decision_day_follows_the_rolled_filing_day() -> None:
    rolled = span(Rule("day_after", 1, 0, "day", "after", roll=True), date(2026, 1, 31), CALENDAR)
    plain = span(Rule("day_after", 1, 0, "day", "after"), date(2026, 1, 31), CALENDAR)
    assert (rolled.due_on, plain.due_on) == (date(2026, 2, 3), date(2026, 2, 1))


def test_a_latest_day_before_the_grant_moves_ten_working_days_after_it() -> None:
    days = span(Rule("latest_by", 1, 0, "month", "before"), date(2026, 4, 30), CALENDAR)
    assert floored(days, date(2026, 3, 1), 10, CALENDAR) is days
    assert floored(days, date(2026, 4, 7), 10, CALENDAR).due_on == date(2026, 4, 21)
