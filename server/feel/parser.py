"""Tokens to tree: a recursive reader with binding powers (DMN 1.3 clause 10.3.1.2)."""

from collections.abc import Callable, Iterable
from typing import Final

from server.feel.errors import MAX_DEPTH, FeelError, over_budget
from server.feel.forms import FormParser
from server.feel.lexer import Token, unquote
from server.feel.numbers import number_of_text
from server.feel.sentence import told
from server.feel.tree import (
    AnyValue,
    Between,
    Binary,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Literal,
    Name,
    Node,
    Path,
    Tests,
)

_COMPARE: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_POWERS: Final = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(_COMPARE | {"between", "in"}, 3),
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "**": 6,
    "instance": 7,
}
"""How strongly each operator binds; a negated operand binds as strongly as ``instance``."""
_OPERAND: Final = 3
_CONSTANTS: Final = {"true": True, "false": False, "null": None}


def parse_expression(source: str, names: Iterable[str] = ()) -> Node:
    """The tree of one expression. Raises FeelError (code ``syntax`` or ``budget``)."""
    return _whole(source, names, lambda parser: parser.expression())


def parse_unary_tests(source: str, names: Iterable[str] = ()) -> Node:
    """The tree of the cell of a decision table: Tests or AnyValue. Raises FeelError."""
    return _whole(source, names, lambda parser: parser.unary_tests())


def _whole(source: str, names: Iterable[str], read: "Callable[[_Parser], Node]") -> Node:
    parser = _Parser(source, names)
    node = read(parser)
    parser.finish()
    return node


class _Parser(FormParser):
    def __init__(self, source: str, names: Iterable[str]) -> None:
        super().__init__(source, names)
        self.depth = 0

    # Expressions by binding power

    def expression(self, power: int = 0) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise over_budget(told("嵌套超过 %(max_depth)s 层", max_depth=MAX_DEPTH))
        node = self._operand()
        start = self.depth
        while (strength := _POWERS.get(self._operator(), 0)) > power:
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise over_budget(
                    told("一个表达式中的运算超过 %(max_depth)s 个", max_depth=MAX_DEPTH)
                )
            node = self._infix(node, strength)
        self.depth = start - 1
        return node

    def negated_operand(self) -> Node:
        return self.expression(_POWERS["instance"])

    def _operator(self) -> str:
        return self.here.text if self.here.kind in ("symbol", "keyword") else ""

    def _infix(self, left: Node, strength: int) -> Node:
        operator = self.here.text
        self.at += 1
        match operator:
            case "between":
                low = self.expression(_OPERAND)
                self.need("and")
                return Between(left, low, self.expression(_OPERAND))
            case "in":
                return In(left, self._alternatives())
            case "instance":
                self.need("of")
                return InstanceOf(left, self.type())
        return Binary(operator, left, self.expression(strength))

    def _operand(self) -> Node:
        node = self._primary()
        while True:
            if self.take("."):
                node = Path(node, self.name())
            elif self.filters and self.take("["):
                node = Filter(node, self.unrestricted(self.expression))
                self.need("]")
            elif self.take("("):
                node = self.call(node)
            else:
                return node

    def _primary(self) -> Node:
        token = self.here
        if token.kind == "number":
            self.at += 1
            return Literal(self._number(token))
        if token.kind == "string":
            self.at += 1
            return Literal(unquote(token.text))
        known = self.known.longest(self.tokens, self.at)
        if known is not None:
            self.at += known[1]
            return Name(known[0])
        if token.text in _CONSTANTS:
            self.at += 1
            return Literal(_CONSTANTS[token.text])
        if token.text == "function" and self.tokens[self.at + 1].text != "(":
            raise self.unexpected()
        prefix = self.prefixes.get(token.text)
        return prefix() if prefix is not None else Name(self.name())

    @staticmethod
    def _number(token: Token) -> object:
        try:
            return number_of_text(token.text)
        except ArithmeticError as error:
            raise FeelError("budget", "数字过大", token.start) from error

    # Unary tests

    def unary_tests(self) -> Node:
        if self.sees("-") and self.tokens[self.at + 1].kind == "end":
            self.at += 1
            return AnyValue()
        return self._negated() or Tests(self._tests())

    def _negated(self) -> Tests | None:
        """``not(…)`` over the whole cell; None, and nothing read, when it is a part of it."""
        start = self.at, self.depth
        if not (self.take("not") and self.take("(")):
            self.at = start[0]
            return None
        try:
            tests = self._tests()
            self.need(")")
            self.finish()
        except FeelError:
            self.at, self.depth = start
            self.filters = True
            return None
        return Tests(tests, negated=True)

    def _tests(self) -> tuple[Node, ...]:
        tests = [self.test()]
        while self.take(","):
            tests.append(self.test())
        return tuple(tests)

    def test(self) -> Node:
        operator = self._operator()
        if operator not in _COMPARE:
            return self.expression()
        self.at += 1
        return Comparison(operator, self.expression(_OPERAND))

    def _alternatives(self) -> Tests:
        node = self.test() if self._operator() in _COMPARE else self.expression(_OPERAND)
        return node if isinstance(node, Tests) else Tests((node,))
