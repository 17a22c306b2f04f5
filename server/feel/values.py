"""The two doors of the language: from Python or JSON into FEEL values, and out again."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from server.feel.domain import Function, Range
from server.feel.errors import MAX_DEPTH, MAX_SIZE, FeelError, check_size, over_budget
from server.feel.numbers import CONTEXT, number_of_int
from server.feel.sentence import told
from server.feel.temporal import (
    Months,
    format_temporal,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_temporal,
    parse_time,
)
from server.feel.types import ALIASES, ANY, NO_TYPES, ContextType, ListType, Type, Types, resolve


def from_host(value: object) -> object:
    """``value`` as a FEEL value.

    int, float, Decimal become numbers; list, tuple lists; mappings with text keys contexts;
    str, bool, None, date, datetime, time, timedelta stay. Raises FeelError for any other type
    (code ``value``) and for more than 100 000 parts or 100 levels (code ``budget``).
    """
    convert = _SCALARS.get(type(value))
    return convert(value) if convert is not None else _Entrance().admit(value, 0)


def to_json(value: object) -> object:
    """``value`` as JSON-like Python: numbers int or float, dates, times, durations ISO text.

    Raises FeelError for a function (code ``value``), for a number no float can hold and for
    more than 100 000 parts (code ``budget``).
    """
    return _Exit().release(value, 0)


def from_json(value: object, type_ref: Type | str | None = None, types: Types = NO_TYPES) -> object:
    """JSON-like ``value`` as the FEEL value that ``type_ref`` asks for.

    Text becomes a date, time or duration where the type is one, inside lists and contexts too;
    what does not fit its type stays as it is, for the type check to refuse.
    """
    wanted = Type(type_ref) if isinstance(type_ref, str) else type_ref or ANY
    return _typed(from_host(value), wanted, types)


def from_iso(value: object) -> object:
    """JSON-like ``value`` with every text that is wholly a date, time or duration read as one."""
    if isinstance(value, str):
        read = parse_temporal(value)
        return value if read is None else read
    if isinstance(value, list):
        return [from_iso(each) for each in value]
    if isinstance(value, dict):
        return {name: from_iso(each) for name, each in value.items()}
    return value


class _Entrance:
    """Converts one structure, counting its parts."""

    def __init__(self) -> None:
        self.left = MAX_SIZE

    def admit(self, value: object, depth: int) -> object:
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise over_budget("数据过大或嵌套过深")
        convert = _SCALARS.get(type(value))
        if convert is not None:
            return convert(value)
        if isinstance(value, (list, tuple)):
            return [self.admit(each, depth + 1) for each in value]
        if isinstance(value, Mapping):
            return {_key(name): self.admit(each, depth + 1) for name, each in value.items()}
        return self._foreign(value)

    @staticmethod
    def _foreign(value: object) -> object:
        for base, convert in _SCALARS.items():
            if isinstance(value, base):
                return convert(value)
        if isinstance(value, Function):
            return value
        raise FeelError(
            "value",
            told("数据中有表达式不能处理的类型：%(kind)s。", kind=type(value).__name__),
        )


class _Exit:
    """Writes one structure as JSON, counting its parts."""

    def __init__(self) -> None:
        self.left = MAX_SIZE

    def release(self, value: object, depth: int) -> object:
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise over_budget("结果过大或嵌套过深")
        if value is None or isinstance(value, (str, bool)):
            return value
        if isinstance(value, Decimal):
            return _json_number(value)
        if isinstance(value, list):
            return [self.release(each, depth + 1) for each in value]
        if isinstance(value, dict):
            return {name: self.release(each, depth + 1) for name, each in value.items()}
        return _json_text(value)


def _json_text(value: object) -> str:
    if isinstance(value, (date, time, timedelta, Months)):
        return format_temporal(value)
    if isinstance(value, Range):
        return format_range(value)
    raise FeelError("value", "函数不能作为结果。")


def format_range(value: Range) -> str:
    """``[1..5)`` with the endpoints as text, an endpoint without bound as nothing."""
    low, high = ("" if end is None else str(to_json(end)) for end in (value.low, value.high))
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"


def _json_number(value: Decimal) -> int | float:
    if value.adjusted() < 34 and value == value.to_integral_value():
        return int(value)
    if value.adjusted() > 300:
        raise over_budget("数字过大，无法写成 JSON")
    return float(value)


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise FeelError("value", "数据中的名称必须是文本。")
    return name


def _text(value: str) -> str:
    check_size(len(value))
    return value if type(value) is str else str.__str__(value)


def _finite(value: Decimal) -> Decimal | None:
    return CONTEXT.plus(value) if value.is_finite() else None


def _numeric(convert: Callable[[Any], Decimal | None]) -> Callable[[Any], object]:
    def admit(value: Any) -> object:
        try:
            return convert(value)
        except ArithmeticError as error:
            raise over_budget("数字过大") from error

    return admit


def _same(value: object) -> object:
    return value


_SCALARS: Final[Mapping[type, Callable[[Any], object]]] = {
    str: _text,
    bool: _same,
    int: _numeric(number_of_int),
    Decimal: _numeric(_finite),
    float: _numeric(lambda value: _finite(Decimal(repr(value)))),
    type(None): _same,
    datetime: _same,
    date: _same,
    time: _same,
    timedelta: _same,
    Months: _same,
    Range: _same,
}

_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
}


def _typed(value: object, wanted: Type, types: Types) -> object:
    wanted = resolve(wanted, types)
    if isinstance(value, str):
        return _read(value, wanted.name)
    if isinstance(value, list):
        item = wanted.item if isinstance(wanted, ListType) else wanted
        return [_typed(each, item, types) for each in value]
    if isinstance(value, dict) and isinstance(wanted, ContextType):
        fields = dict(wanted.fields)
        return {name: _typed(each, fields.get(name, ANY), types) for name, each in value.items()}
    return value


def _read(text: str, type_name: str) -> object:
    reader = _READERS.get(ALIASES.get(type_name, type_name))
    read = None if reader is None else reader(text)
    return text if read is None else read
