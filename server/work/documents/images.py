"""PNG and JPEG: the header is read, the dimensions are bounded, the end must be there."""

from __future__ import annotations

import struct
from typing import BinaryIO

from server.feel.sentence import told
from server.work.documents.refusals import refusal

LIMIT_SIDE = 20_000
LIMIT_PIXELS = 100_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


def check_png(stream: BinaryIO) -> None:
    """Refuse a PNG without a sound header, with too many pixels, or cut off."""
    head = stream.read(33)
    if len(head) < 33 or not head.startswith(_PNG) or head[12:16] != b"IHDR":
        raise refusal("damaged", "图片已损坏。")
    _check_dimensions(*struct.unpack(">II", head[16:24]))
    stream.seek(-12, 2)
    if stream.read(12)[4:8] != b"IEND":
        raise refusal("damaged", "图片已损坏或不完整。")


def check_jpeg(stream: BinaryIO) -> None:
    """Refuse a JPEG without a frame header, with too many pixels, or cut off."""
    data = stream.read()
    if not data.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in data[-64:]:
        raise refusal("damaged", "图片已损坏或不完整。")
    _check_dimensions(*_jpeg_dimensions(data))


def _jpeg_dimensions(data: bytes) -> tuple[int, int]:
    """Width and height from the first frame header (ITU-T T.81, B.2.2)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 if marker in _ALONE else 1 if marker == 0xFF else 2 + _length(data, at)
    raise refusal("damaged", "图片已损坏。")


def _length(data: bytes, at: int) -> int:
    return max(2, int.from_bytes(data[at + 2 : at + 4], "big"))


def _check_dimensions(width: int, height: int) -> None:
    if not (
        0 < width <= LIMIT_SIDE and 0 < height <= LIMIT_SIDE and width * height <= LIMIT_PIXELS
    ):
        raise refusal(
            "dimensions",
            told("图片尺寸超出范围（每边不超过 %(side)s 像素，总计 1 亿像素）。", side=LIMIT_SIDE),
        )
