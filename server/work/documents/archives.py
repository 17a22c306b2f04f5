"""Office and OFD files are zip archives: their structure is looked at before they are kept.

Objects embedded in a document (formulae, charts) are let through unopened: standards are full of
them. What they hold is the business of the reader's own virus scanner.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable
from typing import BinaryIO

from lxml import etree

from server.feel.xml import XmlError, read_xml
from server.work.documents.refusals import refusal

LIMIT_MEMBERS = 2_000
LIMIT_UNPACKED = 200 * 1024 * 1024
LIMIT_RATIO = 100
LIMIT_RELATIONS = 2 * 1024 * 1024
CHUNK = 1024 * 1024
MAIN_PARTS = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "ofd": "OFD.xml",
}
_ACTIVE = ("/vbaproject", "/vbadata", "/activex/", "/macrosheets/")
_LOCAL = re.compile(r"file:///[A-Za-z]:|(?!//)[^:\\]*$")
_SYMLINK = 0o120000
_BROKEN = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError,
)  # fmt: skip
"""What zipfile raises on hostile bytes, as found by mutating archives (see the tests)."""


def check_archive(stream: BinaryIO, size: int, kind: str) -> None:
    """Refuse an archive that is a bomb, is damaged, lacks its main part, or carries a programme."""
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_members(archive.infolist(), size)
            _check_content(archive)
            _check_kind(archive, kind)
    except _BROKEN as error:
        raise refusal("damaged", "文件已损坏或不是有效的文档。") from error


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > LIMIT_MEMBERS or unpacked > min(LIMIT_UNPACKED, max(size, 1) * LIMIT_RATIO):
        raise refusal("bomb", "文件解压后过大，不予接收。")
    names = [member.filename.lower() for member in members]
    if len(set(names)) < len(names) or any(_is_trick(member) for member in members):
        raise refusal("path_trick", "文件内部含有异常路径，不予接收。")


def _is_trick(member: zipfile.ZipInfo) -> bool:
    name = member.orig_filename
    parts = name.split("/")
    linked = (member.external_attr >> 16) & 0o170000 == _SYMLINK
    return (
        linked
        or ".." in parts
        or name.startswith("/")
        or any(c in name for c in ("\\", ":", "\0"))
        or bool(member.flag_bits & 1)  # encrypted: nobody could look inside
    )


def _check_content(archive: zipfile.ZipFile) -> None:
    """Unpack everything once: sizes in the directory may lie, and a broken part shows here."""
    left = LIMIT_UNPACKED
    for member in archive.infolist():
        with archive.open(member) as part:
            while chunk := part.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise refusal("bomb", "文件解压后过大，不予接收。")


def _check_kind(archive: zipfile.ZipFile, kind: str) -> None:
    names = archive.namelist()
    wanted = {MAIN_PARTS[kind]} | (set() if kind == "ofd" else {"[Content_Types].xml"})
    if not wanted <= set(names):
        raise refusal("content", "文件内容与扩展名不符。")
    if any(mark in f"/{name.lower()}" for name in names for mark in _ACTIVE):
        raise refusal("active", "文件含有宏或控件，请删除后重新上传。")
    if kind != "ofd":
        _check_types(archive)
        _check_relations(archive, (name for name in names if name.lower().endswith(".rels")))


def _check_types(archive: zipfile.ZipFile) -> None:
    types = _bounded(archive, "[Content_Types].xml").lower()
    if b"macroenabled" in types or b"vbaproject" in types:
        raise refusal("active", "文件含有宏，请删除后重新上传。")


def _check_relations(archive: zipfile.ZipFile, names: Iterable[str]) -> None:
    """What lies on another machine would be fetched as soon as somebody opens the file."""
    for name in names:
        for relation in _tree(_bounded(archive, name)).iter("{*}Relationship"):
            if _is_fetched(relation.get("Type", ""), relation.get("Target", "")) and (
                relation.get("TargetMode", "").lower() == "external"
            ):
                raise refusal("remote", "文件引用了外部内容（如远程模板、网络图片），请改为嵌入。")


def _is_fetched(kind: str, target: str) -> bool:
    """A link waits for a click, and Word writes down where a local template was: both harmless."""
    return not kind.endswith("/hyperlink") and not _LOCAL.match(target)


def _tree(data: bytes) -> etree._Element:
    try:
        return read_xml(data)
    except XmlError as error:
        raise refusal("structure", "文件结构异常，无法检查。") from error


def _bounded(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LIMIT_RELATIONS:
        raise refusal("structure", "文件结构异常，无法检查。")
    return archive.read(name)
