"""FEEL and DMN: the expression language of diagrams, forms and decision tables.

An interpreter over an immutable tree: no ``eval``, no attribute access, a budget for every
evaluation, decimals instead of floats. Knows nothing else of the application.
"""

from server.feel.errors import FeelError
from server.feel.expression import (
    Expression,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from server.feel.values import from_json, to_json

__all__ = [
    "Expression",
    "FeelError",
    "UnaryTests",
    "compile_expression",
    "compile_unary_tests",
    "from_json",
    "to_json",
]
