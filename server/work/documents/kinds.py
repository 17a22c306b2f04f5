"""The closed list of file types: what is taken, how it is recognised, how it is sent back."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from server.feel.sentence import told
from server.work.documents.archives import check_archive
from server.work.documents.images import check_jpeg, check_png
from server.work.documents.pdf import check_pdf
from server.work.documents.refusals import refusal

Check = Callable[[BinaryIO, int], None]
_OFFICE = "application/vnd.openxmlformats-officedocument."
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of file: its media type, the bytes it begins with, the check of its structure."""

    media_type: str
    magic: bytes
    check: Check


def check_text(stream: BinaryIO, size: int) -> None:
    """Refuse what is neither UTF-8 nor GB18030 text (what Excel writes in China)."""
    if not any(_decodes(stream, encoding) for encoding in ("utf-8-sig", "gb18030")):
        raise refusal("content", "文件内容不是文本，与扩展名不符。")


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := stream.read(CHUNK):
            if _UNSEEN.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _archive(kind: str, media_type: str) -> Kind:
    return Kind(media_type, b"PK\x03\x04", partial(check_archive, kind=kind))


KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", b"%PDF-", lambda stream, size: check_pdf(stream)),
    "docx": _archive("docx", f"{_OFFICE}wordprocessingml.document"),
    "xlsx": _archive("xlsx", f"{_OFFICE}spreadsheetml.sheet"),
    "pptx": _archive("pptx", f"{_OFFICE}presentationml.presentation"),
    "ofd": _archive("ofd", "application/ofd"),
    "png": Kind("image/png", b"\x89PNG\r\n\x1a\n", lambda stream, size: check_png(stream)),
    "jpg": Kind("image/jpeg", b"\xff\xd8\xff", lambda stream, size: check_jpeg(stream)),
    "jpeg": Kind("image/jpeg", b"\xff\xd8\xff", lambda stream, size: check_jpeg(stream)),
    "txt": Kind("text/plain", b"", check_text),
    "csv": Kind("text/csv", b"", check_text),
}


def recognise(stream: BinaryIO, size: int, ending: str) -> Kind:
    """The kind that name and content agree on. Raises Invalid."""
    kind = KINDS.get(ending)
    if kind is None:
        raise refusal("kind", told("不接受此类文件。可上传：%(kinds)s。", kinds=sorted(KINDS)))
    stream.seek(0)
    if not size or stream.read(len(kind.magic)) != kind.magic:
        raise refusal("content", "文件为空，或内容与扩展名不符。")
    stream.seek(0)
    kind.check(stream, size)
    return kind
