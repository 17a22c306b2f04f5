"""How a built-in is declared, found and called.

A built-in is declared with its parameters as the tables of DMN 1.3 clause 10.3.4 write them.
Arguments that do not fit any declaration give null, as FEEL demands, and so does whatever the
function itself refuses with None or with an arithmetic error.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from server.feel.domain import Function, kind_of
from server.feel.errors import check_size
from server.feel.runtime import Run
from server.feel.temporal import midnight

_Implementation = TypeVar("_Implementation", bound=Callable[..., object])

_GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "duration": frozenset({"days and time duration", "years and months duration"}),
    "calendar": frozenset({"date", "date and time"}),
    "point": frozenset(
        {
            "number",
            "string",
            "date",
            "date and time",
            "time",
            "days and time duration",
            "years and months duration",
        }
    ),
}
"""Names in declarations that stand for several kinds."""

_MISFIT: Final = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """``kind`` is a FEEL kind, a group or ``any``, which alone takes null."""

    name: str
    kind: str
    optional: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class Declaration:
    """One way to call a built-in. ``wants_run``: the implementation shares the budget."""

    parameters: tuple[Parameter, ...]
    implementation: Callable[..., object]
    wants_run: bool

    def fit(self, positional: Sequence[object], named: Mapping[str, object]) -> list[object] | None:
        """The arguments in order and converted; None when they do not fit."""
        if named:
            return self._fit_named(named)
        if self.parameters and self.parameters[-1].repeated:
            return self._fit_repeated(positional)
        if len(positional) > len(self.parameters):
            return None
        missing = [None] * (len(self.parameters) - len(positional))
        if not all(each.optional for each in self.parameters[len(positional) :]):
            return None
        return _fit_all(self.parameters, [*positional, *missing])

    def takes(self, positional: int, named: Set[str]) -> bool:
        """Whether so many arguments, or arguments of these names, fit whatever their values."""
        needed = [each for each in self.parameters if not each.optional]
        repeats = bool(self.parameters) and self.parameters[-1].repeated
        if named:
            known = {each.name for each in self.parameters}
            return not repeats and {each.name for each in needed} <= named <= known
        return len(needed) <= positional and (repeats or positional <= len(self.parameters))

    def _fit_named(self, named: Mapping[str, object]) -> list[object] | None:
        names = {each.name for each in self.parameters}
        needed = {each.name for each in self.parameters if not each.optional}
        if not needed <= named.keys() <= names:
            return None
        if self.parameters[-1].repeated:
            return None
        return _fit_all(self.parameters, [named.get(each.name) for each in self.parameters])

    def _fit_repeated(self, positional: Sequence[object]) -> list[object] | None:
        *leading, last = self.parameters
        if len(positional) < len(self.parameters):
            return None
        parameters = [*leading, *[last] * (len(positional) - len(leading))]
        return _fit_all(parameters, positional)


class Builtin(Function):
    """A built-in function with all its declarations."""

    __slots__ = ("declarations", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.declarations: list[Declaration] = []

    @property
    def arity(self) -> int | None:
        sizes = {len(each.parameters) for each in self.declarations}
        return sizes.pop() if len(sizes) == 1 else None

    def takes(self, positional: int, named: Set[str]) -> bool:
        """Whether any declaration takes so many arguments, or arguments of these names."""
        return any(each.takes(positional, named) for each in self.declarations)

    def invoke(self, run: Run, positional: Sequence[object], named: Mapping[str, object]) -> object:
        for declaration in self.declarations:
            arguments = declaration.fit(positional, named)
            if arguments is not None:
                return _apply(declaration, run, arguments)
        return None


BUILTINS: Final[dict[str, Builtin]] = {}
"""Every built-in by its FEEL name."""


def builtin(name: str, *parameters: str) -> Callable[[_Implementation], _Implementation]:
    """Declare the decorated function as the built-in ``name``.

    Parameters read ``name: kind``, ``name?: kind`` where optional (None is passed), and
    ``*name: kind`` where repeated at least once. A function whose first Python parameter is
    called ``run`` is given the running evaluation.
    """

    def declare(implementation: _Implementation) -> _Implementation:
        wants_run = next(iter(inspect.signature(implementation).parameters), "") == "run"
        declared = tuple(_parameter(text) for text in parameters)
        function = BUILTINS.setdefault(name, Builtin(name))
        function.declarations.append(Declaration(declared, implementation, wants_run))
        return implementation

    return declare


def _parameter(text: str) -> Parameter:
    name, kind = text.split(": ")
    return Parameter(name.strip("*?"), kind, name.endswith("?"), name.startswith("*"))


def _apply(declaration: Declaration, run: Run, arguments: list[object]) -> object:
    run.spend(1 + sum(map(_weight, arguments)))
    shared = (run,) if declaration.wants_run else ()
    try:
        result = declaration.implementation(*shared, *arguments)
    except ArithmeticError:
        return None
    if isinstance(result, (str, list)):
        check_size(len(result))
    return Decimal(result) if type(result) is int else result


def _weight(argument: object) -> int:
    """What touching the whole argument costs, in steps."""
    if isinstance(argument, str):
        return len(argument) // 100
    return len(argument) // 10 if isinstance(argument, (list, dict)) else 0


def _fit_all(parameters: Sequence[Parameter], arguments: Sequence[object]) -> list[object] | None:
    fitted = []
    for parameter, argument in zip(parameters, arguments, strict=True):
        value = _fit(parameter, argument)
        if value is _MISFIT:
            return None
        fitted.append(value)
    return fitted


def _fit(parameter: Parameter, value: Any) -> object:
    """The argument as the parameter wants it, after FEEL's implicit conversions."""
    wanted = parameter.kind
    if wanted == "any" or (value is None and parameter.optional):
        return value
    if value is None:
        return _MISFIT
    kind = kind_of(value)
    if kind == wanted or kind in _GROUPS.get(wanted, ()):
        return value
    if wanted == "list":
        return [value]
    if kind == "list" and len(value) == 1:
        return _fit(parameter, value[0])
    return midnight(value) if type(value) is date and wanted == "date and time" else _MISFIT
