"""Function values that are no built-ins: literals and what the host lends."""

from collections.abc import Callable, Mapping, Sequence

from server.feel.domain import Function
from server.feel.errors import FeelError
from server.feel.runtime import Evaluator, Run, Scope
from server.feel.sentence import told
from server.feel.types import ANY, Type, coerce
from server.feel.values import from_host

Parameters = tuple[tuple[str, Type], ...]


class Lambda(Function):
    """A function literal together with the scope it was written in.

    ``cost`` is what one invocation takes from the budget, ``result`` the type it gives; a body
    of None is an external function: it is never run and its result is null.
    """

    __slots__ = ("body", "cost", "parameters", "result", "scope")

    def __init__(
        self,
        parameters: Parameters,
        body: Evaluator | None,
        cost: int,
        scope: Scope,
        result: Type = ANY,
    ) -> None:
        self.parameters = parameters
        self.body = body
        self.cost = cost
        self.scope = scope
        self.result = result

    @property
    def arity(self) -> int:
        return len(self.parameters)

    def invoke(self, run: Run, positional: Sequence[object], named: Mapping[str, object]) -> object:
        names = bind(self.parameters, positional, named, run)
        if names is None or self.body is None:
            return None
        own = self.scope.run
        own.spend(self.cost)
        return coerce(own.descend(self.body, Scope(names, self.scope, own)), self.result, run)


class Host(Function):
    """A Python function that the application lends to expressions."""

    __slots__ = ("function", "name")

    def __init__(self, name: str, function: Callable[..., object]) -> None:
        self.name = name
        self.function = function

    @property
    def arity(self) -> None:
        return None

    def invoke(self, run: Run, positional: Sequence[object], named: Mapping[str, object]) -> object:
        run.spend(1)
        try:
            result = self.function(*positional, **named)
        except TypeError as error:
            raise FeelError(
                "call", told("函数“%(name)s”的参数不对：%(error)s", name=self.name, error=error)
            ) from error
        return from_host(result)


def bind(
    parameters: Parameters, positional: Sequence[object], named: Mapping[str, object], run: Run
) -> dict[str, object] | None:
    """Parameter names with their arguments, converted to the declared types.

    None when the number or a name is wrong, or a value does not fit its type.
    """
    names = [name for name, _ in parameters]
    given = dict(zip(names, positional, strict=False)) | dict(named)
    if len(positional) > len(names) or given.keys() != set(names):
        return None
    for name, type_ in parameters:
        value = coerce(given[name], type_, run)
        if value is None and given[name] is not None:
            return None
        given[name] = value
    return given
