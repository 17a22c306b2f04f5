"""The forms that begin with a word or a bracket, and calls."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable

from server.feel.errors import FeelError
from server.feel.lexer import RESERVED, unquote
from server.feel.temporal import parse_temporal
from server.feel.tree import (
    Call,
    Context,
    Dated,
    For,
    FunctionOf,
    If,
    Iterator,
    ListOf,
    Negation,
    Node,
    Quantified,
    RangeOf,
    Tests,
)
from server.feel.type_parser import TypeParser
from server.feel.types import ANY, Type


class FormParser(TypeParser, ABC):
    """Reads forms; ``prefixes`` names the reader of each by its first token.

    ``filters`` is off at the upper end of a range, where ``[`` closes it.
    """

    def __init__(self, source: str, names: Iterable[str]) -> None:
        super().__init__(source, names)
        self.filters = True
        self.prefixes: dict[str, Callable[[], Node]] = {
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

    @abstractmethod
    def expression(self, power: int = 0) -> Node:
        """An expression of operators that bind more strongly than ``power``."""

    @abstractmethod
    def negated_operand(self) -> Node:
        """What a sign applies to."""

    @abstractmethod
    def test(self) -> Node:
        """An expression, or an endpoint with its operator."""

    def unrestricted(self, read: Callable[[], Node]) -> Node:
        """Read inside brackets, where ``[`` is a filter again."""
        filters, self.filters = self.filters, True
        node = read()
        self.filters = filters
        return node

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
        name = self.declared(("in",))
        self.need("in")
        domain = self.expression()
        return Iterator(name, domain, self.expression() if self.take("..") else None)

    def _function(self) -> Node:
        self.need("function")
        self.need("(")
        parameters: list[tuple[str, Type]] = []
        while not self.take(")"):
            if parameters:
                self.need(",")
            name = self.declared((",", ":", ")"))
            parameters.append((name, self.type() if self.take(":") else ANY))
        external = self.take("external")
        body = self.expression()
        return FunctionOf(tuple(parameters), None if external else body)

    def _parenthesis(self) -> Node:
        """``(a)``, ``(a..b]`` and, for the operator ``in``, ``(a, < b)``."""
        self.need("(")
        tests = [self.unrestricted(self.test)]
        if self.take(".."):
            return self._range_end(tests[0], low_closed=False)
        while self.take(","):
            tests.append(self.unrestricted(self.test))
        self.need(")")
        return tests[0] if len(tests) == 1 else Tests(tuple(tests))

    def _bracket(self) -> Node:
        self.need("[")
        if self.take("]"):
            return ListOf(())
        items = [self.unrestricted(self.expression)]
        if self.take(".."):
            return self._range_end(items[0], low_closed=True)
        while self.take(","):
            items.append(self.unrestricted(self.expression))
        self.need("]")
        return ListOf(tuple(items))

    def _open_range(self) -> Node:
        self.need("]")
        low = self.unrestricted(self.expression)
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
            entries.append((key, self.unrestricted(self.expression)))
        return Context(tuple(entries))

    def _key(self) -> str:
        if self.here.kind != "string":
            return self.declared((":",))
        self.at += 1
        key = unquote(self.tokens[self.at - 1].text)
        self.known.add(key)
        return key

    def _negation(self) -> Node:
        self.need("-")
        return Negation(self.negated_operand())

    def _temporal(self) -> Node:
        self.need("@")
        if self.here.kind != "string":
            raise self.unexpected("，@ 之后应为带引号的日期、时间或期限")
        self.at += 1
        text = unquote(self.tokens[self.at - 1].text)
        return Dated(parse_temporal(text), text)

    def call(self, callee: Node) -> Node:
        positional: list[Node] = []
        named: list[tuple[str, Node]] = []
        while not self.take(")"):
            if positional or named:
                self.need(",")
            key = self._argument_name()
            value = self.unrestricted(self.expression)
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
