"""Functions on numbers (DMN 1.3 table 76 and 1.4 table 76)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from server.feel.builtins.registry import builtin
from server.feel.numbers import CONTEXT, modulo, round_at
from server.feel.temporal import Months


def _rounding(mode: str) -> Callable[[Decimal, Decimal], Decimal | None]:
    def apply(value: Decimal, scale: Decimal) -> Decimal | None:
        return round_at(value, int(scale), mode)

    return apply


for _name, _mode in {
    "decimal": ROUND_HALF_EVEN,
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
}.items():
    builtin(_name, "n: number", "scale: number")(_rounding(_mode))


@builtin("floor", "n: number")
@builtin("floor", "n: number", "scale: number")
def floor(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    """The greatest number with ``scale`` decimals that is not above ``n``."""
    return round_at(value, int(scale), ROUND_FLOOR)


@builtin("ceiling", "n: number")
@builtin("ceiling", "n: number", "scale: number")
def ceiling(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal | None:
    """The least number with ``scale`` decimals that is not below ``n``."""
    return round_at(value, int(scale), ROUND_CEILING)


@builtin("abs", "n: number")
def absolute(value: Decimal) -> Decimal:
    """The size without the sign."""
    return abs(value)


@builtin("abs", "n: days and time duration")
def absolute_length(value: timedelta) -> timedelta:
    """The size without the sign."""
    return abs(value)


@builtin("abs", "n: years and months duration")
def absolute_months(value: Months) -> Months:
    """The size without the sign."""
    return Months(abs(value.months))


@builtin("modulo", "dividend: number", "divisor: number")
def modulo_of(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The remainder, with the sign of the divisor."""
    return modulo(dividend, divisor)


@builtin("sqrt", "number: number")
def sqrt(value: Decimal) -> Decimal:
    """The square root; null below zero."""
    return CONTEXT.sqrt(value)


@builtin("log", "number: number")
def log(value: Decimal) -> Decimal | None:
    """The natural logarithm; null at and below zero."""
    return CONTEXT.ln(value) if value > 0 else None


@builtin("exp", "number: number")
def exp(value: Decimal) -> Decimal:
    """Euler's number to the power of ``number``."""
    return CONTEXT.exp(value)


@builtin("even", "number: number")
def even(value: Decimal) -> bool | None:
    """Whether the number is a multiple of two."""
    remainder = modulo(value, Decimal(2))
    return None if remainder is None else remainder == 0


@builtin("odd", "number: number")
def odd(value: Decimal) -> bool | None:
    """Whether the number is one more than a multiple of two."""
    remainder = modulo(value, Decimal(2))
    return None if remainder is None else remainder == 1
