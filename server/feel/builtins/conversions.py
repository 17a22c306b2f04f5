"""Conversions and tests of any value (DMN 1.3 tables 72 and 73)."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final

from server.feel.builtins.registry import BUILTINS, builtin
from server.feel.domain import Function, Range, kind_of
from server.feel.errors import FeelError
from server.feel.numbers import format_number, number_of_text
from server.feel.operators import equal, negate, not_after
from server.feel.parser import parse_expression
from server.feel.runtime import Run
from server.feel.temporal import Months, format_temporal
from server.feel.tree import Call, Literal, Name, Negation, Node, RangeOf

_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,5})?", re.ASCII)
_TEMPORAL: Final = frozenset({"date", "time", "date and time", "duration"})


@builtin("not", "negand: any")
def negation(value: object) -> bool | None:
    """The opposite of a boolean; null for anything else."""
    return not value if isinstance(value, bool) else None


@builtin("is defined", "value: any")
def is_defined(value: object) -> bool:
    """Whether the value is not null (an addition of Camunda's FEEL)."""
    return value is not None


@builtin("get or else", "value: any", "default: any")
def get_or_else(value: object, default: object) -> object:
    """The value, or ``default`` for null (an addition of Camunda's FEEL)."""
    return default if value is None else value


@builtin("number", "from: string")
def number(text: str) -> Decimal | None:
    """The number that the text writes."""
    return number_of_text(text) if _NUMBER.fullmatch(text) else None


@builtin("number", "from: number")
def number_as_it_is(value: Decimal) -> Decimal:
    """The number itself."""
    return value


@builtin("number", "from: string", "grouping separator?: string", "decimal separator?: string")
def number_with_separators(text: str, grouping: str | None, point: str | None) -> Decimal | None:
    """The number that the text writes with these separators."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", "."):
        return None
    if grouping is not None and grouping == point:
        return None
    plain = text.replace(grouping or "", "") if grouping else text
    return number(plain.replace(point, ".") if point else plain)


@builtin("string", "from: any")
def string(run: Run, value: object) -> str | None:
    """The value as text; null stays null."""
    if value is None or isinstance(value, str):
        return value
    return _text(run, value)


@builtin("is", "value1: any", "value2: any")
def is_same(run: Run, left: object, right: object) -> bool:
    """Whether both are the same value of the same kind, zones included."""
    if kind_of(left) != kind_of(right):
        return False
    if isinstance(left, (date, time)):
        return format_temporal(left) == format_temporal(right)
    return equal(left, right, run) is True


def _text(run: Run, value: object) -> str:
    run.spend(1)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, str):
        run.spend(len(value))
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, (date, time, timedelta, Months)):
        return format_temporal(value)
    return _structure_text(run, value)


def _structure_text(run: Run, value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_text(run, each) for each in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_text(run, each)}' for name, each in value.items())}}}"
    if isinstance(value, Range):
        return _range_text(run, value)
    assert isinstance(value, Function)
    return "function"


def _range_text(run: Run, value: Range) -> str:
    opening, closing = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
    return f"{opening}{_text(run, value.low)}..{_text(run, value.high)}{closing}"


@builtin("range", "from: string")
def range_of_text(run: Run, text: str) -> Range | None:
    """The interval that the text writes; its ends are literals or dates, times, durations."""
    try:
        tree = parse_expression(text)
    except FeelError:
        return None
    if not isinstance(tree, RangeOf):
        return None
    low, high = _endpoint(run, tree.low), _endpoint(run, tree.high)
    if low is None or high is None or not not_after(low, high):
        return None
    return Range(low, high, tree.low_closed, tree.high_closed)


def _endpoint(run: Run, node: Node) -> object:
    """The value of a literal, negated or not, or of a temporal function of a text."""
    match node:
        case Literal(value=value):
            return value
        case Negation(operand=Literal(value=value)):
            return negate(value)
        case Call(callee=Name(text=name), positional=(Literal(value=str(text)),), named=()):
            return BUILTINS[name].invoke(run, [text], {}) if name in _TEMPORAL else None
    return None
