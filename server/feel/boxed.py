"""Boxed expressions: the logic of decisions as closures (DMN 1.3 clause 10.2, 1.4 10.2.2)."""

from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from server.feel.cells import Cells, nearest_id, text_of
from server.feel.deciding import Decider
from server.feel.domain import Function
from server.feel.errors import FeelError
from server.feel.functions import Lambda
from server.feel.items import read_type_ref
from server.feel.loops import Binding, Body, every, filtered, iterate, some
from server.feel.runtime import Evaluator, Scope
from server.feel.sentence import told
from server.feel.tables import Table, read_table
from server.feel.types import ANY, Type, coerce
from server.feel.xml import child, children, local_name

EXPRESSIONS: Final = (
    "literalExpression",
    "decisionTable",
    "context",
    "invocation",
    "functionDefinition",
    "relation",
    "list",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
)
"""The elements that hold logic."""


class Logic:
    """Compiles the boxed expressions of one model and gathers its tables."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.tables: list[Table] = []
        self._owner = ""
        self._readers: Mapping[str, Callable[[etree._Element], Evaluator]] = {
            "literalExpression": self._literal,
            "decisionTable": self._table,
            "context": self._context,
            "invocation": self._invocation,
            "functionDefinition": self._function,
            "relation": self._relation,
            "list": self._list,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
        }

    def of(self, element: etree._Element | None) -> Evaluator:
        """The logic inside ``element``; null when it has none. Raises FeelError."""
        expression = None if element is None else child(element, *EXPRESSIONS)
        if expression is None:
            return lambda scope: None
        return self._read(expression)

    def _read(self, expression: etree._Element) -> Evaluator:
        """The logic of an expression, converted to its ``typeRef`` where it has one."""
        evaluate = self._readers[local_name(expression)](expression)
        type_ = read_type_ref(expression.get("typeRef"))
        if type_ is ANY:
            return evaluate
        return lambda scope: coerce(evaluate(scope), type_, scope.run)

    def owned(self, element: etree._Element) -> Evaluator:
        """The logic of a decision, whose tables then carry its id."""
        self._owner = nearest_id(element)
        return self.of(element)

    def owned_function(self, element: etree._Element, result: Type) -> Evaluator:
        """The function of a business knowledge model, whose tables then carry its id."""
        self._owner = nearest_id(element)
        logic = child(element, "encapsulatedLogic")
        return (lambda scope: None) if logic is None else self._function(logic, result)

    def _function(self, element: etree._Element, result: Type = ANY) -> Evaluator:
        """A function definition: its value is a function. Java and PMML are never run."""
        parameters = tuple(
            (each.get("name", ""), read_type_ref(each.get("typeRef")))
            for each in children(element, "formalParameter")
        )
        external = element.get("kind", "FEEL").upper() != "FEEL"
        body = None if external else self._inside(element, [name for name, _ in parameters])
        cost = _cost(element)
        return lambda scope: Lambda(parameters, body, cost, scope, result)

    def _inside(self, element: etree._Element, names: list[str]) -> Evaluator:
        """The body of a function, in which its parameters are known names."""
        outside = self.cells
        self.cells = Cells(outside.known.union(names))
        body = self.of(element)
        self.cells = outside
        return body

    def _literal(self, element: etree._Element) -> Evaluator:
        return self.cells.expression(text_of(element), element)

    def _table(self, element: etree._Element) -> Evaluator:
        table = read_table(element, self._owner)
        self.tables.append(table)
        return Decider(element, table, self.cells).decide

    def _context(self, element: etree._Element) -> Evaluator:
        """The entries in order; one without a variable is the result itself."""
        entries = [self._entry(each) for each in children(element, "contextEntry")]

        def context(scope: Scope) -> object:
            names: dict[str, object] = {}
            inner = Scope(names, scope, scope.run)
            for name, type_, value in entries:
                found = coerce(value(inner), type_, scope.run)
                if not name:
                    return found
                names[name] = found
            return names

        return context

    def _entry(self, element: etree._Element) -> tuple[str, Type, Evaluator]:
        variable = child(element, "variable")
        if variable is None:
            return "", ANY, self.of(element)
        return variable.get("name", ""), read_type_ref(variable.get("typeRef")), self.of(element)

    def _invocation(self, element: etree._Element) -> Evaluator:
        callee = self.of(element)
        bindings = [(_parameter_name(each), self.of(each)) for each in children(element, "binding")]

        def invoke(scope: Scope) -> object:
            function = callee(scope)
            if not isinstance(function, Function):
                return None
            return function.invoke(scope.run, [], {name: each(scope) for name, each in bindings})

        return invoke

    def _relation(self, element: etree._Element) -> Evaluator:
        names = [each.get("name", "") for each in children(element, "column")]
        rows = [self._items(row) for row in children(element, "row")]

        def relation(scope: Scope) -> object:
            return [
                {name: cell(scope) for name, cell in zip(names, row, strict=False)} for row in rows
            ]

        return relation

    def _list(self, element: etree._Element) -> Evaluator:
        items = self._items(element)
        return lambda scope: [item(scope) for item in items]

    def _items(self, element: etree._Element) -> list[Evaluator]:
        return [self._read(each) for each in children(element, *EXPRESSIONS)]

    def _conditional(self, element: etree._Element) -> Evaluator:
        condition, then, otherwise = self._parts(element, "if", "then", "else")

        def choose(scope: Scope) -> object:
            held = condition(scope)
            if held is not None and not isinstance(held, bool):
                return None
            return then(scope) if held else otherwise(scope)

        return choose

    def _filter(self, element: etree._Element) -> Evaluator:
        base, match = self._parts(element, "in", "match")
        return filtered(base, Body(match, _cost(element)))

    def _for(self, element: etree._Element) -> Evaluator:
        domain, body = self._parts(element, "in", "return")
        bindings = [Binding(element.get("iteratorVariable", ""), domain, None)]
        return iterate(bindings, Body(body, _cost(element)), partial=True)

    def _quantified(self, element: etree._Element) -> Evaluator:
        domain, condition = self._parts(element, "in", "satisfies")
        bindings = [Binding(element.get("iteratorVariable", ""), domain, None)]
        quantifier = some if local_name(element) == "some" else every
        return quantifier(bindings, Body(condition, _cost(element)))

    def _parts(self, element: etree._Element, *names: str) -> list[Evaluator]:
        parts = [child(element, name) for name in names]
        if any(part is None for part in parts):
            raise FeelError(
                "model",
                told(
                    "元素 %(nearest_id)s 缺少 %(names)s 之一。",
                    nearest_id=nearest_id(element),
                    names=tuple(names),
                ),
            )
        return [self.of(part) for part in parts]


def _parameter_name(binding: etree._Element) -> str:
    parameter = child(binding, "parameter")
    return "" if parameter is None else parameter.get("name", "")


def _cost(element: etree._Element) -> int:
    """What one round of a boxed body takes from the budget: its elements with text."""
    return sum(1 for each in element.iter("{*}text"))
