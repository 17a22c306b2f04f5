"""The layout of official papers after GB/T 9704-2012, in millimetres and points.

Both drawings (DOCX and PDF) take their measures from here.
"""

from __future__ import annotations

from typing import Final

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
TOP, LEFT, RIGHT, BOTTOM = 37.0, 28.0, 26.0, 35.0
"""Margins that leave the text area of 156 × 225 mm."""

HEAD: Final = 30.0
"""Points of the office's name above the red line; smaller where the name is long."""

TITLE, BODY, SMALL = 22.0, 16.0, 14.0
"""Points: 2号, 3号, 4号."""

LINE = 28.5
"""Points from one line of the body to the next: 22 lines a page."""

RED: Final = "C00000"

INDENT = 2 * BODY
"""A paragraph begins two characters in."""

DATE_INDENT = 4 * BODY
"""The day of signing ends four characters from the right."""

SUFFIX: Final = "文件"
"""Stands behind the office's name in the head."""


def head_size(text: str) -> float:
    """Points at which the head fits on one line of the text area."""
    room = (PAGE_WIDTH - LEFT - RIGHT) * 72 / 25.4
    return min(HEAD, room / max(len(text), 1))
