"""Small files of every kind that is taken, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def archive(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return file.getvalue()


def office(kind: str = "docx") -> bytes:
    return archive({"[Content_Types].xml": TYPES, MAIN[kind]: b"<x/>"})


def related(kind: str, target: str, mode: str = "External") -> bytes:
    """A document with one relationship to ``target``."""
    text = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="http://x/{kind}" '
        f'Target="{target}" TargetMode="{mode}"/></Relationships>'
    )
    members = {"[Content_Types].xml": TYPES, MAIN["docx"]: b"<x/>"}
    return archive({**members, "word/_rels/document.xml.rels": text.encode()})


def pdf(body: bytes = b"1 0 obj << /Type /Catalog >> endobj\n") -> bytes:
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"


def object_stream(objects: bytes, settings: bytes = b"/Filter /FlateDecode") -> bytes:
    head = b"2 0 obj << /Type /ObjStm " + settings + b" >> stream\n"
    return head + zlib.compress(objects) + b"\nendstream endobj\n"


def png(width: int = 2, height: int = 1) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg(width: int = 2, height: int = 1) -> bytes:
    note = b"\xff\xe0\x00\x04ab"
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return b"\xff\xd8" + note + frame + b"\xff\xda\x00\x02\x00\xff\xd9"


SAMPLES: Mapping[str, bytes] = {
    "申报方案.pdf": pdf(),
    "申报书.docx": office("docx"),
    "清单.xlsx": office("xlsx"),
    "汇报.pptx": office("pptx"),
    "公文.ofd": archive({"OFD.xml": b"<OFD/>"}),
    "照片.png": png(),
    "扫描.jpg": jpeg(),
    "扫描.jpeg": jpeg(),
    "说明.txt": "说明\r\n第二行".encode("gb18030"),
    "名单.csv": "\ufeff姓名,单位\n".encode(),
}
