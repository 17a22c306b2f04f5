"""Regular expressions of XPath (DMN 1.3 clause 10.3.4.3), matched in linear time.

The patterns come from people. Python's own engine backtracks and can be made to run for years
by thirty characters; RE2 cannot. What RE2 lacks (backreferences, subtraction of character
classes) gives null, as an invalid pattern does. XPath's classes are those of Unicode, RE2's
short forms are those of ASCII, so patterns are rewritten first.
"""

import re
from functools import lru_cache
from typing import Any, Final

import re2  # type: ignore[import-untyped]

from server.feel.errors import check_size

MAX_PATTERN: Final = 1_000
"""Characters of a pattern."""
PATTERN_COST: Final = 10
"""Steps that using a pattern takes from the budget: compiling one costs up to 1 ms."""
_MEMORY: Final = 8 * 1024 * 1024
_REFERENCE: Final = re.compile(r"\\(.)|\$(\d+)|([\\$])", re.DOTALL)

_TOKEN: Final = re.compile(r"\\[pP]\{[^}]*\}|\\.|\\|\[\^?|.", re.DOTALL)
_CLASSES: Final = {
    r"\d": r"\p{Nd}",
    r"\D": r"\P{Nd}",
    r"\s": r" \t\n\r",
    r"\w": r"\pL\pM\pN\pS",
    r"\W": r"\pP\pZ\pC",
    r"\i": r"\pL_:",
    r"\c": r"\pL\pM\p{Nd}_:.\-",
}
"""What the classes of XPath are inside brackets; outside they get brackets of their own."""
_ESCAPABLE: Final = frozenset(r"nrt\|.?*+(){}-[]^$")
_BLOCKS: Final = {
    "IsBasicLatin": r"\x00-\x7f",
    "IsLatin-1Supplement": r"\x{80}-\x{ff}",
    "IsCJKUnifiedIdeographs": r"\x{4e00}-\x{9fff}",
}


def compile_pattern(pattern: str, flags: str | None) -> Any | None:
    """The matcher of an XPath pattern with flags of ``s m i x q``; None when it is invalid."""
    if len(pattern) > MAX_PATTERN or not set(flags or "") <= set("smixq"):
        return None
    return _compile(pattern, "".join(sorted(set(flags or ""))))


def replace_matches(matcher: Any, text: str, replacement: str, literal: bool) -> str | None:
    """``text`` with each match replaced; ``$1`` means a group, a lone ``$`` gives None.

    None as well for a pattern that matches the empty text.
    """
    if matcher.search("") is not None:
        return None
    parts: list[str] = []
    size, end = 0, 0
    for match in matcher.finditer(text):
        expanded = replacement if literal else _expand(replacement, match)
        if expanded is None:
            return None
        parts += (text[end : match.start()], expanded)
        end = match.end()
        size += len(parts[-1]) + len(parts[-2])
        check_size(size)
    return "".join((*parts, text[end:]))


@lru_cache(maxsize=512)
def _compile(pattern: str, flags: str) -> Any | None:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.case_sensitive = "i" not in flags
    options.literal = "q" in flags
    if "q" not in flags:
        translated = _translate(pattern, flags)
        if translated is None:
            return None
        pattern = f"(?m){translated}" if "m" in flags else translated
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return None


def _translate(pattern: str, flags: str) -> str | None:
    """The pattern in RE2's words; None for what RE2 does not know."""
    parts: list[str] = []
    inside = False
    for token in _TOKEN.findall(_without_space(pattern) if "x" in flags else pattern):
        opens = token.startswith("[")
        part = _translate_token(token, inside, "s" in flags)
        if part is None or (inside and opens):
            return None
        parts.append(part)
        inside = opens or (inside and token != "]")
    return "".join(parts)


def _without_space(pattern: str) -> str:
    """The pattern of the flag x: white space outside brackets does not count."""
    kept: list[str] = []
    inside = False
    for letter in pattern:
        if inside or not letter.isspace():
            escaped = kept[-1:] == ["\\"] and kept[-2:-1] != ["\\"]
            inside = not escaped and (letter == "[" or (inside and letter != "]"))
            kept.append(letter)
    return "".join(kept)


def _translate_token(token: str, inside: bool, dot_is_all: bool) -> str | None:
    if token == "." and not inside:
        return r"(?s:.)" if dot_is_all else r"[^\n\r]"
    if not token.startswith("\\"):
        return token
    if token[1:2] in ("p", "P"):
        return _translate_category(token, inside)
    found = _CLASSES.get(token)
    if found is not None:
        return found if inside else f"[{found}]"
    if token in (r"\S", r"\I", r"\C"):
        return None if inside else f"[^{_CLASSES[token.lower()]}]"
    return token if token[1:] in _ESCAPABLE and len(token) == 2 else None


def _translate_category(token: str, inside: bool) -> str | None:
    block = _BLOCKS.get(token[3:-1])
    if block is None:
        return token
    if token.startswith(r"\P"):
        return None if inside else f"[^{block}]"
    return block if inside else f"[{block}]"


def _expand(replacement: str, match: Any) -> str | None:
    """The replacement with its groups; None for a lone backslash or dollar sign."""
    parts: list[str] = []
    end = 0
    for found in _REFERENCE.finditer(replacement):
        escaped, group, lone = found.groups()
        if lone or (escaped and escaped not in "\\$"):
            return None
        parts.append(replacement[end : found.start()])
        parts.append(escaped or _group(match, group))
        end = found.end()
    return "".join((*parts, replacement[end:]))


def _group(match: Any, digits: str) -> str:
    """The group of the longest number that exists; the digits left over are text."""
    groups = len(match.groups())
    number = digits
    while len(number) > 1 and int(number) > groups:
        number = number[:-1]
    value = match.group(int(number)) if int(number) <= groups else ""
    return (value or "") + digits[len(number) :]
