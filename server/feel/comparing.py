"""Closures of comparisons, logic and unary tests."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from server.feel.domain import Range
from server.feel.operators import before, conjunction, disjunction, equal, matches, not_after
from server.feel.runtime import Evaluator, Scope

Test = Callable[[Scope, object], bool | None]
"""A compiled unary test: scope and tested value to whether it holds."""

_SIMPLE: Final = frozenset({Decimal, str})
"""Kinds that Python compares as FEEL does."""


def any_of(tests: Sequence[Test]) -> Test:
    """The disjunction of ``tests``."""
    if len(tests) == 1:
        return tests[0]

    def any_holds(scope: Scope, value: object) -> bool | None:
        found: bool | None = False
        for test in tests:
            found = disjunction(found, test(scope, value))
            if found:
                return True
        return found

    return any_holds


def asking(expression: Evaluator) -> Test:
    """A cell that speaks of the tested value as ``?``."""

    def holds(scope: Scope, value: object) -> bool | None:
        result = expression(Scope({"?": value}, scope, scope.run))
        if result is None or isinstance(result, bool):
            return result
        return matches(value, result, scope.run)

    return holds


def wanting(expression: Evaluator) -> Test:
    """A cell that computes what the tested value should be, or whether it holds at all."""

    def holds(scope: Scope, value: object) -> bool | None:
        result = expression(scope)
        if result is True and value is not None and not isinstance(value, bool):
            return True
        return matches(value, result, scope.run)

    return holds


def opposite(test: Test) -> Test:
    """``not(…)`` of a test."""

    def fails(scope: Scope, value: object) -> bool | None:
        held = test(scope, value)
        return None if held is None else not held

    return fails


def _equals(left: Evaluator, right: Evaluator) -> Evaluator:
    def equals(scope: Scope) -> object:
        one, other = left(scope), right(scope)
        if type(one) is type(other) and type(one) in _SIMPLE:
            return one == other
        return equal(one, other, scope.run)

    return equals


def _differs(left: Evaluator, right: Evaluator) -> Evaluator:
    def differs(scope: Scope) -> object:
        same = equal(left(scope), right(scope), scope.run)
        return None if same is None else not same

    return differs


def _and(left: Evaluator, right: Evaluator) -> Evaluator:
    def both(scope: Scope) -> object:
        held = left(scope)
        return False if held is False else conjunction(held, right(scope))

    return both


def _or(left: Evaluator, right: Evaluator) -> Evaluator:
    def either(scope: Scope) -> object:
        held = left(scope)
        return True if held is True else disjunction(held, right(scope))

    return either


BINARY: Final[dict[str, Callable[[Evaluator, Evaluator], Evaluator]]] = {
    "or": _or,
    "and": _and,
    "=": _equals,
    "!=": _differs,
    "<": lambda left, right: lambda scope: before(left(scope), right(scope)),
    "<=": lambda left, right: lambda scope: not_after(left(scope), right(scope)),
    ">": lambda left, right: lambda scope: before(right(scope), left(scope)),
    ">=": lambda left, right: lambda scope: not_after(right(scope), left(scope)),
}


def _not_equal(value: object, operand: object, scope: Scope) -> bool | None:
    same = equal(value, operand, scope.run)
    return None if same is None else not same


COMPARE: Final[dict[str, Callable[[object, object, Scope], bool | None]]] = {
    "=": lambda value, operand, scope: equal(value, operand, scope.run),
    "!=": _not_equal,
    "<": lambda value, operand, scope: before(value, operand),
    "<=": lambda value, operand, scope: not_after(value, operand),
    ">": lambda value, operand, scope: before(operand, value),
    ">=": lambda value, operand, scope: not_after(operand, value),
}


def interval(low: object, high: object, low_closed: bool, high_closed: bool) -> Range | None:
    """The range of two endpoints; None when they have no order or the wrong one."""
    if low is not None and high is not None and not not_after(low, high):
        return None
    return Range(low, high, low_closed, high_closed)


HALF_RANGES: Final[dict[str, Callable[[object], Range | None]]] = {
    "=": lambda end: Range(end, end, True, True, comparison=True),
    "!=": lambda end: None,
    "<": lambda end: Range(None, end, False, False, comparison=True),
    "<=": lambda end: Range(None, end, False, True, comparison=True),
    ">": lambda end: Range(end, None, False, False, comparison=True),
    ">=": lambda end: Range(end, None, True, False, comparison=True),
}
