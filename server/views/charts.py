"""Charts as SVG drawn on the server: they print, need no script, and their text is text.

Colours are classes of the stylesheet; a chart never stands without its table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from flask_babel import gettext, ngettext
from markupsafe import Markup

WIDTH = 1080
ROW, BAR = 30, 28
LABELS = 196
"""Pixels: the drawing, a line of it, a line of stacked bars, the names at its left."""

WIDEST_LABEL, WIDEST_NAME, WIDEST_ABOVE = 26, 38, 46
"""Letters at the left of the lives, at the left of bars, above bars."""

DESK, PHONE, ABOVE = 520, 320, 20
"""Pixels: bars with their names at the left, bars with their names above, the room of those."""

LETTER, DIGIT, HALF_A_DATE, DAYS = 6.5, 7.5, 5, 92
"""Pixels: the width of a letter inside a bar, of a digit beside it, half of that of a diamond, the
room of used and allowed days in words."""

YEAR, TODAY, EDGE = 38, 44, 16
"""Pixels: what the number of a year wants, the box of today's name, what is left free at the right
of the lives."""

YEARS_BACK, YEARS_AHEAD = 5, 4
"""What lies farther from today is cut off at the edge."""


class Bar(NamedTuple):
    """A phase of a life; ``planned`` lies ahead."""

    phase: str
    name: str
    begin: date
    end: date
    planned: bool = False


class Mark(NamedTuple):
    """A legal date."""

    day: date
    title: str
    href: str


class Life(NamedTuple):
    """One line of the time chart; it leads to its case, each of its dates to its arithmetic."""

    label: str
    title: str
    href: str
    bars: Sequence[Bar]
    marks: Sequence[Mark]


class Part(NamedTuple):
    """One colour of a bar; it leads to the list of what it counts, where there is one."""

    css: str
    value: int
    title: str
    href: str = ""


class Range(NamedTuple):
    """Days used against days allowed; it leads to the list of the dates that were met."""

    label: str
    used: float
    longest: float
    allowed: float
    href: str
    met: int = 0


@dataclass(frozen=True, slots=True)
class _Axis:
    """Days to pixels, from ``left`` to ``right``."""

    first: date
    last: date
    left: int
    right: int

    def x(self, day: date) -> float:
        inside = min(max(day, self.first), self.last)
        share = (inside - self.first).days / max((self.last - self.first).days, 1)
        return self.left + share * (self.right - self.left)

    @property
    def crowded(self) -> bool:
        """Whether the number of each year would not find room."""
        return (self.right - self.left) * 365 < YEAR * (self.last - self.first).days


class _Place(NamedTuple):
    """Where bars stand: from ``left`` on, so many pixels below the line's begin, the names beside
    them or, where nothing is left beside, above."""

    css: str
    width: int
    left: int
    below: int

    def name(self, y: float, label: str) -> Markup:
        """A name beside a bar's line of writing or above it."""
        if self.left:
            return _name(self.left - 8, y, label, WIDEST_NAME, "end")
        return _name(0, y - ABOVE, label, WIDEST_ABOVE, "start")


def lives(rows: Sequence[Life], today: date) -> Markup:
    """A line for each case: its phases as bars, its legal dates as diamonds, today as a line; for
    a desk and for a phone."""
    places = _Place("gc-desk", WIDTH, LABELS, 0), _Place("gc-phone", PHONE, 0, ABOVE)
    return Markup("").join(_lives(rows, today, place) for place in places)


def _lives(rows: Sequence[Life], today: date, place: _Place) -> Markup:
    axis = _axis(rows, today, place)
    height = 54 + (ROW + place.below) * len(rows)
    drawn = [_life(axis, n, row, today, place) for n, row in enumerate(rows)]
    body = [_years(axis, height), *drawn, _today(axis, today, height, place)]
    return _svg(place.width, height, gettext("办件生命周期"), body, place.css)


def _axis(rows: Sequence[Life], today: date, place: _Place) -> _Axis:
    days = [day for row in rows for bar in row.bars for day in (bar.begin, bar.end)]
    days += [mark.day for row in rows for mark in row.marks]
    first, last = min([*days, today]), max([*days, today]) + timedelta(days=60)
    return _Axis(
        max(first, date(today.year - YEARS_BACK, 1, 1)).replace(day=1),
        min(last, date(today.year + YEARS_AHEAD, 12, 31)),
        place.left,
        place.width - EDGE,
    )


def _years(axis: _Axis, height: int) -> Markup:
    parts = []
    for year in range(axis.first.year, axis.last.year + 1):
        for month in (1, 7):
            day = date(year, month, 1)
            if axis.first <= day <= axis.last:
                x = axis.x(day)
                css = "gc-c-year" if month == 1 else "gc-c-half"
                parts.append(_line(x, 26, x, height, css))
                is_told = month == 1 and not (axis.crowded and year % 2)
                parts += [_text(x + 4, 36, str(year), "gc-c-soft")] if is_told else []
    return Markup("").join(parts)


