"""Files that people bring: what is read, and what is told instead."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from server.errors import Problem
from server.studio.measures.uploads import MAX_BYTES, text_of


def document(*lines: str) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_is_read_in_the_encodings_people_use(encoding: str) -> None:
    assert text_of("办法.TXT", "第一条　甲。".encode(encoding)) == "第一条　甲。"


def test_a_document_gives_its_paragraphs() -> None:
    assert text_of("a.docx", document("第一条 甲。", "第二条 乙。")) == "第一条 甲。\n第二条 乙。"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.txt", b"x" * (MAX_BYTES + 1), "超过 5 MB"),
        ("a.txt", b"x" * 300_000, "超过 20 万字"),
        ("a.docx", bomb(), "解压后过大"),
        ("a.docx", document("甲")[:-200], "损坏"),
        ("a.exe", b"MZ", "只接受"),
        ("", b"", "只接受"),
    ],
)
def test_what_cannot_be_read_is_told(name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(Problem, match=sentence):
        text_of(name, data)
