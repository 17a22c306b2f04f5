"""Lines, boxes and words in SVG."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

INK: Final = "#22242a"
FONT: Final = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"
NARROW: Final = 0.56
"""Width of a Latin letter against that of a Chinese one."""

Group = etree._Element
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def smaller(self, by: float) -> Box:
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


def shape(group: Group, tag: str, **given: float | str) -> Group:
    """A shape with thin dark lines unless ``given`` says otherwise; ``_`` stands for ``-``."""
    made = etree.SubElement(group, f"{{http://www.w3.org/2000/svg}}{tag}")
    for name, value in {"stroke": INK, "stroke_width": 1.6, **given}.items():
        text = f"{value:g}" if isinstance(value, float | int) else value
        made.set(name.replace("_", "-"), text)
    return made


def label(group: Group, text: str, box: Box, size: int = 12, upright: bool = False) -> None:
    """Words in lines around the middle of a box, or along its height from below."""
    x, y = box.middle
    lines = list(_lines(text, (box.height if upright else box.width) / size))
    for n, line in enumerate(lines):
        shift = (n - (len(lines) - 1) / 2) * size * 1.25
        at = (x + shift, y) if upright else (x, y + shift)
        made = shape(
            group, "text", x=at[0], y=at[1], fill=INK, stroke="none", font_size=size,
            text_anchor="middle", dominant_baseline="central", font_family=FONT,
        )  # fmt: skip
        if upright:
            made.set("transform", f"rotate(-90 {at[0]:g} {at[1]:g})")
        made.text = line


def _lines(text: str, room: float) -> Iterator[str]:
    """Text broken so that each line fits; ``room`` in Chinese characters."""
    line, used = "", 0.0
    for word in _words(text):
        width = sum(map(_width, word))
        if line and used + width > room:
            yield line.strip()
            line, used = "", 0.0
        line, used = line + word, used + width
    if line.strip():
        yield line.strip()


def _words(text: str) -> Iterator[str]:
    """Chinese characters one by one, other words whole with the space behind them."""
    word = ""
    for letter in text:
        if _width(letter) == 1:
            yield from filter(None, (word, letter))
            word = ""
        else:
            word += letter
            if letter == " ":
                yield word
                word = ""
    if word:
        yield word


def _width(letter: str) -> float:
    return 1 if unicodedata.east_asian_width(letter) in "WFA" else NARROW
