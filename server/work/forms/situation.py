"""What a value is judged in: the names FEEL sees, the day, and the documents at hand."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from server.feel import compile_expression
from server.feel.values import from_host, to_json
from server.law.forms import feel_source


class Attached(Protocol):
    """The part of a stored document that a form asks about."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


Documents = Callable[[Sequence[str]], Iterable[Attached]]
"""Of these document ids, the documents this person may hand in with this form."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One level of one submission: the form itself, or one row of a dynamic list."""

    names: Mapping[str, Any]
    now: datetime
    """In Asia/Shanghai, so that its date is the civil day."""

    documents: Mapping[str, Attached]
    partial: bool
    base: Mapping[str, Any]
    """What the server already holds at this level: the source of read-only values."""

    @property
    def today(self) -> date:
        return self.now.date()


def as_json(value: object) -> object:
    """A value of the server as the browser has it: dates are text there."""
    return to_json(from_host(value))


def form_names(data: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The names at the top of a form: its data, and form-js' own words for where one stands."""
    return _names(data, data, None, ())


def row_names(outer: Mapping[str, Any], row: object, number: int) -> Mapping[str, Any]:
    """The names in row ``number`` (from 0) of a list: ``this`` is the row, counted from 1."""
    return _names(outer["data"], row, outer["this"], (*outer["i"], number + 1))


def _names(
    data: MutableMapping[str, Any], this: object, parent: object, i: tuple[int, ...]
) -> Mapping[str, Any]:
    special = {"this": this, "data": data, "parent": parent, "i": i}
    return ChainMap({**special, **{f"_{name}_": value for name, value in special.items()}}, data)


Setting = Callable[[Situation], Any]


def setting(value: object) -> Setting:
    """A setting that is a constant, or a FEEL expression when it begins with ``=``."""
    source = feel_source(value)
    if not source:
        return lambda situation: value
    expression = compile_expression(source)
    return lambda situation: expression(situation.names, now=situation.now)


def number_setting(value: object) -> Callable[[Situation], Decimal | None]:
    """A numeric setting; None where there is none or FEEL gives no number."""
    if not feel_source(value):
        constant = _decimal(value)
        return lambda situation: constant
    get = setting(value)
    return lambda situation: _decimal(get(situation))


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None
