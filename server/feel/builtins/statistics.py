"""Functions that make one value of many (DMN 1.3 tables 75 and 76)."""

from collections.abc import Callable
from decimal import Decimal
from functools import reduce

from server.feel.builtins.lists import ascending
from server.feel.builtins.registry import builtin
from server.feel.numbers import CONTEXT
from server.feel.operators import ARITHMETIC
from server.feel.runtime import Run

_Numbers = list[Decimal]


def _either_way(name: str, summarize: Callable[[Run, list[object]], object]) -> None:
    """Declare ``name`` for one list and for single arguments."""

    def of_list(run: Run, items: list[object]) -> object:
        return summarize(run, items)

    def of_arguments(run: Run, *items: object) -> object:
        return summarize(run, list(items))

    builtin(name, "list: list")(of_list)
    builtin(name, "*c: any")(of_arguments)


def _of_numbers(
    summarize: Callable[[_Numbers], object],
) -> Callable[[Run, list[object]], object]:
    def guarded(run: Run, items: list[object]) -> object:
        numbers = [each for each in items if type(each) is Decimal]
        if len(numbers) < len(items) or not numbers:
            return None
        return summarize(numbers)

    return guarded


def _minimum(run: Run, items: list[object]) -> object:
    ordered = ascending(run, items) if items else None
    return None if ordered is None else ordered[0]


def _maximum(run: Run, items: list[object]) -> object:
    ordered = ascending(run, items) if items else None
    return None if ordered is None else ordered[-1]


def _sum(run: Run, items: list[object]) -> object:
    return reduce(ARITHMETIC["+"], items) if items and not _has_text(items) else None


def _has_text(items: list[object]) -> bool:
    return any(isinstance(each, (str, list, dict, bool)) or each is None for each in items)


def _mean(run: Run, items: list[object]) -> object:
    return ARITHMETIC["/"](_sum(run, items), Decimal(len(items)))


def _product(numbers: _Numbers) -> Decimal:
    return reduce(CONTEXT.multiply, numbers)


def _median(numbers: _Numbers) -> Decimal:
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return CONTEXT.divide(CONTEXT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


def _stddev(numbers: _Numbers) -> Decimal | None:
    """The standard deviation of a sample; null for a single number."""
    if len(numbers) < 2:
        return None
    mean = CONTEXT.divide(reduce(CONTEXT.add, numbers), Decimal(len(numbers)))
    squares = [CONTEXT.power(CONTEXT.subtract(each, mean), Decimal(2)) for each in numbers]
    return CONTEXT.sqrt(CONTEXT.divide(reduce(CONTEXT.add, squares), Decimal(len(numbers) - 1)))


def _mode(run: Run, items: list[object]) -> object:
    """The numbers that occur most often, in ascending order; [] for an empty list."""
    counts: dict[Decimal, int] = {}
    for each in items:
        if type(each) is not Decimal:
            return None
        counts[each] = counts.get(each, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


_either_way("min", _minimum)
_either_way("max", _maximum)
_either_way("sum", _sum)
_either_way("mean", _mean)
_either_way("product", _of_numbers(_product))
_either_way("median", _of_numbers(_median))
_either_way("stddev", _of_numbers(_stddev))
_either_way("mode", _mode)
