"""The text of measures as articles and clauses: 第…条, paragraphs and （一） items.

What a copy of a printed page spoils is mended first: full-width digits and letters, broken lines,
page numbers, Western punctuation between Chinese words. Clauses are what the register calls so:
each item of a list, each paragraph without one; ``PREFIX-article.clause``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_CHARACTERS = 200_000
MAX_ARTICLES = 300
MAX_CLAUSES = 1_500
GAP = 3
"""An article may be missing, but not many: a number further off is a reference, no heading."""

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
TENS = {"十": 10, "百": 100}
NUMERAL = r"[0-9零〇○一二两三四五六七八九十百]{1,7}"
SPACED = re.compile(rf"\s*第\s*{NUMERAL}\s*条\s+")
ARTICLE = re.compile(rf"第\s*({NUMERAL})\s*条(?:\s+|(?![款项第至和或及以的规所、，。；）之]))")
CHAPTER = re.compile(rf"第\s*{NUMERAL}\s*[编章节](?!的|规)\s*\S{{0,30}}$")
HEADING = re.compile(r"【([^】]{1,40})】\s*")
ITEM = re.compile(rf"（\s*(?:{NUMERAL})\s*）")
PAGE = re.compile(r"[-—–－─ ]*\d{1,3}[-—–－─ ]*$")
TAIL = re.compile(r"(附件|附表|附录|附)\s*\d{0,2}\s*[:：]?\s*$|附件\s*\d{0,2}\s*[:：]|抄送[:：]")
NAMED = re.compile(r"(办法|章程|规定|细则|条例|规程)(（[^）]*）)?$")
ALONE = re.compile(r"^$|^附件|[。；：！？，号日]$|（[^）]*(公开|发布)[^）]*）$|.{31}")
"""What no title begins with: nothing, a sentence, a number or day of a document."""

ENDS = "。；：！？”）"
HAN = r"\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”"
WESTERN = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。", "(": "（", ")": "）"}
KEPT = set(WESTERN.values()) | set("，、。“”‘’《》【】—…·×")
"""Punctuation that stays as it is; other full-width characters become plain."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One clause: where it stands (``第五条（一）``) and its words."""

    id: str
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article: ``第五条``, its heading, its whole text (paragraphs in lines), its clauses."""

    id: str
    number: int
    article: str
    title: str
    text: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """One text with articles of its own, from its first to the next first article."""

    title: str
    articles: tuple[Article, ...]

    @property
    def missing(self) -> list[int]:
        """Numbers of articles that the text leaps over."""
        held = {each.number for each in self.articles}
        return [number for number in range(1, max(held, default=0)) if number not in held]


def recognise(text: str, prefix: str) -> list[Instrument]:
    """The instruments in a text in their order; none where no article begins.

    Raises ValueError with a sentence where the text is too long or has too many articles.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"条文超过 {MAX_CHARACTERS // 10_000} 万字")
    found = [_instrument(lines, prefix) for lines in _instruments(paragraphs(text))]
    for each in found:
        if len(each.articles) > MAX_ARTICLES or _count(each) > MAX_CLAUSES:
            raise ValueError(f"条文超过 {MAX_ARTICLES} 条或 {MAX_CLAUSES} 款")
    return found


def _count(found: Instrument) -> int:
    return sum(len(each.pieces) for each in found.articles)


# --- a clean text -------------------------------------------------------------------------------


def normalise(line: str) -> str:
    """A line with plain digits and letters, Chinese punctuation, and no spaces between words; the
    space after ``第…条`` stays, for it tells a heading from a reference."""
    head = SPACED.match(unicodedata.normalize("NFKC", line))
    if head is None:
        return _plain(line)
    return f"{_plain(line[: head.end()])} {_plain(line[head.end() :])}"


def _plain(line: str) -> str:
    plain = "".join(c if c in KEPT else unicodedata.normalize("NFKC", c) for c in line)
    plain = plain.replace("«", "《").replace("»", "》").replace("\u00ad", "")
    plain = "".join(c for c in plain if c == " " or unicodedata.category(c)[0] not in "CZ")
    plain = re.sub(rf"(?<=[{HAN}])[,;:()]|^\(", _chinese, plain)
    plain = re.sub(rf"(（[{HAN}]*?)\)", r"\1）", plain)
    plain = re.sub(rf"(?<=[{HAN}0-9A-Za-z])[,;:?!.()](?=[{HAN}]|$)", _chinese, plain)
    return re.sub(rf"(?<=[{HAN}]) +| +(?=[{HAN}])", "", plain.strip())


def _chinese(found: re.Match[str]) -> str:
    return WESTERN[found[0]]


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its words, whether it begins with an indent, how wide it is on paper."""

    text: str
    indented: bool
    width: int


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text whose lines were broken by a page."""
    lines = [line for line in map(_line, text.splitlines()) if line.text]
    lines = [line for line in lines if not PAGE.fullmatch(line.text)]
    indents = any(line.indented and not _starts(line.text) for line in lines)
    full = max((line.width for line in lines), default=0)
    found: list[str] = []
    before: Line | None = None
    for line in lines:
        if before is None or _begins(before, line, indents, full):
            found.append(line.text)
        else:
            found[-1] = normalise(_joined(found[-1], line.text))
        # Above the first article, and below the last, every line stands for itself.
        apart = TAIL.match(line.text) or (before is None and not _number_of(line.text))
        before = None if apart else line
    return found


