"""Functions on text (DMN 1.3 table 74). Positions count characters from 1."""

from decimal import Decimal

from server.feel.builtins.patterns import PATTERN_COST, compile_pattern, replace_matches
from server.feel.builtins.registry import builtin
from server.feel.errors import check_size
from server.feel.numbers import as_index
from server.feel.runtime import Run


@builtin("substring", "string: string", "start position: number", "length?: number")
def substring(text: str, start: Decimal, length: Decimal | None) -> str | None:
    """The characters from ``start`` (from the end when negative), ``length`` of them."""
    first = as_index(Decimal(int(start)))
    if not first or (length is not None and length < 1):
        return None
    begin = first - 1 if first > 0 else max(len(text) + first, 0)
    return text[begin:] if length is None else text[begin : begin + int(length)]


@builtin("string length", "string: string")
def string_length(text: str) -> int:
    """The number of characters."""
    return len(text)


@builtin("upper case", "string: string")
def upper_case(text: str) -> str:
    """The text in capitals."""
    return text.upper()


@builtin("lower case", "string: string")
def lower_case(text: str) -> str:
    """The text in small letters."""
    return text.lower()


@builtin("substring before", "string: string", "match: string")
def substring_before(text: str, match: str) -> str:
    """What stands before the first ``match``; empty when there is none."""
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after", "string: string", "match: string")
def substring_after(text: str, match: str) -> str:
    """What stands after the first ``match``; empty when there is none."""
    if not match:
        return text
    return text.partition(match)[2]


@builtin("contains", "string: string", "match: string")
def contains(text: str, match: str) -> bool:
    """Whether ``match`` stands in the text."""
    return match in text


@builtin("starts with", "string: string", "match: string")
def starts_with(text: str, match: str) -> bool:
    """Whether the text begins with ``match``."""
    return text.startswith(match)


@builtin("ends with", "string: string", "match: string")
def ends_with(text: str, match: str) -> bool:
    """Whether the text ends with ``match``."""
    return text.endswith(match)


@builtin("matches", "input: string", "pattern: string", "flags?: string")
def matches(run: Run, text: str, pattern: str, flags: str | None) -> bool | None:
    """Whether the pattern is found anywhere in the text."""
    run.spend(PATTERN_COST)
    matcher = compile_pattern(pattern, flags)
    return None if matcher is None else matcher.search(text) is not None


@builtin("replace", "input: string", "pattern: string", "replacement: string", "flags?: string")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None) -> str | None:
    """The text with every match replaced; null for a pattern that matches the empty text."""
    run.spend(PATTERN_COST)
    matcher = compile_pattern(pattern, flags)
    if matcher is None:
        return None
    return replace_matches(matcher, text, replacement, "q" in (flags or ""))


@builtin("split", "string: string", "delimiter: string")
def split(run: Run, text: str, delimiter: str) -> list[object] | None:
    """The pieces between the matches of the pattern ``delimiter``."""
    run.spend(PATTERN_COST)
    matcher = compile_pattern(delimiter, None)
    if matcher is None or matcher.search("") is not None:
        return None
    pieces: list[object] = []
    end = 0
    for match in matcher.finditer(text):
        pieces.append(text[end : match.start()])
        end = match.end()
    return [*pieces, text[end:]]


@builtin("string join", "list: list", "delimiter?: string")
def string_join(items: list[object], delimiter: str | None) -> str | None:
    """The texts one after the other, nulls left out, with ``delimiter`` between them."""
    texts = [each for each in items if isinstance(each, str)]
    if any(each is not None and not isinstance(each, str) for each in items):
        return None
    separator = delimiter or ""
    check_size(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)
