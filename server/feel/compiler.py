"""Tree to closures: each node becomes one function of the scope.

A closure is built once per expression and shared by all evaluations; it holds nothing that
changes. Loops, filters and function bodies charge the number of nodes they hold each time they
run, so the budget counts visited nodes without a counter in every node.
"""

from collections.abc import Callable, Sequence
from functools import singledispatchmethod

from server.feel.comparing import (
    BINARY,
    COMPARE,
    HALF_RANGES,
    Test,
    any_of,
    asking,
    interval,
    opposite,
    wanting,
)
from server.feel.domain import Function
from server.feel.errors import FeelError
from server.feel.functions import Lambda
from server.feel.lookup import function_named, inner_variable, outer_path, outer_variable
from server.feel.loops import Binding, Body, every, filtered, iterate, some
from server.feel.members import member
from server.feel.operators import ARITHMETIC, conjunction, matches, negate, not_after
from server.feel.runtime import Evaluator, Scope
from server.feel.tree import (
    AnyValue,
    Between,
    Binary,
    Call,
    Comparison,
    Context,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Iterator,
    ListOf,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    RangeOf,
    Tests,
    walk,
)
from server.feel.types import is_instance


def compile_tree(node: Node, inside: bool = False) -> Evaluator:
    """The closure of a whole expression; ``inside`` some scope within the host's variables.

    Raises FeelError for a misplaced list of tests.
    """
    return Compiler(inside).compile(node)


def compile_tests(node: Node, inside: bool = False) -> Test:
    """The closure of a cell, in which ``?`` is the tested value."""
    return Compiler(inside).cell(node)


