"""A file that people bring as the text of measures: plain text or a DOCX document."""

from __future__ import annotations

import io
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from server.errors import Invalid
from server.feel.sentence import told
from server.studio.measures.recognition import MAX_CHARACTERS
from server.work.documents.archives import check_archive

MAX_BYTES = 5 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")


def text_of(name: str, data: bytes) -> str:
    """The words of a file, a paragraph a line; raises Invalid with a sentence."""
    if len(data) > MAX_BYTES:
        raise Invalid(told("文件超过 %(limit)s MB", limit=MAX_BYTES // 1024 // 1024), code="size")
    kind = name.lower().rpartition(".")[2]
    if kind not in ("txt", "docx"):
        raise Invalid("只接受 txt 和 docx 文件；PDF 请复制其中的文字后粘贴", code="kind")
    text = _document(data) if kind == "docx" else _plain(data)
    if len(text) > MAX_CHARACTERS:
        raise Invalid(
            told("条文超过 %(limit)s 万字", limit=MAX_CHARACTERS // 10_000),
            code="size",
        )
    return text


def _plain(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("文本的字符编码无法识别，请另存为 UTF-8", code="encoding")


def _document(data: bytes) -> str:
    stream = io.BytesIO(data)
    check_archive(stream, len(data), "docx")
    stream.seek(0)
    try:
        paragraphs = docx.Document(stream).paragraphs
        return "\n".join(each.text for each in paragraphs)
    except (OpcError, BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise Invalid("文档已损坏，无法读取", code="damaged") from error
