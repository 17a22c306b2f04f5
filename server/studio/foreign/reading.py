"""Bytes of a file in whatever encoding, as text without its declaration."""

from __future__ import annotations

import codecs
import re
from typing import Final

from server.feel.xml import MAX_BYTES, XmlError

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How a file begins, and what it is written in then."""

KNOWN: Final = re.compile(
    r"utf-?8|utf-?16(-?[lb]e)?|us-ascii|ascii|iso-8859-\d{1,2}|windows-125\d|gb18030|gbk|gb2312"
    r"|big5|shift_jis|euc-jp|euc-kr",
    re.IGNORECASE | re.ASCII,
)
FALLBACKS: Final = ("utf-8", "gb18030", "windows-1252", "iso-8859-1")
DECLARATION: Final = re.compile(r"\s*<\?xml\b[^>]*\?>")
ENCODING: Final = re.compile(rb"<\?xml\b[^>]*\bencoding\s*=\s*[\"']([\w.-]+)[\"']")


def text_of(data: bytes) -> tuple[str, str]:
    """The text and the encoding it was read in; a wrong declaration is passed over.

    Raises XmlError for more than 2 MiB and for an encoding that is not of a closed list.
    """
    if len(data) > MAX_BYTES:
        raise XmlError("size", f"文件超过 {MAX_BYTES // 1024 // 1024} MiB，未读取。")
    for encoding in (_stated(data), *FALLBACKS):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return DECLARATION.sub("", text.removeprefix("\ufeff"), count=1), encoding
    raise XmlError("encoding", "文件的字符编码不受支持，请另存为 UTF-8。")


def stated(data: bytes) -> str:
    """The encoding that a file says it has, ``utf-8`` where it says nothing."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    found = ENCODING.search(data[:200])
    return found[1].decode().lower() if found else "utf-8"


def _stated(data: bytes) -> str:
    encoding = stated(data)
    if not KNOWN.fullmatch(encoding):
        raise XmlError("encoding", "文件的字符编码不受支持，请另存为 UTF-8。")
    return "utf-8" if encoding in ("utf-16", "utf16") else encoding
