"""Reads what a file says: run as a program of its own, which is given little and ended early.

``python reading.py <media type> <file>`` writes the text to its output. Nothing of the server is
imported here, so that it starts quickly and has nothing to lose; a file that breaks it breaks only
it. Its limits are set before the file is opened.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO

LIMIT_TEXT = 200_000
"""Letters that are kept of one file."""

LIMIT_PAGES = 1_000
LIMIT_PART = 64 * 1024 * 1024
LIMIT_MEMORY = 768 * 1024 * 1024
LIMIT_CPU = 5
ENOUGH = 3.0
"""Seconds of the processor; what has been read by then is kept."""

OFFICE = "application/vnd.openxmlformats-officedocument."
WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
BETWEEN_WIDE = re.compile(rf"(?<=[{WIDE}])\s+(?=[{WIDE}])")
UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


def plain(stream: IO[bytes]) -> Iterator[str]:
    """UTF-8 or, as Excel writes in China, GB18030."""
    data = stream.read(LIMIT_TEXT * 4)
    try:
        yield data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield data.decode("gb18030", errors="replace")


def pdf(stream: IO[bytes]) -> Iterator[str]:
    """The text layer; a scanned page has none."""
    from pypdf import PdfReader

    for page in list(PdfReader(stream).pages)[:LIMIT_PAGES]:
        yield page.extract_text()


Reader = Callable[[IO[bytes]], Iterator[str]]


def packed(parts: str, letters: tuple[str, ...], breaks: tuple[str, ...]) -> Reader:
    """Reads the XML parts of an archive whose names fit: the text of some elements; others end a
    line."""
    wanted = re.compile(parts)

    def read(stream: IO[bytes]) -> Iterator[str]:
        with zipfile.ZipFile(stream) as archive:
            for member in sorted(archive.infolist(), key=lambda each: each.filename):
                if wanted.fullmatch(member.filename) and member.file_size <= LIMIT_PART:
                    yield from texts(archive.read(member), letters, breaks)

    return read


def texts(data: bytes, letters: tuple[str, ...], breaks: tuple[str, ...]) -> Iterator[str]:
    """The text of elements by their local names."""
    from lxml import etree

    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    for _, element in etree.iterparse(io.BytesIO(data), events=("end",), **safe):
        name = str(element.tag).rpartition("}")[2]
        if name in letters and element.text:
            yield element.text
        if name in breaks:
            yield "\n"
            element.clear()


READERS: Mapping[str, Reader] = {
    "application/pdf": pdf,
    "text/plain": plain,
    "text/csv": plain,
    f"{OFFICE}wordprocessingml.document": packed(
        r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml",
        ("t", "tab"),
        ("p",),
    ),
    f"{OFFICE}spreadsheetml.sheet": packed(
        r"xl/(sharedStrings|worksheets/sheet\d+)\.xml", ("t",), ("si", "is")
    ),
    f"{OFFICE}presentationml.presentation": packed(
        r"ppt/(slides/slide|notesSlides/notesSlide)\d+\.xml", ("t",), ("p",)
    ),
    "application/ofd": packed(r".*/Content\.xml", ("TextCode",), ("TextObject",)),
}


def shortened(parts: Iterable[str]) -> str:
    """The parts as one text: spaces folded, none between Chinese characters, cut at the limit."""
    found: list[str] = []
    left = LIMIT_TEXT * 2
    for part in parts:
        found.append(part[:left])
        left -= len(part)
        if left <= 0 or time.process_time() > ENOUGH:
            break
    text = " ".join(UNSEEN.sub(" ", "".join(found)).split())
    return BETWEEN_WIDE.sub("", text)[:LIMIT_TEXT]


def limit() -> None:
    """From here on this process has so much memory and time, and writes no file."""
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_MEMORY, LIMIT_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_CPU, LIMIT_CPU))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main(media_type: str, path: str) -> None:
    """Read the file and write what it says."""
    limit()
    with open(path, "rb") as stream:
        text = shortened(READERS[media_type](stream))
    sys.stdout.buffer.write(text.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
