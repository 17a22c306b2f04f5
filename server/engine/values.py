"""What a variable of a case may be."""

import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from server.engine.errors import BadValue
from server.feel.sentence import told
from server.feel.temporal import Months

MAX_DEPTH: Final = 64
_INT64: Final = 2**63
_SCALARS: Final = (bool, date, datetime, time, timedelta, Months)


def plain(value: object, path: str = "", depth: int = 0) -> object:
    """A copy made of dicts with text keys, lists and scalars only, owned by nobody else.

    Scalars: text, booleans, numbers, dates, times, durations, None; a whole Decimal becomes an
    int, an int beyond 64 bits a Decimal. Raises BadValue, naming ``path``, for any other type,
    NaN, text that is no Unicode, or more than 64 levels.
    """
    if value is None or isinstance(value, _SCALARS):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, (int, float, Decimal)):
        return _number(value, path)
    if depth >= MAX_DEPTH:
        raise BadValue(told("变量“%(path)s”嵌套超过 %(limit)s 层", path=path, limit=MAX_DEPTH))
    if isinstance(value, Mapping):
        return {
            _key(key, path): plain(item, f"{path}.{key}", depth + 1) for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [plain(item, f"{path}[{i + 1}]", depth + 1) for i, item in enumerate(value)]
    raise BadValue(
        told("变量“%(path)s”的类型 %(name)s 不能保存", path=path, name=type(value).__name__)
    )


def plain_variables(values: Mapping[str, object]) -> dict[str, object]:
    """``plain`` for a whole set of variables."""
    return {_key(name, ""): plain(value, str(name)) for name, value in values.items()}


def _text(value: str, path: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadValue(told("变量“%(path)s”含有无效字符", path=path)) from error
    return str(value)


def _number(value: int | float | Decimal, path: str) -> int | float | Decimal:
    if not math.isfinite(value):
        raise BadValue(told("变量“%(path)s”不是有限的数", path=path))
    if isinstance(value, Decimal) and value.as_tuple().exponent == 0:
        value = int(value)
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        return Decimal(value)
    return value


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise BadValue(told("变量“%(path)s”的键“%(key)s”不是文本", path=path, key=key))
    return _text(key, f"{path}.{ascii(key)[1:-1]}")
