"""One evaluation of a decision model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.feel.domain import Function
from server.feel.errors import over_budget
from server.feel.functions import bind
from server.feel.graph import Decision, Element, Graph, InputData, Key, Knowledge, Service
from server.feel.runtime import Run, Scope
from server.feel.types import Type, coerce
from server.feel.values import from_json

_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Step:
    """One decision that was made: its name, its result, the rules its tables applied."""

    decision: str
    result: object
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome. ``result`` is a FEEL value; ``matched`` the ids of the rules applied.

    ``trace`` holds the decisions in the order they were made, the asked one last; ``problems``
    says in Chinese what kept a table from deciding, such as two rules of a UNIQUE table.
    """

    result: object
    matched: tuple[str, ...]
    trace: tuple[Step, ...]
    problems: tuple[str, ...]


class Evaluation:
    """Values of a graph's elements, each computed once, all under one budget.

    ``given`` overrides elements: the arguments of a decision service.
    """

    def __init__(
        self,
        graph: Graph,
        prefixes: Mapping[str, str],
        data: Mapping[str, object],
        run: Run,
        given: Mapping[Key, object] | None = None,
    ) -> None:
        self.graph = graph
        self.prefixes = prefixes
        self.data = data
        self.run = run
        self.values: dict[Key, object] = dict(given or {})
        self.trace: list[Step] = []

    def decide(self, element: Element) -> Decided:
        """Make the asked decision, or the outputs of the asked service of the data."""
        try:
            result = self._asked(element)
        except RecursionError as error:
            raise over_budget("嵌套过深") from error
        return Decided(result, self.run.matched, tuple(self.trace), self.run.problems)

    def value(self, key: Key) -> object:
        """The value of an element, computed when first asked for."""
        if key not in self.values:
            self.values[key] = self._compute(self.graph[key])
        return self.values[key]

    def outputs(self, service: Service) -> object:
        """The result of a service: its one output, or a context of them."""
        results = {self.graph[key].name: self.value(key) for key in service.outputs}
        if len(results) == 1:
            return next(iter(results.values()))
        return dict(results)

    def _asked(self, element: Element) -> object:
        if not isinstance(element, Service):
            return self.value(element.key)
        inputs = [self.graph[key] for key in element.inputs]
        if any(self._datum(each) is _MISSING for each in inputs):
            return None
        self.values.update((each.key, self._given(each)) for each in inputs)
        return coerce(self.outputs(element), element.type, self.run)

    def _compute(self, element: Element) -> object:
        match element:
            case InputData():
                return self._given(element)
            case Decision():
                return self._decision(element)
            case Knowledge():
                return self._knowledge(element)
            case Service():
                return _ServiceFunction(self, element)
        raise TypeError(type(element).__name__)

    def _given(self, element: Element) -> object:
        datum = self._datum(element)
        if datum is _MISSING:
            return None
        value = from_json(datum, element.type, self.run.types)
        return coerce(value, element.type, self.run)

    def _datum(self, element: Element) -> object:
        """The caller's value: by name or, of an imported element, inside its prefix."""
        if element.name in self.data:
            return self.data[element.name]
        around = self.data.get(self.prefixes.get(element.key[0], ""))
        return around.get(element.name, _MISSING) if isinstance(around, Mapping) else _MISSING

    def _decision(self, element: Decision) -> object:
        scope = self._scope(element)
        before = len(self.run.matched)
        result = coerce(element.logic(scope), element.type, self.run)
        self.trace.append(Step(element.name, result, self.run.matched[before:]))
        return result

    def _knowledge(self, element: Knowledge) -> object:
        """The function; it may call itself."""
        scope, names = self._scope_and_names(element)
        names[element.name] = element.logic(scope)
        return names[element.name]

    def _scope(self, element: Element) -> Scope:
        return self._scope_and_names(element)[0]

    def _scope_and_names(self, element: Element) -> tuple[Scope, dict[str, object]]:
        names: dict[str, object] = {}
        for key in element.requires:
            if key != element.key:
                self._name(key, element, names)
        return Scope(names, self.run, self.run), names

    def _name(self, key: Key, element: Element, names: dict[str, object]) -> None:
        """Put a required value in scope: an imported one inside its prefix."""
        required = self.graph[key]
        prefix = self.prefixes.get(key[0], "") if key[0] != element.key[0] else ""
        inside = names if not prefix else names.setdefault(prefix, {})
        if isinstance(inside, dict):
            inside[required.name] = self.value(key)


class _ServiceFunction(Function):
    """A decision service invoked from an expression."""

    def __init__(self, evaluation: Evaluation, service: Service) -> None:
        self.evaluation = evaluation
        self.service = service
        inputs = [evaluation.graph[key] for key in service.inputs]
        self.parameters: tuple[tuple[str, Type], ...] = tuple(
            (each.name, each.type) for each in inputs
        )

    @property
    def arity(self) -> int:
        return len(self.parameters)

    def invoke(self, run: Run, positional: Sequence[object], named: Mapping[str, object]) -> object:
        arguments = bind(self.parameters, positional, named, run)
        if arguments is None:
            return None
        outer, service = self.evaluation, self.service
        values = (arguments[name] for name, _ in self.parameters)
        given = dict(zip(service.inputs, values, strict=True))
        inner = Evaluation(outer.graph, outer.prefixes, {}, outer.run, given)
        result = run.descend(lambda scope: inner.outputs(service), run)
        return coerce(result, service.type, run)
