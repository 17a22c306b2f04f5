"""Expressions and cells ready to evaluate, compiled once per text."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

from server.feel.compiler import compile_tests, compile_tree
from server.feel.domain import NO_FUNCTIONS, HostFunctions
from server.feel.errors import bounded_recursion, over_budget
from server.feel.parser import parse_expression, parse_unary_tests
from server.feel.references import Calls, calls, free_names, only_logic
from server.feel.runtime import Run
from server.feel.values import from_host

NO_NAMES: Final[frozenset[str]] = frozenset()
_CACHED: Final = 4096


class Expression:
    """A compiled expression; immutable, safe to share between threads.

    ``names`` are the variables it needs, ``calls`` the functions it invokes with their literal
    arguments, ``logic`` whether nothing but `and` and `or` joins them; all are for checks. Called,
    it gives a FEEL value: numbers are Decimal, see ``values.to_json``. Errors of meaning give
    None; FeelError is raised over budget (code ``budget``), for data of a foreign type (``value``)
    or a host function that refuses its arguments (``call``).
    """

    __slots__ = ("_evaluate", "calls", "logic", "names", "text")

    def __init__(self, text: str, known: frozenset[str]) -> None:
        with bounded_recursion():
            tree = parse_expression(text, known)
            self.names = free_names(tree)
            self.logic = only_logic(tree)
            self.calls: Calls = calls(tree)
            self._evaluate = compile_tree(tree)
        self.text = text

    def __call__(
        self,
        variables: Mapping[str, object],
        functions: HostFunctions = NO_FUNCTIONS,
        now: datetime | None = None,
    ) -> object:
        return self.evaluate(Run(variables, functions, now))

    def evaluate(self, run: Run) -> object:
        """The value in an evaluation that already has a budget."""
        try:
            return self._evaluate(run)
        except RecursionError as error:
            raise over_budget("嵌套过深") from error


class UnaryTests:
    """A compiled cell of a decision table; like Expression, but of a tested value."""

    __slots__ = ("_test", "calls", "names", "text")

    def __init__(self, text: str, known: frozenset[str]) -> None:
        with bounded_recursion():
            tree = parse_unary_tests(text, known)
            self.names = free_names(tree)
            self.calls: Calls = calls(tree)
            self._test = compile_tests(tree)
        self.text = text

    def __call__(
        self,
        value: object,
        variables: Mapping[str, object],
        functions: HostFunctions = NO_FUNCTIONS,
        now: datetime | None = None,
    ) -> bool:
        return self.evaluate(from_host(value), Run(variables, functions, now))

    def evaluate(self, value: object, run: Run) -> bool:
        """Whether ``value``, a FEEL value, passes; null counts as no."""
        try:
            return self._test(run, value) is True
        except RecursionError as error:
            raise over_budget("嵌套过深") from error


@lru_cache(maxsize=_CACHED)
def compile_expression(text: str, known: frozenset[str] = NO_NAMES) -> Expression:
    """Compile one expression; raises FeelError (``syntax``, ``budget``) with its position.

    ``known`` are names in scope that hold keywords or signs ("date of birth", "a-b"); names
    of plain words ("Loan Amount") need not be listed.
    """
    return Expression(text, known)


@lru_cache(maxsize=_CACHED)
def compile_unary_tests(text: str, known: frozenset[str] = NO_NAMES) -> UnaryTests:
    """Compile one cell: ``-``, ``not(…)``, tests with commas. Raises FeelError."""
    return UnaryTests(text, known)
