"""Closures that find names: variables, functions, paths into the host's data."""

from server.feel.builtins import BUILTINS
from server.feel.domain import Function
from server.feel.functions import Host
from server.feel.members import member
from server.feel.runtime import MISSING, Evaluator, Scope, look_up
from server.feel.values import from_host


def outer_variable(name: str) -> Evaluator:
    """The variable of the host, else the function of that name."""
    builtin = BUILTINS.get(name)

    def variable(scope: Scope) -> object:
        run = scope.run
        value = run.names.get(name, MISSING)
        if value is not MISSING:
            return from_host(value)
        lent = run.functions.get(name)
        return builtin if lent is None else Host(name, lent)

    return variable


def inner_variable(name: str) -> Evaluator:
    """The nearest variable of that name."""
    outer = outer_variable(name)

    def variable(scope: Scope) -> object:
        value = look_up(scope, name)
        return outer(scope) if value is MISSING else value

    return variable


def function_named(name: str) -> Evaluator:
    """The function a call means: a nearer name that is no function does not hide it."""
    builtin = BUILTINS.get(name)

    def find(scope: Scope) -> object:
        run = scope.run
        value = look_up(scope, name)
        if value is MISSING:
            value = run.names.get(name)
        if isinstance(value, Function):
            return value
        lent = run.functions.get(name)
        return builtin if lent is None else Host(name, lent)

    return find


def outer_path(root: str, steps: tuple[str, ...]) -> Evaluator:
    """A path into the host's data that converts what it ends at, not what it passes."""

    def follow(scope: Scope) -> object:
        value: object = scope.run.names.get(root)
        for at, step in enumerate(steps):
            if type(value) is not dict:
                value = from_host(value)
                for rest in steps[at:]:
                    value = member(value, rest, scope.run)
                return value
            value = value.get(step)
        return from_host(value)

    return follow
