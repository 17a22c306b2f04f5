"""The FEEL types: what a value is an instance of and what it is converted to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from server.feel.domain import Function, Range, kind_of
from server.feel.temporal import midnight


@dataclass(frozen=True, slots=True)
class Type:
    """A type by name: built in, or an item definition found when it is needed."""

    name: str = "Any"


@dataclass(frozen=True, slots=True)
class ListType(Type):
    item: Type = Type()


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    fields: tuple[tuple[str, Type], ...] = ()


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    bound: Type = Type()


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    parameters: tuple[Type, ...] = ()
    result: Type = Type()


@dataclass(frozen=True, slots=True)
class Constrained(Type):
    """A type whose values must also pass ``allows``."""

    base: Type = Type()
    allows: Callable[[object], bool] = bool


Types = Mapping[str, Type]
"""Item definitions by name."""


class Budget(Protocol):
    """The running evaluation, as far as types need it."""

    types: Types

    def spend(self, steps: int) -> None:
        """Take ``steps`` from the budget; FeelError when it is used up."""


ANY: Final = Type()
NO_TYPES: Final[Types] = {}

ALIASES: Final[Mapping[str, str]] = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "integer": "number",
    "decimal": "number",
    "double": "number",
    "long": "number",
    "any": "Any",
}
"""Names that DMN 1.1 files and other tools use."""


def is_instance(value: object, type_: Type, run: Budget) -> bool:
    """Whether ``value`` is of the type, its parts included; constraints do not count.

    null belongs to ``Null`` alone, but may stand for any part.
    """
    return _conforms(value, type_, run, strict=False)


def _conforms(value: object, type_: Type, run: Budget, strict: bool) -> bool:
    """Whether ``value`` is of the type and, if ``strict``, within its constraints."""
    run.spend(1)
    if isinstance(type_, Constrained):
        allowed = not strict or type_.allows(value)
        return allowed and _conforms(value, type_.base, run, strict)
    if value is None:
        return type_.name == "Null"
    match type_:
        case ListType(item=item):
            return isinstance(value, list) and all(_fits(each, item, run, strict) for each in value)
        case ContextType(fields=fields):
            return isinstance(value, dict) and all(
                name in value and _fits(value[name], field, run, strict) for name, field in fields
            )
        case RangeType(bound=bound):
            return isinstance(value, Range) and all(
                _fits(end, bound, run, strict) for end in (value.low, value.high)
            )
        case FunctionType():
            return _is_function(value, type_)
    return _is_named(value, type_.name, run, strict)


def coerce(value: object, type_: Type, run: Budget) -> object:
    """``value`` as the type wants it, or None: DMN 1.3 clause 10.3.2.9.4.

    A single value becomes a list of one, a list of one its value, a date midnight UTC.
    """
    if value is None or _conforms(value, type_, run, True):
        return value
    resolved = resolve(type_, run.types)
    if isinstance(resolved, ListType) and not isinstance(value, list):
        return [value] if _conforms(value, resolved.item, run, True) else None
    if isinstance(value, list) and len(value) == 1:
        return value[0] if _conforms(value[0], type_, run, True) else None
    if type(value) is date and resolved.name == "date and time":
        return midnight(value)
    return None


def resolve(type_: Type, types: Types) -> Type:
    """The type behind names and constraints."""
    for _ in range(len(types) + 2):
        if isinstance(type_, Constrained):
            type_ = type_.base
        elif type(type_) is Type and type_.name in types:
            type_ = types[type_.name]
        else:
            break
    return type_


def _fits(value: object, type_: Type, run: Budget, strict: bool) -> bool:
    return value is None or _conforms(value, type_, run, strict)


def _is_named(value: object, name: str, run: Budget, strict: bool) -> bool:
    if name == "Any":
        return True
    if name in run.types:
        return _conforms(value, run.types[name], run, strict)
    name = ALIASES.get(name, name)
    kind = kind_of(value)
    return kind == name or (name == "duration" and kind.endswith("duration"))


def _is_function(value: object, type_: FunctionType) -> bool:
    if not isinstance(value, Function):
        return False
    return not type_.parameters or value.arity in (None, len(type_.parameters))
