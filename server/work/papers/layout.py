"""The layout of official papers after GB/T 9704-2012, in millimetres and points.

Both drawings (DOCX and PDF) take their measures and their broken titles from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
TOP, LEFT, RIGHT, BOTTOM = 37.0, 28.0, 26.0, 35.0
"""Margins that leave the text area of 156 × 225 mm."""

SIDE: Final = 24.0
"""Margins of what lies on its side: tables and certificates."""

ROOM: Final = (PAGE_WIDTH - LEFT - RIGHT) * 72 / 25.4
"""Points of a line of the text area."""

HEAD: Final = 30.0
"""Points of the office's name above the red line; smaller where the name is long."""

TITLE, BODY, SMALL = 22.0, 16.0, 14.0
"""Points: 2号, 3号, 4号."""

CERTIFICATE, GRANTED, CELL = 40.0, 20.0, 11.0
"""Points: the title and the text of a certificate, the text in a table."""

LINE = 28.5
"""Points from one line of the body to the next: 22 lines a page."""

RED: Final = "C00000"

INDENT = 2 * BODY
"""A paragraph begins two characters in."""

DATE_INDENT = 4 * BODY
"""The day of signing ends four characters from the right."""

SUFFIX: Final = {"letter": "文件", "minutes": "会议纪要"}
"""Stands behind the name in the head."""

OPENING, CLOSING = "（《〈“〔([×＝≥＜", "）》〉”〕、，。：；？！,.;:)]%×＝≥＜"
"""No line ends with one of the former or begins with one of the latter."""

BACK: Final = 12
"""A line ends at most so many characters early to be broken in a lawful place."""


def width(text: str, size: float) -> float:
    """Points that a line of text takes: a Latin letter or figure is half as wide."""
    return sum(size if ord(each) > 0x2E7F else size / 2 for each in text)


def head_size(text: str) -> float:
    """Points at which the head fits on one line of the text area."""
    return min(HEAD, ROOM / max(len(text), 1))


def title_lines(text: str, size: float = TITLE, room: float = ROOM) -> list[str]:
    """A title in as few lines as it needs, about equally long, broken where words end."""
    count = -(-int(width(text, size)) // int(room - size))
    ends = [0, *_breaks(text, count), len(text)]
    return [text[start:end] for start, end in pairwise(ends)]


def wrapped(text: str, first: float, room: float, measure: Callable[[str], float]) -> Iterator[str]:
    """A paragraph in lines of so many points, its first one shorter or longer, broken where the
    rules of punctuation allow and never within a number or a Latin word."""
    while text:
        fits = _fitting(text, first, measure)
        lawful = (at for at in range(fits, max(fits - BACK, 0), -1) if _breaks_well(text, at))
        at = next(lawful, fits)
        yield text[:at].rstrip()
        text, first = text[at:].lstrip(), room


def _fitting(text: str, room: float, measure: Callable[[str], float]) -> int:
    """How many characters fit, at least one."""
    taken = 0.0
    for count, each in enumerate(text):
        taken += measure(each)
        if taken > room:
            return max(count, 1)
    return len(text)


def _breaks_well(text: str, at: int) -> bool:
    if at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    within = before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
    return not within and before not in OPENING and after not in CLOSING


def _breaks(text: str, count: int) -> Iterator[int]:
    for number in range(1, count):
        ideal = round(len(text) * number / count)
        near = range(max(1, ideal - 3), min(len(text), ideal + 4))
        yield min(near, key=lambda at: (_roughness(text, at), abs(at - ideal)))


def _roughness(text: str, at: int) -> int:
    """How badly a title is broken there."""
    if not _breaks_well(text, at) or text[at] in "的等":
        return 2
    return 0 if text[at - 1] in CLOSING or text[at] in OPENING else 1


def signature_indents(organ: str, date: str, size: float = BODY) -> tuple[float, float]:
    """Points from the right margin of the name that signs and of the day, one centred on the
    other."""
    name, day = min(width(organ, size), ROOM), width(date, size)
    of_day = max(DATE_INDENT, (name - day) / 2)
    return of_day + (day - name) / 2, of_day
