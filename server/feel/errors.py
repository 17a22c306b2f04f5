"""The one exception of the expression language and the limits that raise it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from server.feel.sentence import told

MAX_SOURCE: Final = 8_000
"""Characters of one expression."""
MAX_DEPTH: Final = 100
"""Nested brackets, operators, values and function invocations."""
MAX_STEPS: Final = 100_000
"""Expression nodes visited in loops, elements touched by built-ins."""
MAX_SIZE: Final = 100_000
"""Elements of a list, characters of a string."""


class FeelError(Exception):
    """An expression that cannot be read, or that asks for more than it may have.

    ``code`` is one of ``syntax``, ``budget``, ``value``, ``call``, ``model``; ``sentence`` is
    Chinese and meant for a process owner; ``position`` is the offset in the source, in
    characters, where there is one. What FEEL itself calls an error of meaning is no exception
    but the value ``null``.
    """

    def __init__(self, code: str, sentence: str, position: int | None = None) -> None:
        where = "" if position is None else told("（第 %(value)s 个字符处）", value=position + 1)
        super().__init__(told("%(sentence)s%(where)s", sentence=sentence, where=where))
        self.code = code
        self.sentence = sentence
        self.position = position


def over_budget(what: str) -> FeelError:
    """The error for exceeding a limit; ``what`` names it in Chinese."""
    return FeelError("budget", told("表达式超出限度：%(what)s。", what=what))


@contextmanager
def bounded_recursion() -> Iterator[None]:
    """Turn Python's own limit on nesting into a FeelError."""
    try:
        yield
    except RecursionError as error:
        raise over_budget("嵌套过深") from error


def check_size(size: int) -> None:
    """Refuse a list or string that would be longer than MAX_SIZE."""
    if size > MAX_SIZE:
        raise over_budget(told("列表或文本超过 %(max_size)s 个元素或字符", max_size=MAX_SIZE))
