"""Official names: the pattern of the table `names` filled with the field of the case (D-26)."""

import re

HALF_TO_FULL = str.maketrans({"(": "（", ")": "）"})
PLACEHOLDER = re.compile(r"\{(field|field_en)\}")
SPACES = re.compile(r"\s+")


def plain(name: str) -> str:
    """A Chinese name as it is compared: brackets full-width, no spaces."""
    return SPACES.sub("", name).translate(HALF_TO_FULL)


def chinese_name(pattern: str, field: str) -> str:
    """The Chinese name, brackets full-width and without spaces round the field (D-26)."""
    return _fill(pattern, plain(field)).translate(HALF_TO_FULL)


def english_name(pattern: str, field_en: str) -> str:
    """The English name with single spaces; empty where the regime gives none (D-27)."""
    return _fill(pattern, SPACES.sub(" ", field_en).strip())


def same_name(one: str, other: str) -> bool:
    """Whether two Chinese names are the same, whatever the width of brackets and spaces."""
    return plain(one) == plain(other)


def _fill(pattern: str, value: str) -> str:
    # One pass and no format(): a field that itself looks like a placeholder stays as typed.
    return PLACEHOLDER.sub(lambda _match: value, pattern)