class Compiler:
    """Compiles one expression. ``inside``: names may be bound between here and the host."""

    def __init__(self, inside: bool = False) -> None:
        self.inside = inside
        self.nodes = 0

    def compile(self, node: Node) -> Evaluator:
        """The closure of ``node``; counts it."""
        self.nodes += 1
        return self._compile(node)

    def body(self, node: Node) -> Body:
        """The closure of a part that runs with names of its own, and its number of nodes."""
        outside, start = self.inside, self.nodes
        self.inside = True
        evaluate = self.compile(node)
        self.inside = outside
        return Body(evaluate, self.nodes - start)

    def cell(self, node: Node) -> Test:
        """The test of a decision table's cell."""
        if isinstance(node, AnyValue):
            return lambda scope, value: True
        assert isinstance(node, Tests)
        test = self._tests(node, self._cell_test)
        return opposite(test) if node.negated else test

    @singledispatchmethod
    def _compile(self, node: Node) -> Evaluator:
        raise FeelError("syntax", "用逗号分开的选项只能写在 in 之后的括号里")

    @_compile.register
    def _literal(self, node: Literal) -> Evaluator:
        value = node.value
        return lambda scope: value

    @_compile.register
    def _name(self, node: Name) -> Evaluator:
        return inner_variable(node.text) if self.inside else outer_variable(node.text)

    @_compile.register
    def _path(self, node: Path) -> Evaluator:
        name, root, steps = node.name, *_steps(node)
        if root is not None and not self.inside:
            return outer_path(root, steps)
        base = self.compile(node.base)
        return lambda scope: member(base(scope), name, scope.run)

    @_compile.register
    def _filter(self, node: Filter) -> Evaluator:
        return filtered(self.compile(node.base), self.body(node.predicate))

    @_compile.register
    def _negation(self, node: Negation) -> Evaluator:
        operand = self.compile(node.operand)
        return lambda scope: negate(operand(scope))

    @_compile.register
    def _binary(self, node: Binary) -> Evaluator:
        left, right = self.compile(node.left), self.compile(node.right)
        build = BINARY.get(node.operator)
        if build is not None:
            return build(left, right)
        apply = ARITHMETIC[node.operator]
        return lambda scope: apply(left(scope), right(scope))

    @_compile.register
    def _between(self, node: Between) -> Evaluator:
        value, low, high = (self.compile(part) for part in (node.value, node.low, node.high))

        def between(scope: Scope) -> object:
            tested = value(scope)
            return conjunction(not_after(low(scope), tested), not_after(tested, high(scope)))

        return between

    @_compile.register
    def _in(self, node: In) -> Evaluator:
        value, test = self.compile(node.value), self._tests(node.tests, self._test)
        return lambda scope: test(scope, value(scope))

    @_compile.register
    def _instance(self, node: InstanceOf) -> Evaluator:
        value, type_ = self.compile(node.value), node.type
        return lambda scope: is_instance(value(scope), type_, scope.run)

    @_compile.register
    def _if(self, node: If) -> Evaluator:
        condition = self.compile(node.condition)
        then, otherwise = self.compile(node.then), self.compile(node.otherwise)
        return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)

    @_compile.register
    def _for(self, node: For) -> Evaluator:
        partial = any(part == Name("partial") for part in walk(node.body))
        return iterate(self._bindings(node.iterators), self.body(node.body), partial)

    @_compile.register
    def _quantified(self, node: Quantified) -> Evaluator:
        quantifier = some if node.kind == "some" else every
        return quantifier(self._bindings(node.iterators), self.body(node.body))

    def _bindings(self, iterators: Sequence[Iterator]) -> list[Binding]:
        return [
            Binding(each.name, self._inner(each.domain), self._end(each.end)) for each in iterators
        ]

    def _end(self, node: Node | None) -> Evaluator | None:
        return None if node is None else self._inner(node)

    def _inner(self, node: Node) -> Evaluator:
        return self.body(node).evaluate

    @_compile.register
    def _list(self, node: ListOf) -> Evaluator:
        items = [self.compile(item) for item in node.items]
        return lambda scope: [item(scope) for item in items]

    @_compile.register
    def _context(self, node: Context) -> Evaluator:
        entries = [(name, self.body(value).evaluate) for name, value in node.entries]
        if len(dict(entries)) < len(entries):
            return lambda scope: None

        def context(scope: Scope) -> object:
            names: dict[str, object] = {}
            inner = Scope(names, scope, scope.run)
            for name, value in entries:
                names[name] = value(inner)
            return names

        return context

    @_compile.register
    def _range(self, node: RangeOf) -> Evaluator:
        low, high = self.compile(node.low), self.compile(node.high)
        closed = node.low_closed, node.high_closed
        return lambda scope: interval(low(scope), high(scope), *closed)

    @_compile.register
    def _half_range(self, node: Comparison) -> Evaluator:
        operand, build = self.compile(node.operand), HALF_RANGES[node.operator]
        return lambda scope: build(operand(scope))

    @_compile.register
    def _function(self, node: FunctionOf) -> Evaluator:
        parameters = node.parameters
        body = None if node.body is None else self.body(node.body)
        evaluate, cost = (None, 0) if body is None else (body.evaluate, body.cost)
        return lambda scope: Lambda(parameters, evaluate, cost, scope)

    @_compile.register
    def _call(self, node: Call) -> Evaluator:
        callee = self._callee(node.callee)
        positional = [self.compile(each) for each in node.positional]
        named = [(name, self.compile(each)) for name, each in node.named]

        def call(scope: Scope) -> object:
            function = callee(scope)
            if not isinstance(function, Function):
                return None
            arguments = [each(scope) for each in positional]
            return function.invoke(
                scope.run, arguments, {name: each(scope) for name, each in named}
            )

        return call

    def _callee(self, node: Node) -> Evaluator:
        return function_named(node.text) if isinstance(node, Name) else self.compile(node)

    # Unary tests

    def _tests(self, node: Tests, read: Callable[[Node], Test]) -> Test:
        return any_of([read(each) for each in node.tests])

    def _test(self, node: Node) -> Test:
        if isinstance(node, Tests):
            return self._tests(node, self._test)
        if isinstance(node, Comparison):
            operand, compare = self.compile(node.operand), COMPARE[node.operator]
            return lambda scope, value: compare(value, operand(scope), scope)
        wanted = self.compile(node)
        return lambda scope, value: matches(value, wanted(scope), scope.run)

    def _cell_test(self, node: Node) -> Test:
        if any(part == Name("?") for part in walk(node)):
            return asking(self.body(node).evaluate)
        if isinstance(node, (Comparison, Tests)) or not _computes(node):
            return self._test(node)
        return wanting(self.compile(node))


def _computes(node: Node) -> bool:
    return not isinstance(node, (Literal, Negation, RangeOf, ListOf)) or any(
        isinstance(part, (Name, Call)) for part in walk(node)
    )


def _steps(node: Node) -> tuple[str | None, tuple[str, ...]]:
    """The name and the members of ``a.b.c``; None when it does not begin with a name."""
    steps: list[str] = []
    while isinstance(node, Path):
        steps.insert(0, node.name)
        node = node.base
    return (node.text if isinstance(node, Name) else None), tuple(steps)
