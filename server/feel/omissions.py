"""What an expression asks for that is not carried out here: said when it is typed.

The evaluator answers such things with null, as FEEL demands of an error of meaning. Nobody who
writes a rule may have to find that out in a running case.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from server.feel.builtins import BUILTINS
from server.feel.builtins.patterns import compile_pattern
from server.feel.domain import KINDS
from server.feel.errors import bounded_recursion
from server.feel.parser import parse_expression, parse_unary_tests
from server.feel.runtime import Run
from server.feel.sentence import told
from server.feel.tree import (
    Call,
    Context,
    Dated,
    For,
    FunctionOf,
    InstanceOf,
    Literal,
    Name,
    Node,
    Quantified,
    walk,
)
from server.feel.types import ALIASES, ContextType, FunctionType, ListType, RangeType, Type

TYPES: Final = frozenset(
    {*KINDS.values(), *ALIASES, *ALIASES.values(), "Null", "duration", "function"}
)
"""The names of the built-in types."""

_CACHED: Final = 4096
_TOO_FINE: Final = re.compile(r"\.\d{6}\d*[1-9]")
_WRITTEN: Final = frozenset({"date", "time", "date and time", "duration"})
"""Functions that read a literal text."""
_PATTERNS: Final[Mapping[str, tuple[str, int | None]]] = {
    "matches": ("pattern", 2),
    "replace": ("pattern", 3),
    "split": ("delimiter", None),
}
"""The parameter that is a regular expression, always the second, and where its flags stand."""


class Omission(NamedTuple):
    """``code`` is ``left_out``, ``unknown_function`` or ``impossible_time``."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an expression finds where it stands: names that hold signs, ``functions`` and
    ``types`` besides the built-in ones, and, in a ``cell`` of a table, a tested value."""

    known: frozenset[str] = field(default=frozenset())
    functions: frozenset[str] = field(default=frozenset())
    types: frozenset[str] = field(default=frozenset())
    cell: bool = False


NOTHING: Final = Surroundings()


@lru_cache(maxsize=_CACHED)
def omissions(text: str, around: Surroundings = NOTHING) -> tuple[Omission, ...]:
    """Everything the expression or cell asks for in vain, each once.

    Raises FeelError for one that cannot be read.
    """
    read = parse_unary_tests if around.cell else parse_expression
    with bounded_recursion():
        tree = read(text, around.known)
        return tuple(dict.fromkeys(_in_tree(tree, around)))


def omissions_of_type(type_: Type, types: frozenset[str] = frozenset()) -> Iterator[Omission]:
    """What a type asks for in vain; ``types`` are those that a model declares."""
    match type_:
        case FunctionType():
            yield _left_out("不支持函数类型：函数的参数和结果的类型不作核对")
        case ListType(item=inner) | RangeType(bound=inner):
            yield from omissions_of_type(inner, types)
        case ContextType(fields=fields):
            for _, inner in fields:
                yield from omissions_of_type(inner, types)
        case Type(name=name) if name not in TYPES | types:
            yield _left_out(told("没有名为“%(name)s”的类型", name=name))


def _in_tree(tree: Node, around: Surroundings) -> Iterator[Omission]:
    bound = frozenset(_bound(tree))
    for node in walk(tree):
        match node:
            case FunctionOf():
                yield from _in_function(node, around)
            case InstanceOf(type=type_):
                yield from omissions_of_type(type_, around.types)
            case Dated(text=text, value=value):
                yield from _in_literal(text, value)
            case Context(entries=entries):
                yield from _in_context(entries)
            case Name(text="?") if not around.cell:
                yield _left_out("“?”只在决策表的条件单元格中有值")
            case Call(callee=Name(text=name)) if name not in bound | around.functions:
                yield from _in_call(name, node)


def _bound(tree: Node) -> Iterator[str]:
    """The names that parts of the expression give to values."""
    for node in walk(tree):
        match node:
            case FunctionOf(parameters=named) | Context(entries=named):
                yield from (name for name, _ in named)
            case For(iterators=iterators) | Quantified(iterators=iterators):
                yield from (each.name for each in iterators)


def _in_function(node: FunctionOf, around: Surroundings) -> Iterator[Omission]:
    if node.body is None:
        yield _left_out("不支持外部函数（external）：这里只计算 FEEL，不运行 Java 或 PMML")
    for _, type_ in node.parameters:
        yield from omissions_of_type(type_, around.types)


def _in_context(entries: tuple[tuple[str, Node], ...]) -> Iterator[Omission]:
    names = [name for name, _ in entries]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield _left_out(told("同一个上下文中“%(name)s”写了两次", name=name))


def _in_call(name: str, call: Call) -> Iterator[Omission]:
    builtin = BUILTINS.get(name)
    if builtin is None:
        yield Omission("unknown_function", told("没有名为“%(name)s”的函数", name=name))
    elif not builtin.takes(len(call.positional), {key for key, _ in call.named}):
        yield _left_out(told("函数“%(name)s”的参数个数或名称不对", name=name))
    elif name in _WRITTEN and isinstance(text := _argument(call, 0, "from"), str):
        if len(call.positional) + len(call.named) == 1:
            value = builtin.invoke(Run({}, {}, None), [text], {})
            yield from _in_literal(text, value)
    elif name in _PATTERNS:
        yield from _in_pattern(call, *_PATTERNS[name])


def _in_literal(text: str, value: object) -> Iterator[Omission]:
    if value is None:
        sentence = told("“%(text)s”不是能够计算的日期、时间或期限", text=text)
        yield Omission("impossible_time", sentence)
    elif _TOO_FINE.search(text):
        sentence = told("“%(text)s”的秒超过六位小数", text=text)
        yield Omission("impossible_time", sentence)


def _in_pattern(call: Call, parameter: str, flags_at: int | None) -> Iterator[Omission]:
    text = _argument(call, 1, parameter)
    flags = None if flags_at is None else _argument(call, flags_at, "flags")
    if isinstance(text, str) and compile_pattern(text, _text(flags)) is None:
        yield _left_out(told("正则表达式“%(text)s”有误，或用了不支持的写法", text=text))


def _argument(call: Call, at: int, name: str) -> object:
    """The literal an argument is written as; None for any other."""
    given = dict(call.named).get(name) or next(iter(call.positional[at : at + 1]), None)
    return given.value if isinstance(given, Literal) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _left_out(sentence: str) -> Omission:
    return Omission("left_out", sentence)
