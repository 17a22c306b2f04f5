"""The tokens of one expression while it is read, and the names it meets."""

from collections.abc import Iterable
from typing import Final

from server.feel.errors import FeelError
from server.feel.lexer import Token, tokenize
from server.feel.names import KnownNames, join_words, normalize
from server.feel.sentence import told

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


class TokenStream:
    """A position among the tokens of ``source``. Raises FeelError with the place."""

    def __init__(self, source: str, names: Iterable[str]) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.known = KnownNames((*_WITH_KEYWORDS, *names))
        self.at = 0

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
            raise self.unexpected(told("，此处应为“%(text)s”", text=text))

    def unexpected(self, wish: str = "") -> FeelError:
        token = self.here
        what = (
            "表达式在这里中断"
            if token.kind == "end"
            else told("此处不能是“%(text)s”", text=token.text)
        )
        return FeelError("syntax", told("%(what)s%(wish)s", what=what, wish=wish), token.start)

    def finish(self) -> None:
        if self.here.kind != "end":
            raise self.unexpected()

    def name(self) -> str:
        """The name that begins here; the known one that is longest."""
        name, count = self.known.longest(self.tokens, self.at) or join_words(self.tokens, self.at)
        if not count and self.take("not"):
            return "not"
        if not count:
            raise self.unexpected()
        self.at += count
        return name

    def declared(self, ends: tuple[str, ...]) -> str:
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