def _line(raw: str) -> Line:
    kept = raw.rstrip()
    indented = kept.startswith(("\u3000\u3000", "    ", "\t"))
    width = sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in kept)
    return Line(normalise(kept), indented, width)


def _joined(before: str, after: str) -> str:
    latin = re.search(r"[A-Za-z]$", before) and re.match(r"[A-Za-z]", after)
    return f"{before} {after}" if latin else before + after


def _starts(text: str) -> bool:
    return bool(ARTICLE.match(text) or CHAPTER.match(text) or ITEM.match(text) or TAIL.match(text))


def _begins(before: Line, line: Line, indents: bool, full: int) -> bool:
    """Whether a line begins a paragraph: by its number, its indent, or a short line before it."""
    if CHAPTER.match(before.text) or TAIL.match(line.text) or CHAPTER.match(line.text):
        return True
    ended = before.text[-1] in ENDS
    if ARTICLE.match(line.text) or ITEM.match(line.text):
        return ended or line.indented or before.width < full - 4
    if not ended:
        return line.indented and before.width < full - 4
    return line.indented if indents else before.width < full - 4


# --- articles -----------------------------------------------------------------------------------


def _instruments(lines: Iterable[str]) -> Iterator[list[str]]:
    """The lines of each instrument, what stands before its first article included."""
    held: list[str] = []
    last, over = 0, False
    for line in lines:
        number = _number_of(line)
        if number == 1 and last:
            cut = _title_at(held)
            yield held[:cut]
            held, last, over = held[cut:], 0, False
        over = over or (last > 0 and bool(TAIL.match(line)))
        if number is not None and not over and last < number <= last + GAP:
            last = number
        held.append(line)
    if last:
        yield held


def _title_at(held: list[str]) -> int:
    """Where the next instrument begins in the lines before its first article."""
    tails = [n for n, line in enumerate(held) if TAIL.match(line)]
    return tails[-1] if tails else max(len(held) - 1, 0)


def _instrument(lines: list[str], prefix: str) -> Instrument:
    head: list[str] = []
    bodies: list[tuple[int, list[str]]] = []
    for line in lines:
        number = _number_of(line)
        last = bodies[-1][0] if bodies else 0
        if number is not None and last < number <= last + GAP:
            bodies.append((number, [line]))
        elif not bodies:
            head.append(line)
        elif TAIL.match(line):
            break
        elif not CHAPTER.match(line):
            bodies[-1][1].append(line)
    return Instrument(_title(head), tuple(_article(prefix, *each) for each in bodies))


def _title(head: list[str]) -> str:
    """The last line before the first article that names an instrument, with the one it goes on."""
    words = [line for line in head if not CHAPTER.match(line)]
    for place in range(len(words) - 1, -1, -1):
        if NAMED.search(words[place]):
            above = words[place - 1] if place else ""
            return words[place] if ALONE.search(above) else above + words[place]
    return words[-1] if words else ""


def _number_of(line: str) -> int | None:
    found = ARTICLE.match(line)
    return number(found[1]) if found else None


def number(numeral: str) -> int | None:
    """The value of a Chinese or Arabic numeral to 999; None for none."""
    if numeral.isdecimal():
        return int(numeral) if len(numeral) <= 3 else None
    total, digit = 0, 0
    for character in numeral:
        if character in TENS:
            total += (digit or 1) * TENS[character]
            digit = 0
        elif character in DIGITS and (digit == 0 or not any(c in TENS for c in numeral)):
            digit = digit * 10 + DIGITS[character]
        else:
            return None
    return total + digit or None


def numeral(value: int) -> str:
    """A number to 999 in Chinese: 12 is 十二, 105 is 一百零五."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    words = f"{'零一二三四五六七八九'[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else "零一二三四五六七八九"[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + ("零一二三四五六七八九"[ones] if ones or not value else "")


def _article(prefix: str, number: int, lines: list[str]) -> Article:
    first = ARTICLE.sub("", lines[0], count=1)
    heading = HEADING.match(first)
    body = [HEADING.sub("", first, count=1), *lines[1:]]
    text = [line for line in body if line]
    name = f"第{numeral(number)}条"
    return Article(
        f"{prefix}-{number}", number, name, heading[1] if heading else "", "\n".join(text),
        tuple(pieces(prefix, number, text)),
    )  # fmt: skip


def pieces(prefix: str, number: int, lines: Iterable[str]) -> Iterator[Piece]:
    """The clauses of an article's paragraphs: a paragraph that only leads to items is none."""
    told = list(lines)
    listed = any(ITEM.match(line) for line in told)
    whole = [
        line
        for place, line in enumerate(told)
        if ITEM.match(line) or not (listed and line.endswith("：") and _leads(told, place))
    ]
    name = f"第{numeral(number)}条"
    for place, line in enumerate(whole, 1):
        item = ITEM.match(line)
        yield Piece(f"{prefix}-{number}.{place}", name + (item[0] if item else ""), line)


def _leads(lines: list[str], place: int) -> bool:
    return place + 1 < len(lines) and bool(ITEM.match(lines[place + 1]))