def _life(axis: _Axis, number: int, row: Life, today: date, place: _Place) -> Markup:
    y = 46 + (ROW + place.below) * number + place.below
    name = _text(0, y + 15 - place.below, shortened(row.label), "gc-c-name")
    dates = [axis.x(mark.day) for mark in row.marks]
    bars = [_bar(axis, y, bar, dates) for bar in row.bars if bar.end > axis.first]
    marks = [_mark(axis, y, mark, today) for mark in row.marks]
    return _link(row.href, row.title, [name, *bars]) + Markup("").join(marks)


def _bar(axis: _Axis, y: int, bar: Bar, dates: Sequence[float]) -> Markup:
    """A phase; its name stands inside where there is room and no date covers it."""
    x, end = axis.x(bar.begin), axis.x(bar.end)
    width = max(end - x - 1, 2)
    css = f"gc-p-{bar.phase}{' gc-c-planned' if bar.planned else ''}"
    box = Markup('<g class="{}"><title>{}</title>{}{}</g>')
    ends = x + 12 + LETTER * letters(bar.name)
    covered = any(x - HALF_A_DATE < date < ends + HALF_A_DATE for date in dates)
    inside = ends < x + width and not bar.planned and not covered
    text = _text(x + 6, y + 14, bar.name, "gc-c-in") if inside else Markup("")
    rect = Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="18" rx="2"/>')
    told = gettext("%(name)s：%(begin)s 至 %(end)s", name=bar.name, begin=bar.begin, end=bar.end)
    return box.format(css, told, rect.format(x, y + 1, width), text)


def _mark(axis: _Axis, y: int, mark: Mark, today: date) -> Markup:
    x, late = axis.x(mark.day), mark.day < today
    css = "gc-c-date gc-c-late" if late else "gc-c-date"
    shape = Markup('<path d="M{:.1f} {}l5 9-5 9-5-9z"/>').format(x, y + 1)
    told = f"{mark.day} {mark.title}" + (f"（{gettext('超期')}）" if late else "")
    return Markup('<a href="{}" class="{}" aria-label="{}"><title>{}</title>{}</a>').format(
        mark.href, css, told, told, shape
    )


def _today(axis: _Axis, today: date, height: int, place: _Place) -> Markup:
    x = axis.x(today)
    middle = min(max(x, TODAY / 2), place.width - TODAY / 2)
    box = Markup('<rect x="{:.1f}" y="4" width="{}" height="18" rx="3" class="gc-c-today"/>')
    word = _text(middle, 17, gettext("今天"), "gc-c-white", "middle")
    return _line(x, 22, x, height, "gc-c-todayline") + box.format(middle - TODAY / 2, TODAY) + word


def _twice(
    labels: Iterable[str], row: int, title: str, draw: Callable[[_Place], list[Markup]]
) -> Markup:
    """A drawing for a desk and one for a phone; the stylesheet shows one of them."""
    places = _Place("gc-desk", DESK, _room(labels), 0), _Place("gc-phone", PHONE, 0, ABOVE)
    drawn = [(place, draw(place)) for place in places]
    return Markup("").join(
        _svg(place.width, (row + place.below) * len(body) + 6, title, body, place.css)
        for place, body in drawn
    )


def bars(rows: Sequence[tuple[str, Sequence[Part]]], title: str) -> Markup:
    """Lines of stacked bars with their sum at the end."""
    most = max((sum(part.value for part in parts) for _, parts in rows), default=0) or 1

    def draw(place: _Place) -> list[Markup]:
        scale = (place.width - place.left - 60) / most
        return [
            _stacked(label, [part for part in parts if part.value], place, number, scale)
            for number, (label, parts) in enumerate(rows)
        ]

    return _twice([label for label, _ in rows], BAR, title, draw)


def _stacked(label: str, parts: Sequence[Part], place: _Place, number: int, scale: float) -> Markup:
    """A name, the parts of its bar, their numbers; a part and its number are one link."""
    left, y = place.left, number * (BAR + place.below) + place.below
    drawn, x = [place.name(y + 17, label)], float(left)
    ends = left + scale * sum(part.value for part in parts) + 8
    for part in parts:
        size, count = part.value * scale, str(part.value)
        rect = Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="18" class="{}"/>')
        drawn += [_text(ends, y + 17, "+", "gc-c-soft")] if part is not parts[0] else []
        ends += DIGIT * 1.5 if part is not parts[0] else 0
        shown = [
            rect.format(x, y + 4, max(size - 1, 2), part.css),
            _text(ends, y + 17, count, "gc-c-count"),
        ]
        drawn.append(_link(part.href, f"{label} · {part.title} {count}", shown))
        x, ends = x + size, ends + DIGIT * (len(count) + 0.5)
    return Markup("").join(drawn)


