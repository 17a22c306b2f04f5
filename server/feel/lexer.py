"""Characters to tokens (DMN 1.3 clause 10.3.1.2)."""

import re
from dataclasses import dataclass
from typing import Final

from server.feel.errors import MAX_SOURCE, FeelError, over_budget
from server.feel.sentence import told

KEYWORDS: Final = frozenset(
    {"and", "between", "else", "every", "false", "for", "function", "if", "in", "instance"}
    | {"not", "null", "of", "or", "return", "satisfies", "some", "then", "true"}
)
RESERVED: Final = KEYWORDS - {"not", "of", "function"}
"""Keywords that end a name; the others may be part of one."""

_NAME_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_SPACE: Final = "\\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_TOKEN: Final = re.compile(
    rf"""
    (?P<space>[{_SPACE}]+|//[^\n]*|/\*.*?\*/)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<name>\?|[{_NAME_START}][{_NAME_START}0-9\u00b7\u0300-\u036f\u203f-\u2040]*)
  | (?P<symbol>\.\.|\*\*|<=|>=|!=|->|[-+*/=<>()\[\]{{}},.:@'])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is number, string, name, keyword, symbol or end; offsets are characters."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(source: str) -> list[Token]:
    """Split ``source``; the last token is of kind ``end``. Raises FeelError."""
    if len(source) > MAX_SOURCE:
        raise over_budget(told("长度超过 %(max_source)s 个字符", max_source=MAX_SOURCE))
    tokens = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise FeelError("syntax", told("不认识的字符“%(source)s”", source=source[at]), at)
        at = match.end()
        if match.lastgroup != "space":
            tokens.append(_token(match))
    return [*tokens, Token("end", "", len(source), len(source))]


def _token(match: re.Match[str]) -> Token:
    kind, text = match.lastgroup or "", match.group()
    if kind == "name" and text in KEYWORDS:
        kind = "keyword"
    return Token(kind, text, match.start(), match.end())


def unquote(text: str) -> str:
    """The characters a string token stands for; an unknown escape stays as written."""
    return _join_surrogates(_ESCAPE.sub(_unescape, text[1:-1]))


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code is None:
        return _ESCAPED.get(match[3], match[0])
    return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else match[0]


def _join_surrogates(text: str) -> str:
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
