"""Numbers as DMN 1.3 clause 10.3.2.3.1 wants them: decimal128, 34 digits, half to even."""

from collections.abc import Callable
from decimal import (
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Final

CONTEXT: Final = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
"""The arithmetic of every FEEL number; an overflow is an ArithmeticError, in FEEL null."""

MAX_POSITIVE_SCALE: Final = 6176
MIN_SCALE: Final = -6111
_WIDE: Final = Context(prec=12_400, Emin=-13_000, Emax=13_000, traps=[InvalidOperation])
"""Wide enough to round any decimal128 at any scale exactly."""


def number_of_int(value: int) -> Decimal:
    """The FEEL number of a Python int, rounded to 34 digits; ArithmeticError over 10^6144."""
    if value.bit_length() > 20_500:
        raise Overflow
    return CONTEXT.create_decimal(value)


def number_of_text(text: str) -> Decimal:
    """The FEEL number of decimal digits; ArithmeticError when it does not fit."""
    return CONTEXT.create_decimal(text)


def attempt(operation: Callable[..., Decimal], *operands: Decimal) -> Decimal | None:
    """The result of an operation of CONTEXT; None where it has none (1/0, overflow)."""
    try:
        return operation(*operands)
    except ArithmeticError:
        return None


def round_at(value: Decimal, scale: int, rounding: str) -> Decimal | None:
    """``value`` with ``scale`` digits after the point; None for a scale out of range."""
    if not MIN_SCALE <= scale <= MAX_POSITIVE_SCALE:
        return None
    exact = value.quantize(Decimal((0, (1,), -scale)), rounding=rounding, context=_WIDE)
    return CONTEXT.plus(exact)


def floor(value: Decimal) -> Decimal:
    """The greatest integer not above ``value``."""
    return value.to_integral_value(rounding=ROUND_FLOOR)


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """``dividend - divisor * floor(dividend / divisor)``; the sign is the divisor's."""
    remainder = attempt(CONTEXT.remainder, dividend, divisor)
    if remainder and (remainder < 0) != (divisor < 0):
        return CONTEXT.add(remainder, divisor)
    return remainder


def as_index(value: object) -> int | None:
    """The Python int of an integral number below 10^9 in size; None for anything else."""
    if type(value) is not Decimal or value.adjusted() > 9 or value != value.to_integral_value():
        return None
    return int(value)


def format_number(value: Decimal) -> str:
    """Plain digits without exponent and without trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
