"""Tokens to tree: a recursive reader with binding powers (DMN 1.3 clause 10.3.1.2)."""

from collections.abc import Callable, Iterable
from typing import Final

from server.feel.errors import MAX_DEPTH, FeelError, over_budget
from server.feel.lexer import RESERVED, Token, tokenize, unquote
from server.feel.names import KnownNames, join_words, normalize
from server.feel.numbers import number_of_text
from server.feel.temporal import parse_temporal
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
)
from server.feel.types import ANY, ContextType, FunctionType, ListType, RangeType, Type

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
_WITH_KEYWORDS: Final = (
    "date and time",
    "days and time duration",
    "years and months duration",
    "day of year",
    "day of week",
    "week of year",
    "month of year",
    "get or else",
    "index of",
)
"""Names of types and built-ins that hold a keyword."""


def parse_expression(source: str, names: Iterable[str] = ()) -> Node:
    """The tree of one expression. Raises FeelError (code ``syntax`` or ``budget``)."""
    return _whole(source, names, lambda parser: parser.expression())


def parse_unary_tests(source: str, names: Iterable[str] = ()) -> Node:
    """The tree of the cell of a decision table: Tests or AnyValue. Raises FeelError."""
    return _whole(source, names, lambda parser: parser.unary_tests())


def parse_type(source: str) -> Type:
    """The type that ``list<number>`` and its like stand for. Raises FeelError."""
    parser = _Parser(source, ())
    type_ = parser.type()
    parser.finish()
    return type_


def _whole(source: str, names: Iterable[str], read: "Callable[[_Parser], Node]") -> Node:
    parser = _Parser(source, names)
    node = read(parser)
    parser.finish()
    return node


