"""for, some, every and filters: the parts of an expression that run more than once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from server.feel.domain import Range
from server.feel.errors import check_size
from server.feel.numbers import as_index
from server.feel.operators import disjunction
from server.feel.runtime import Evaluator, Run, Scope

_DAY: Final = timedelta(days=1)


class _NoDomainError(Exception):
    """What should be iterated over is null or cannot be counted through."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One iterator: its name, what it runs over and, for ``a..b``, the other end."""

    name: str
    domain: Evaluator
    end: Evaluator | None


@dataclass(frozen=True, slots=True)
class Body:
    """What is evaluated in each round, and the budget each round takes."""

    evaluate: Evaluator
    cost: int


def iterate(bindings: Sequence[Binding], body: Body, partial: bool) -> Evaluator:
    """``for … return …``; with ``partial`` the body sees the results so far by that name."""

    def loop(scope: Scope) -> object:
        results: list[object] = []
        try:
            for inner in _rounds(bindings, body.cost, scope):
                results.append(body.evaluate(_seeing(results, inner) if partial else inner))
        except _NoDomainError:
            return None
        return results

    return loop


def some(bindings: Sequence[Binding], body: Body) -> Evaluator:
    """``some … satisfies …``: the disjunction of the rounds."""
    return _quantified(bindings, body, True)


def every(bindings: Sequence[Binding], body: Body) -> Evaluator:
    """``every … satisfies …``: the conjunction of the rounds."""
    return _quantified(bindings, body, False)


def filtered(base: Evaluator, predicate: Body) -> Evaluator:
    """``base[predicate]``: the element at a number, or the elements where it is true."""

    def select(scope: Scope) -> object:
        value = base(scope)
        items = value if isinstance(value, list) else [] if value is None else [value]
        return _select(items, predicate, scope)

    return select


def index(items: list[object], position: object) -> object:
    """The element at a 1-based position, from the end when negative; None outside."""
    at = as_index(position)
    if at is None or not 0 < abs(at) <= len(items):
        return None
    return items[at - 1 if at > 0 else at]


def enumerate_range(interval: Range) -> Iterable[object] | None:
    """The whole numbers or days of an interval, in its direction; None for other kinds."""
    low, high = interval.low, interval.high
    if type(low) is date and type(high) is date:
        return _trimmed(_days(low, high), interval)
    first, last = as_index(low), as_index(high)
    if first is None or last is None:
        return None
    step = 1 if first <= last else -1
    numbers = (Decimal(each) for each in range(first, last + step, step))
    return _trimmed(numbers, interval)


def elements(value: object) -> Iterable[object] | None:
    """What a loop runs over: a list, an interval, or a single value; None for null."""
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        return enumerate_range(value)
    return None if value is None else [value]


def _rounds(bindings: Sequence[Binding], cost: int, scope: Scope) -> Iterator[Scope]:
    if not bindings:
        scope.run.spend(cost)
        yield scope
        return
    binding = bindings[0]
    for value in _domain(binding, scope):
        scope.run.spend(1)
        yield from _rounds(bindings[1:], cost, Scope({binding.name: value}, scope, scope.run))


def _domain(binding: Binding, scope: Scope) -> Iterable[object]:
    value = binding.domain(scope)
    if binding.end is not None:
        value = Range(value, binding.end(scope), True, True)
    found = elements(value)
    if found is None:
        raise _NoDomainError
    return found


def _seeing(results: list[object], scope: Scope) -> Scope:
    scope.run.spend(len(results))
    return Scope({"partial": list(results)}, scope, scope.run)


def _quantified(bindings: Sequence[Binding], body: Body, wanted: bool) -> Evaluator:
    def test(scope: Scope) -> object:
        found: bool | None = False
        try:
            for inner in _rounds(bindings, body.cost, scope):
                held = body.evaluate(inner)
                if held is not None and not isinstance(held, bool):
                    return None
                found = disjunction(found, (held is wanted) if isinstance(held, bool) else None)
                if found:
                    return wanted
        except _NoDomainError:
            return None
        return None if found is None else not wanted

    return test


def _select(items: list[object], predicate: Body, scope: Scope) -> object:
    run = scope.run
    if not items:
        return None if isinstance(predicate.evaluate(scope), Decimal) else []
    kept = []
    for item in items:
        run.spend(predicate.cost)
        chosen = predicate.evaluate(_inside(item, scope, run))
        if isinstance(chosen, Decimal):
            return index(items, chosen)
        if chosen is True:
            kept.append(item)
        elif chosen is not None and chosen is not False:
            return None
    return kept


def _inside(item: object, scope: Scope, run: Run) -> Scope:
    """The scope of a filter: ``item`` and, of a context, its entries."""
    inner = Scope({"item": item}, scope, run)
    return Scope(item, inner, run) if isinstance(item, dict) else inner


def _days(first: date, last: date) -> Iterator[object]:
    count = (last - first).days
    check_size(abs(count))
    step = _DAY if count >= 0 else -_DAY
    return (first + step * each for each in range(abs(count) + 1))


def _trimmed(values: Iterable[object], interval: Range) -> Iterable[object]:
    """Without the endpoints that an open interval leaves out."""
    outside = [
        end
        for end, closed in (
            (interval.low, interval.low_closed),
            (interval.high, interval.high_closed),
        )
        if not closed
    ]
    return (value for value in values if value not in outside) if outside else values
