"""What JSON has no word for: dates, decimals, durations.

They are written as ``{mark: [kind, text]}`` with a mark drawn at random for each state, so that no
data of a person can look like one.
"""

import secrets
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final

import orjson

from server.feel.temporal import Months, format_temporal, parse_temporal

_NESTED: Final = (dict, list)
_OPTIONS: Final = (
    orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
    | orjson.OPT_PASSTHROUGH_DATACLASS
)


class Marker:
    """Encodes what JSON has no word for, and counts it."""

    def __init__(self) -> None:
        self.mark = secrets.token_hex(6)
        self.count = 0

    def encode(self, value: object) -> tuple[orjson.Fragment, bool]:
        """A value for ``orjson.dumps``, and whether there are marks in it."""
        before = self.count
        encoded = orjson.dumps(value, default=self._marked, option=_OPTIONS)
        return orjson.Fragment(encoded), self.count > before

    def _marked(self, value: object) -> dict[str, list[str]]:
        self.count += 1
        if isinstance(value, Decimal):
            return {self.mark: ["n", str(value)]}
        if isinstance(value, (date, time, timedelta, Months)):
            return {self.mark: ["t", format_temporal(value)]}
        raise TypeError(f"{type(value).__name__} 不能保存")


def unmarked(value: Any, mark: str) -> Any:
    """A value with its marks read."""
    if isinstance(value, list):
        return [unmarked(item, mark) if type(item) in _NESTED else item for item in value]
    if len(value) == 1 and mark in value:
        kind, text = value[mark]
        return Decimal(text) if kind == "n" else parse_temporal(text)
    return {k: unmarked(v, mark) if type(v) in _NESTED else v for k, v in value.items()}


def bears(value: object, mark: str) -> bool:
    """Whether there is a mark anywhere in a value."""
    return mark.encode() in orjson.dumps(value)
