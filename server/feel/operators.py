"""What the operators mean for each pair of kinds; null for every other pair."""

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from server.feel.domain import Range
from server.feel.errors import check_size
from server.feel.numbers import CONTEXT, number_of_int
from server.feel.runtime import Run
from server.feel.temporal import Months, add_months, add_time, difference, time_key

_ORDERED: Final = frozenset({Decimal, str, date, timedelta, Months})
_MICROSECOND: Final = timedelta(microseconds=1)
_Rules = Mapping[tuple[type, type], Callable[[Any, Any], object]]


def equal(left: object, right: object, run: Run) -> bool | None:
    """``left = right``; None for two kinds that have no equality."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind is list:
        return _equal_lists(left, right, run)  # type: ignore[arg-type]
    if kind is dict:
        return _equal_contexts(left, right, run)  # type: ignore[arg-type]
    if kind is time:
        return time_key(left) == time_key(right)  # type: ignore[arg-type]
    if kind is datetime:
        return difference(left, right) == timedelta()  # type: ignore[arg-type]
    return bool(left == right)


def before(left: object, right: object) -> bool | None:
    """``left < right``; None for values without an order."""
    keys = _sort_keys(left, right)
    return None if keys is None else bool(keys[0] < keys[1])


def not_after(left: object, right: object) -> bool | None:
    """``left <= right``; None for values without an order."""
    keys = _sort_keys(left, right)
    return None if keys is None else bool(keys[0] <= keys[1])


def in_range(value: object, interval: Range) -> bool | None:
    """Whether ``value`` lies in ``interval``; None when it cannot be compared."""
    low, high = interval.low, interval.high
    above = _is_open(interval, low) or _beyond(low, value, interval.low_closed)
    below = _is_open(interval, high) or _beyond(value, high, interval.high_closed)
    return conjunction(above, below)


def matches(value: object, wanted: object, run: Run) -> bool | None:
    """``value in wanted``: equal to it, one of its elements, inside it."""
    if isinstance(wanted, Range):
        return equal(value, wanted, run) if isinstance(value, Range) else in_range(value, wanted)
    if isinstance(wanted, list):
        run.spend(len(wanted))
        found = any(matches(value, each, run) is True for each in wanted)
        return found or (equal(value, wanted, run) is True if isinstance(value, list) else False)
    return equal(value, wanted, run)


def conjunction(left: object, right: object) -> bool | None:
    """Three-valued ``and`` (DMN 1.3 table 50)."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def disjunction(left: object, right: object) -> bool | None:
    """Three-valued ``or`` (DMN 1.3 table 51)."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def negate(value: object) -> object:
    """``-value`` of a number or duration."""
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if isinstance(value, Months):
        return Months(-value.months)
    if isinstance(value, timedelta) and value <= -timedelta.min:
        return -value
    return None


def arithmetic(rules: _Rules) -> Callable[[object, object], object]:
    """The operator that follows ``rules``; null without a rule and where a rule overflows."""

    def apply(left: object, right: object) -> object:
        rule = rules.get((type(left), type(right)))
        if rule is None:
            return None
        try:
            return rule(left, right)
        except (ArithmeticError, ValueError):
            return None

    return apply


def _is_open(interval: Range, end: object) -> bool:
    return end is None and interval.comparison


def _beyond(low: object, high: object, closed: bool) -> bool | None:
    return not_after(low, high) if closed else before(low, high)


def _sort_keys(left: Any, right: Any) -> tuple[Any, Any] | None:
    kind = type(left)
    if kind is type(right) and kind in _ORDERED:
        return left, right
    if kind is time and type(right) is time:
        (zone, seconds), (other_zone, other) = time_key(left), time_key(right)
        return (seconds, other) if zone == other_zone else None
    if isinstance(left, date) and isinstance(right, date):
        gap = difference(left, right)
        return None if gap is None else (gap, timedelta())
    return None


def _equal_lists(left: list[object], right: list[object], run: Run) -> bool:
    run.spend(len(left))
    return len(left) == len(right) and all(
        equal(one, other, run) for one, other in zip(left, right, strict=True)
    )


def _equal_contexts(left: dict[str, object], right: dict[str, object], run: Run) -> bool:
    run.spend(len(left))
    return left.keys() == right.keys() and all(
        equal(value, right[name], run) for name, value in left.items()
    )


def _join(left: str, right: str) -> str:
    check_size(len(left) + len(right))
    return left + right


def _scale(length: timedelta, factor: Decimal) -> timedelta:
    micros = CONTEXT.multiply(number_of_int(length // _MICROSECOND), factor)
    return int(micros) * _MICROSECOND


def _scale_months(length: Months, factor: Decimal) -> Months:
    return Months(int(CONTEXT.multiply(number_of_int(length.months), factor)))


def _divide_length(length: timedelta, divisor: Decimal) -> timedelta:
    micros = CONTEXT.divide(number_of_int(length // _MICROSECOND), divisor)
    return int(micros) * _MICROSECOND


def _divide_months(length: Months, divisor: Decimal) -> Months:
    return Months(int(CONTEXT.divide(number_of_int(length.months), divisor)))


def _ratio(left: timedelta, right: timedelta) -> Decimal:
    return CONTEXT.divide(number_of_int(left // _MICROSECOND), number_of_int(right // _MICROSECOND))


def _raise_to(base: Decimal, exponent: Decimal) -> Decimal | None:
    power = CONTEXT.power(base, exponent)
    return power if power.is_finite() else None


def _later(value: date, length: Months) -> date:
    return add_months(value, length.months)


def _earlier(value: date, length: Months) -> date:
    return add_months(value, -length.months)


def _swapped(rule: Callable[[Any, Any], object]) -> Callable[[Any, Any], object]:
    return lambda left, right: rule(right, left)


def _before_length(value: Any, length: timedelta) -> object:
    return add_time(value, -length)


_ADD: Final[_Rules] = {
    (Decimal, Decimal): CONTEXT.add,
    (str, str): _join,
    (timedelta, timedelta): operator.add,
    (Months, Months): lambda left, right: Months(left.months + right.months),
    (date, Months): _later,
    (datetime, Months): _later,
    (Months, date): _swapped(_later),
    (Months, datetime): _swapped(_later),
    (date, timedelta): add_time,
    (datetime, timedelta): add_time,
    (time, timedelta): add_time,
    (timedelta, date): _swapped(add_time),
    (timedelta, datetime): _swapped(add_time),
    (timedelta, time): _swapped(add_time),
}
_SUBTRACT: Final[_Rules] = {
    (Decimal, Decimal): CONTEXT.subtract,
    (timedelta, timedelta): operator.sub,
    (Months, Months): lambda left, right: Months(left.months - right.months),
    (date, Months): _earlier,
    (datetime, Months): _earlier,
    (date, timedelta): _before_length,
    (datetime, timedelta): _before_length,
    (time, timedelta): _before_length,
    (date, date): difference,
    (date, datetime): difference,
    (datetime, date): difference,
    (datetime, datetime): difference,
    (time, time): difference,
}
_MULTIPLY: Final[_Rules] = {
    (Decimal, Decimal): CONTEXT.multiply,
    (timedelta, Decimal): _scale,
    (Decimal, timedelta): _swapped(_scale),
    (Months, Decimal): _scale_months,
    (Decimal, Months): _swapped(_scale_months),
}
_DIVIDE: Final[_Rules] = {
    (Decimal, Decimal): CONTEXT.divide,
    (timedelta, Decimal): _divide_length,
    (Months, Decimal): _divide_months,
    (timedelta, timedelta): _ratio,
    (Months, Months): lambda left, right: CONTEXT.divide(
        number_of_int(left.months), number_of_int(right.months)
    ),
}
_POWER: Final[_Rules] = {(Decimal, Decimal): _raise_to}

ARITHMETIC: Final = {
    "+": arithmetic(_ADD),
    "-": arithmetic(_SUBTRACT),
    "*": arithmetic(_MULTIPLY),
    "/": arithmetic(_DIVIDE),
    "**": arithmetic(_POWER),
}
"""The arithmetic operators by their sign."""
