"""The closed set of values an expression can see, and the kinds FEEL gives them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from server.feel.temporal import Months

if TYPE_CHECKING:
    from server.feel.runtime import Run

HostFunctions = Mapping[str, Callable[..., object]]
"""Functions an application lends to expressions, by the name they are called by."""

NO_FUNCTIONS: Final[HostFunctions] = {}


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; ``comparison``: written as ``< 5`` or ``>= 5``, without another end.

    In any other interval an endpoint of None leaves unknown what it contains.
    """

    low: object
    high: object
    low_closed: bool
    high_closed: bool
    comparison: bool = False


class Function(ABC):
    """A function value: a literal, a built-in or a business knowledge model."""

    @property
    @abstractmethod
    def arity(self) -> int | None:
        """The number of parameters; None when it varies."""

    @abstractmethod
    def invoke(
        self, run: "Run", positional: Sequence[object], named: Mapping[str, object]
    ) -> object:
        """The result; None when the arguments do not fit. Raises FeelError over budget."""


KINDS: Final[Mapping[type, str]] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    type(None): "null",
}
"""The FEEL name of each Python type that values have."""


def kind_of(value: object) -> str:
    """The FEEL name of the kind of ``value``; ``function`` for every Function."""
    return KINDS.get(type(value), "function")