def ranges(rows: Sequence[Range], title: str) -> Markup:
    """Days used (mean and longest) as a line, the days the law allows as a stroke."""
    most = max((max(row.longest, row.allowed) for row in rows), default=0) or 1

    def draw(place: _Place) -> list[Markup]:
        scale = (place.width - place.left - DAYS) / most
        return [_range(row, place, number, scale) for number, row in enumerate(rows)]

    return _twice([row.label for row in rows], ROW, title, draw)


def _range(row: Range, place: _Place, number: int, scale: float) -> Markup:
    """One link: name, line, dots, stroke and the days in words."""
    left, y = place.left or 6, number * (ROW + place.below) + place.below + 14
    used, longest, allowed = (left + scale * n for n in (row.used, row.longest, row.allowed))
    over = " gc-c-late" if row.longest > row.allowed else ""
    told = gettext("%(used).0f/%(allowed).0f 天", used=row.used, allowed=row.allowed)
    shown = [
        place.name(y + 5, row.label),
        _line(left, y, longest, y, "gc-c-used"),
        _dot(used, y, "gc-c-mean"),
        _dot(longest, y, f"gc-c-most{over}"),
        _line(allowed, y - 9, allowed, y + 9, "gc-c-limit"),
        _text(max(longest, allowed) + 10, y + 5, told, "gc-c-count"),
    ]
    items = ngettext("共 %(num)d 项", "共 %(num)d 项", row.met)
    return _link(row.href, f"{row.label} · {told} · {items}", shown)


def letters(text: str) -> int:
    """How wide a text is; a Chinese character is as wide as two letters."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _room(labels: Iterable[str]) -> int:
    """Pixels that names at the left of bars take; half of the chart stays for the bars."""
    longest = max(map(letters, labels), default=0)
    return int(LETTER * min(longest, WIDEST_NAME)) + 20


def _name(x: float, y: float, label: str, most: int, anchor: str) -> Markup:
    """The name of a bar; whole when it is pointed at."""
    told = Markup("<g><title>{}</title>{}</g>")
    return told.format(label, _text(x, y, shortened(label, most), "gc-c-name", anchor))


def shortened(label: str, most: int = WIDEST_LABEL) -> str:
    """What fits at the left of a chart."""
    kept = ""
    for letter in label:
        if letters(kept + letter) > most:
            return f"{kept}…"
        kept += letter
    return kept


def _link(href: str, told: str, shown: Iterable[Markup]) -> Markup:
    """What leads somewhere, with the name by which it is heard and pointed at."""
    inside = Markup("<title>{}</title>").format(told) + Markup("").join(shown)
    if not href:
        return Markup("<g>{}</g>").format(inside)
    return Markup('<a href="{}">{}</a>').format(href, inside)


def _dot(x: float, y: float, css: str) -> Markup:
    return Markup('<circle cx="{:.1f}" cy="{}" r="4.5" class="{}"/>').format(x, y, css)


def _line(x: float, y: float, to_x: float, to_y: float, css: str) -> Markup:
    line = Markup('<line x1="{:.1f}" y1="{}" x2="{:.1f}" y2="{}" class="{}"/>')
    return line.format(x, y, to_x, to_y, css)


def _text(x: float, y: float, text: str, css: str, anchor: str = "start") -> Markup:
    shape = Markup('<text x="{:.1f}" y="{}" class="{}" text-anchor="{}">{}</text>')
    return shape.format(x, y, css, anchor, text)


def _svg(width: int, height: int, title: str, body: Iterable[Markup], css: str = "") -> Markup:
    head = '<svg class="{}" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>'
    css = f"gc-chart {css}".strip()
    return Markup(head).format(css, width, height, title, Markup("").join(body))


def phases(record: Mapping[str, object], opened: date, today: date) -> list[Bar]:
    """The life of a case from the days on its record: application, construction, operation."""
    approved, ends = _day(record, "approved_on"), _day(record, "construction_end")
    established = _day(record, "established_on")
    found = [Bar("application", gettext("申报"), opened, approved or today)]
    if approved:
        found.append(Bar("construction", gettext("建设"), approved, established or today))
        if established is None and ends and ends > today:
            found.append(Bar("construction", gettext("建设（计划）"), today, ends, True))
    if established:
        found.append(Bar("operation", gettext("运行"), established, max(today, established)))
    return found


def _day(record: Mapping[str, object], name: str) -> date | None:
    try:
        return date.fromisoformat(str(record.get(name)))
    except ValueError:
        return None