class _Parser:
    def __init__(self, source: str, names: Iterable[str]) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.known = KnownNames((*_WITH_KEYWORDS, *names))
        self.at = 0
        self.depth = 0
        self.filters = True
        self._prefixes: dict[str, Callable[[], Node]] = {
            "if": self._if,
            "for": self._for,
            "some": self._quantified,
            "every": self._quantified,
            "function": self._function,
            "(": self._parenthesis,
            "[": self._bracket,
            "]": self._open_range,
            "{": self._context,
            "-": self._negation,
            "@": self._temporal,
        }

    # Tokens

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def sees(self, *texts: str) -> bool:
        return self.here.text in texts and self.here.kind in ("symbol", "keyword", "name")

    def take(self, text: str) -> bool:
        found = self.sees(text)
        self.at += found
        return found

    def need(self, text: str) -> None:
        if not self.take(text):
            raise self.unexpected(f"，此处应为“{text}”")

    def unexpected(self, wish: str = "") -> FeelError:
        token = self.here
        what = "表达式在这里中断" if token.kind == "end" else f"此处不能是“{token.text}”"
        return FeelError("syntax", what + wish, token.start)

    def finish(self) -> None:
        if self.here.kind != "end":
            raise self.unexpected()

    # Expressions by binding power

    def expression(self, power: int = 0) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise over_budget(f"嵌套超过 {MAX_DEPTH} 层")
        node = self._operand()
        start = self.depth
        while (strength := _POWERS.get(self._operator(), 0)) > power:
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise over_budget(f"一个表达式中的运算超过 {MAX_DEPTH} 个")
            node = self._infix(node, strength)
        self.depth = start - 1
        return node

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
                node = Path(node, self._name())
            elif self.filters and self.take("["):
                node = Filter(node, self._unrestricted(self.expression))
                self.need("]")
            elif self.take("("):
                node = self._call(node)
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
        prefix = self._prefixes.get(token.text)
        return prefix() if prefix is not None else Name(self._name())

    @staticmethod
    def _number(token: Token) -> object:
        try:
            return number_of_text(token.text)
        except ArithmeticError as error:
            raise FeelError("budget", "数字过大", token.start) from error

    def _name(self) -> str:
        name, count = self.known.longest(self.tokens, self.at) or join_words(self.tokens, self.at)
        if not count and self.take("not"):
            return "not"
        if not count:
            raise self.unexpected()
        self.at += count
        return name

    def _unrestricted(self, read: Callable[[], Node]) -> Node:
        """Read inside brackets, where ``[`` is a filter again."""
        filters, self.filters = self.filters, True
        node = read()
        self.filters = filters
        return node

    # Forms that begin with a word or a sign

    def _if(self) -> Node:
        self.need("if")
        condition = self.expression()
        self.need("then")
        then = self.expression()
        self.need("else")
        return If(condition, then, self.expression())

    def _for(self) -> Node:
        self.need("for")
        iterators = self._iterators()
        self.need("return")
        return For(iterators, self.expression())

    def _quantified(self) -> Node:
        kind = self.here.text
        self.at += 1
        iterators = self._iterators()
        self.need("satisfies")
        return Quantified(kind, iterators, self.expression())

    def _iterators(self) -> tuple[Iterator, ...]:
        iterators = [self._iterator()]
        while self.take(","):
            iterators.append(self._iterator())
        return tuple(iterators)

    def _iterator(self) -> Iterator:
        name = self._declared(("in",))
        self.need("in")
        domain = self.expression()
        return Iterator(name, domain, self.expression() if self.take("..") else None)

    def _declared(self, ends: tuple[str, ...]) -> str:
        """A name being introduced: everything up to one of ``ends``; known from here on."""
        start = self.at
        while self.here.kind in ("name", "number", "keyword") or self.sees(*".-/+*'"):
            if self.sees(*ends):
                break
            self.at += 1
        if start == self.at or self.tokens[start].kind == "number":
            raise self.unexpected()
        name = normalize(self.source[self.tokens[start].start : self.tokens[self.at - 1].end])
        self.known.add(name)
        return name

    def _function(self) -> Node:
        self.need("function")
        self.need("(")
        parameters: list[tuple[str, Type]] = []
        while not self.take(")"):
            if parameters:
                self.need(",")
            name = self._declared((",", ":", ")"))
            parameters.append((name, self.type() if self.take(":") else ANY))
        external = self.take("external")
        body = self.expression()
        return FunctionOf(tuple(parameters), None if external else body)

    def _parenthesis(self) -> Node:
        """``(a)``, ``(a..b]`` and, for the operator ``in``, ``(a, < b)``."""
        self.need("(")
        tests = [self._unrestricted(self.test)]
        if self.take(".."):
            return self._range_end(tests[0], low_closed=False)
        while self.take(","):
            tests.append(self._unrestricted(self.test))
        self.need(")")
        return tests[0] if len(tests) == 1 else Tests(tuple(tests))

    def _bracket(self) -> Node:
        self.need("[")
        if self.take("]"):
            return ListOf(())
        items = [self._unrestricted(self.expression)]
        if self.take(".."):
            return self._range_end(items[0], low_closed=True)
        while self.take(","):
            items.append(self._unrestricted(self.expression))
        self.need("]")
        return ListOf(tuple(items))

    def _open_range(self) -> Node:
        self.need("]")
        low = self._unrestricted(self.expression)
        self.need("..")
        return self._range_end(low, low_closed=False)

    def _range_end(self, low: Node, low_closed: bool) -> Node:
        filters, self.filters = self.filters, False
        high = self.expression()
        self.filters = filters
        if not self.sees("]", ")", "["):
            raise self.unexpected()
        self.at += 1
        return RangeOf(low, high, low_closed, self.tokens[self.at - 1].text == "]")

    def _context(self) -> Node:
        self.need("{")
        entries: list[tuple[str, Node]] = []
        while not self.take("}"):
            if entries:
                self.need(",")
            key = self._key()
            self.need(":")
            entries.append((key, self._unrestricted(self.expression)))
        return Context(tuple(entries))

    def _key(self) -> str:
        if self.here.kind != "string":
            return self._declared((":",))
        self.at += 1
        key = unquote(self.tokens[self.at - 1].text)
        self.known.add(key)
        return key

    def _negation(self) -> Node:
        self.need("-")
        return Negation(self.expression(_POWERS["instance"]))

    def _temporal(self) -> Node:
        self.need("@")
        if self.here.kind != "string":
            raise self.unexpected("，@ 之后应为带引号的日期、时间或期限")
        self.at += 1
        return Literal(parse_temporal(unquote(self.tokens[self.at - 1].text)))

    def _call(self, callee: Node) -> Node:
        positional: list[Node] = []
        named: list[tuple[str, Node]] = []
        while not self.take(")"):
            if positional or named:
                self.need(",")
            key = self._argument_name()
            value = self._unrestricted(self.expression)
            if key is not None:
                named.append((key, value))
            else:
                positional.append(value)
        if positional and named:
            raise FeelError("syntax", "参数或者都带名称，或者都不带名称", self.here.start)
        return Call(callee, tuple(positional), tuple(named))

    def _argument_name(self) -> str | None:
        start = self.at
        while self.here.kind in ("name", "keyword") and self.here.text not in RESERVED - {"in"}:
            self.at += 1
        if start < self.at and self.sees(":"):
            name = " ".join(token.text for token in self.tokens[start : self.at])
            self.at += 1
            return name
        self.at = start
        return None

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

    # Types

    def type(self) -> Type:
        name = self._type_name()
        if not self.sees("<") or name not in ("list", "context", "range", "function"):
            return Type(name)
        self.need("<")
        match name:
            case "context":
                return ContextType("context", self._fields())
            case "function":
                return self._function_type()
        inner = self.type()
        self.need(">")
        return ListType("list", inner) if name == "list" else RangeType("range", inner)

    def _type_name(self) -> str:
        if self.take("function"):
            return "function"
        name = self._name()
        while self.take("."):
            name += "." + self._name()
        return name

    def _fields(self) -> tuple[tuple[str, Type], ...]:
        fields: list[tuple[str, Type]] = []
        while not self.take(">"):
            if fields:
                self.need(",")
            name = self._declared((":",))
            self.need(":")
            fields.append((name, self.type()))
        return tuple(fields)

    def _function_type(self) -> Type:
        parameters: list[Type] = []
        while not self.take(">"):
            if parameters:
                self.need(",")
            parameters.append(self.type())
        self.need("->")
        return FunctionType("function", tuple(parameters), self.type())
