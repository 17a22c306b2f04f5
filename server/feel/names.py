"""Names of several words: which tokens of the source make one name.

DMN lets a name hold spaces, keywords and signs ("Loan Amount", "date and time", "a-b"). A name
known from the scope is taken at its longest; otherwise words that stand side by side are one
name, because no other rule of the grammar puts two words side by side.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from server.feel.errors import FeelError
from server.feel.lexer import Token, tokenize


class KnownNames:
    """The names in scope that need more than one token."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make ``name`` known; a single word or something that is no name changes nothing."""
        words = _words(name)
        if len(words) < 2:
            return
        entries = self._by_first.setdefault(words[0], [])
        if (words, name) not in entries:
            entries.append((words, name))
            entries.sort(key=lambda entry: -len(entry[0]))

    def longest(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        """The longest known name whose tokens start at ``at``, with their number."""
        for words, name in self._by_first.get(tokens[at].text, ()):
            if _stands_at(words, tokens, at):
                return name, len(words)
        return None


def join_words(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    """The words side by side from ``at`` as one name, with their number; ("", 0) for none."""
    end = at
    while _continues(tokens, at, end):
        end += 1
    return " ".join(token.text for token in tokens[at:end]), end - at


def normalize(name: str) -> str:
    """``name`` with its runs of white space as single spaces."""
    return " ".join(name.split())


def _continues(tokens: Sequence[Token], at: int, end: int) -> bool:
    token = tokens[end]
    if end == at:
        return token.kind == "name"
    if "?" in (token.text, tokens[at].text):
        return False
    return token.kind == "name" or (token.kind == "number" and token.text.isdecimal())


def _stands_at(words: tuple[str, ...], tokens: Sequence[Token], at: int) -> bool:
    found = tokens[at : at + len(words)]
    return tuple(token.text for token in found) == words and found[-1].kind != "string"


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelError:
        return ()
