"""Short ways to evaluate in tests."""

from collections.abc import Mapping
from datetime import datetime

from server.feel import compile_expression, compile_unary_tests, to_json


def feel(text: str, now: datetime | None = None, **variables: object) -> object:
    """The value of an expression as JSON-like Python."""
    return to_json(compile_expression(text)(variables, now=now))


def feel_in(text: str, variables: Mapping[str, object]) -> object:
    """The same with variables whose names are no Python names."""
    return to_json(compile_expression(text)(variables))


def passes(cell: str, value: object, **variables: object) -> bool:
    """Whether a value passes the cell of a decision table."""
    return compile_unary_tests(cell)(value, variables)
