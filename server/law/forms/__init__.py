"""Forms as data: read a form-js file and say what is wrong with it."""

from server.law.forms.lint import Problem, check, lint
from server.law.forms.patterns import Pattern, PatternError, compile_pattern
from server.law.forms.schema import Component, FormError, Schema, feel_source, read

__all__ = [
    "Component",
    "FormError",
    "Pattern",
    "PatternError",
    "Problem",
    "Schema",
    "check",
    "compile_pattern",
    "feel_source",
    "lint",
    "read",
]
