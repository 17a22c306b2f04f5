"""PDF: refused when damaged, encrypted, or able to act.

The bytes are searched for the names of actions that run or fetch something, of dynamic forms and of
embedded files, in the clear and in compressed object streams, written plainly or with ``#xx``. The
file is not parsed, so this is a filter and no proof: an action hidden by a filter chain or by an
inconsistent cross-reference table is not found. Downloads are therefore never shown inline.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from server.feel.sentence import told
from server.work.documents.refusals import refusal

LIMIT_UNPACKED = 64 * 1024 * 1024
LIMIT_STREAMS = 20_000
CHUNK = 64 * 1024
_HEADER = re.compile(rb"%PDF-[12]\.\d")
_NAMES = {
    "JavaScript": "脚本",
    "JS": "脚本",
    "Launch": "启动程序的动作",
    "EmbeddedFile": "嵌入的文件",
    "EmbeddedFiles": "嵌入的文件",
    "RichMedia": "多媒体",
    "Rendition": "多媒体",
    "SubmitForm": "提交数据的动作",
    "ImportData": "导入数据的动作",
    "GoToE": "打开其他文件的动作",
    "GoToR": "打开其他文件的动作",
    "XFA": "动态表单（XFA）",
}
"""What runs, fetches, or carries something nobody has looked at; addresses wait for a click."""
_ACTIVE = re.compile(rb"/(%s)(?![A-Za-z0-9])" % "|".join(_NAMES).encode())
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"\bstream\r?\n")
_DICTIONARY = 4096


def check_pdf(stream: BinaryIO) -> None:
    """Refuse what is no whole PDF, cannot be inspected, or is active."""
    data = stream.read()
    if not _HEADER.match(data) or b"%%EOF" not in data[-2048:] or b"startxref" not in data[-4096:]:
        raise refusal("damaged", "PDF 文件已损坏或不完整。")
    plain = _plain_names(data)
    if b"/Encrypt" in plain:
        raise refusal("encrypted", "PDF 文件已加密，无法检查；请去除密码和权限限制后重新上传。")
    for part in itertools.chain([plain], _object_streams(data)):
        if found := _ACTIVE.search(part):
            what = _NAMES[found[1].decode()]
            raise refusal("active", told("PDF 文件含有%(what)s，请删除后重新上传。", what=what))


def _plain_names(data: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)


def _object_streams(data: bytes) -> Iterator[bytes]:
    """The objects that lie compressed in the file; other streams are pictures, fonts and text."""
    left, count = LIMIT_UNPACKED, 0
    for found in _STREAM.finditer(data):
        dictionary = _dictionary_before(data, found.start())
        if b"/ObjStm" in dictionary:
            count += 1
            _check_filter(dictionary, count)
            objects = _inflated(memoryview(data)[found.end() :], left)
            left -= len(objects)
            yield _plain_names(objects)


def _dictionary_before(data: bytes, end: int) -> bytes:
    before = data[max(0, end - _DICTIONARY) : end]
    return _plain_names(before[before.rfind(b"obj") + 3 :])


def _check_filter(dictionary: bytes, count: int) -> None:
    if b"/FlateDecode" not in dictionary or b"/Predictor" in dictionary or count > LIMIT_STREAMS:
        raise refusal("structure", "PDF 文件的压缩方式无法检查，请重新导出后上传。")


def _inflated(data: memoryview, limit: int) -> bytes:
    unpacker, objects = zlib.decompressobj(), bytearray()
    for start in range(0, len(data), CHUNK):
        try:
            objects += unpacker.decompress(data[start : start + CHUNK], limit - len(objects) + 1)
        except zlib.error as error:
            raise refusal("damaged", "PDF 文件已损坏或不完整。") from error
        if len(objects) > limit:
            raise refusal("bomb", "文件解压后过大，不予接收。")
        if unpacker.eof:
            return bytes(objects)
    raise refusal("damaged", "PDF 文件已损坏或不完整。")
