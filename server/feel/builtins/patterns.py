"""Regular expressions of XPath (DMN 1.3 clause 10.3.4.3), matched in linear time.

The patterns come from people. Python's own engine backtracks and can be made to run for years
by thirty characters; RE2 cannot. What RE2 lacks (backreferences, subtraction of character
classes) gives null, as an invalid pattern does.
"""

import re
from functools import lru_cache
from typing import Any, Final

import re2  # type: ignore[import-untyped]

from server.feel.errors import MAX_SIZE, check_size

MAX_PATTERN: Final = 1_000
_MEMORY: Final = 8 * 1024 * 1024
_REFERENCE: Final = re.compile(r"\\(.)|\$(\d+)|([\\$])", re.DOTALL)


def compile_pattern(pattern: str, flags: str | None) -> Any | None:
    """The matcher of an XPath pattern with flags of ``s m i x q``; None when it is invalid."""
    if len(pattern) > MAX_PATTERN or not set(flags or "") <= set("smixq"):
        return None
    return _compile(pattern, "".join(sorted(set(flags or ""))))


def replace_matches(matcher: Any, text: str, replacement: str, literal: bool) -> str | None:
    """``text`` with each match replaced; ``$1`` means a group, ``$$`` is refused with None."""
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
    options.dot_nl = "s" in flags
    options.literal = "q" in flags
    options.never_capture = False
    if "x" in flags and "q" not in flags:
        pattern = _without_space(pattern)
    if "m" in flags and "q" not in flags:
        pattern = f"(?m){pattern}"
    try:
        return re2.compile(pattern, options)
    except re2.error:
        return None


def _without_space(pattern: str) -> str:
    """The flag ``x`` of XPath: white space outside brackets does not count."""
    kept: list[str] = []
    depth = 0
    for letter in pattern:
        depth += (letter == "[") - (letter == "]")
        if depth or letter not in " \t\r\n":
            kept.append(letter)
    return "".join(kept)


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
    expanded = "".join((*parts, replacement[end:]))
    check_size(min(len(expanded), MAX_SIZE + 1))
    return expanded


def _group(match: Any, digits: str) -> str:
    """The group of the longest number that exists; the digits left over are text."""
    groups = len(match.groups())
    number = digits
    while len(number) > 1 and int(number) > groups:
        number = number[:-1]
    value = match.group(int(number)) if int(number) <= groups else ""
    return (value or "") + digits[len(number) :]
