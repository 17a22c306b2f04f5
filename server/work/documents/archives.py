"""Office and OFD files are zip archives: every part is looked at before they are kept.

What an office writes passes: pictures, fonts, printer settings, formulae and charts, also as
objects of other programs. What could run or fetch something when the file is opened is refused, by
the name of the part.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from server.errors import Invalid
from server.feel.sentence import told
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
_PROGRAMS = frozenset((
    "apk", "app", "application", "appref-ms", "bat", "chm", "cmd", "com", "cpl", "dll", "docm",
    "dotm", "exe", "gadget", "hta", "htm", "html", "inf", "iso", "jar", "js", "jse", "jsp", "lnk",
    "mht", "mhtml", "msc", "msi", "msp", "php", "pif", "potm", "ppam", "ppsm", "pptm", "ps1", "py",
    "rb", "reg", "rtf", "scf", "scr", "sh", "shtml", "swf", "sys", "url", "vb", "vbe", "vbs", "ws",
    "wsc", "wsf", "wsh", "xhtml", "xht", "xlam", "xlsb", "xlsm", "xltm", "xll", "7z", "rar", "zip",
    "tar", "gz",
))  # fmt: skip
"""Endings of parts that a click would run, and of archives and formats nobody here looks into."""
_ACTIVE = ("/vbaproject", "/vbadata", "/activex/", "/macrosheets/", "/customui")
_FETCHING = ("/connections.xml", "/externallinks/", "/querytables/")
_ACTIVE_RELATIONS = {"afchunk", "control", "extensibility", "usercustomization", "vbaproject"}
_FETCHING_RELATIONS = {"connections", "externallink", "querytable"}
_NESTED = re.compile(r"\.(docx|xlsx|pptx)$")
_RUNS = (b"MZ", b"\x7fELF", b"L\0\0\0\x01\x14\x02\0")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_OBJECTS = re.compile(
    b"|".join(re.escape(name.encode("utf-16-le")) for name in ("Ole10Native", "_VBA_PROJECT")),
    re.IGNORECASE,
)
"""Storages of a file wrapped up as an object, and of macros; a formula or a drawing has neither."""
_DOCTYPE = re.compile(
    b"|".join(re.escape("<!DOCTYPE".encode(code)) for code in ("ascii", "utf-16-le", "utf-16-be"))
)
_XML = (".xml", ".rels", ".vml")
_OVERLAP = 64
PROGRAM = "文件内含有程序、脚本、网页或压缩包“%(part)s”，请删除后重新上传。"
CONTROL = "文件含有宏、控件、自定义界面或嵌入的网页（“%(part)s”），请删除后重新上传。"
WRAPPED = "文件嵌入的对象“%(part)s”含有其他文件或宏，请删除后重新上传。"
DOCTYPE = "文件的部件“%(part)s”含有文档类型声明，不予接收。"
NESTED = "文件层层嵌套（“%(part)s”），无法检查。"
FETCHING = "工作簿从别处取数（“%(part)s”），请断开外部数据和其他工作簿的链接后重新上传。"
REMOTE = "文件引用了外部内容“%(part)s”（如远程模板、网络图片），请改为嵌入。"
LIMIT_DEPTH = 2
LIMIT_NESTED = 50 * 1024 * 1024
LIMIT_NAME = 80
_LOCAL = re.compile(r"file:///[A-Za-z]:|(?!//)[^:\\]*$")
_SYMLINK = 0o120000
_BROKEN = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError,
)  # fmt: skip
"""What zipfile raises on hostile bytes, as found by mutating archives (see the tests)."""


def check_archive(stream: BinaryIO, size: int, kind: str) -> None:
    """Refuse an archive that is a bomb, is damaged, lacks its main part, or could run or fetch
    something."""
    _check_archive(stream, size, kind, Budget(LIMIT_UNPACKED))


@dataclass(slots=True)
class Budget:
    """Bytes that may still be unpacked, documents inside the document included."""

    left: int
    depth: int = 0

    def spend(self, size: int) -> None:
        """Raises Invalid where nothing is left."""
        self.left -= size
        if self.left < 0:
            raise refusal("bomb", "文件解压后过大，不予接收。")


def _check_archive(stream: BinaryIO, size: int, kind: str, budget: Budget) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_members(archive.infolist(), size)
            _check_kind(archive, kind)
            for member in archive.infolist():
                _check_name(member.filename)
                _check_part(archive, member, budget)
            if kind != "ofd":
                _check_types(archive)
                _check_relations(archive)
            _check_nested(archive, budget)
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


def _check_kind(archive: zipfile.ZipFile, kind: str) -> None:
    wanted = {MAIN_PARTS[kind]} | (set() if kind == "ofd" else {"[Content_Types].xml"})
    if not wanted <= set(archive.namelist()):
        raise refusal("content", "文件内容与扩展名不符。")


def _check_name(name: str) -> None:
    path = f"/{name.lower()}"
    if any(mark in path for mark in _ACTIVE):
        raise _of_part("active", CONTROL, name)
    if any(mark in path for mark in _FETCHING):
        raise _of_part("remote", FETCHING, name)
    if path.rstrip(" .").rpartition(".")[2] in _PROGRAMS:
        raise _of_part("active", PROGRAM, name)


def _check_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> None:
    """Unpack a part once: sizes in the directory may lie, and what is broken shows here."""
    is_xml, before, wrapped = member.filename.lower().endswith(_XML), b"", False
    with archive.open(member) as part:
        while chunk := part.read(CHUNK):
            budget.spend(len(chunk))
            wrapped = wrapped or (not before and chunk.startswith(_COMPOUND))
            if not before and chunk.startswith(_RUNS):
                raise _of_part("active", PROGRAM, member.filename)
            if wrapped and _IN_OBJECTS.search(before + chunk):
                raise _of_part("active", WRAPPED, member.filename)
            if is_xml and _DOCTYPE.search(before + chunk):
                raise _of_part("structure", DOCTYPE, member.filename)
            before = chunk[-_OVERLAP:]


def _check_nested(archive: zipfile.ZipFile, budget: Budget) -> None:
    """The tables behind charts, and other documents inside the document."""
    for member in archive.infolist():
        if found := _NESTED.search(member.filename.lower()):
            if budget.depth == LIMIT_DEPTH:
                raise _of_part("structure", NESTED, member.filename)
            if member.file_size > LIMIT_NESTED:
                raise refusal("bomb", "文件解压后过大，不予接收。")
            inner = Budget(budget.left, budget.depth + 1)
            content = io.BytesIO(archive.read(member))
            _check_archive(content, member.file_size, found[1], inner)
            budget.left = inner.left


def _of_part(code: str, sentence: str, name: str) -> Invalid:
    return refusal(code, told(sentence, part=name[:LIMIT_NAME]))


def _check_types(archive: zipfile.ZipFile) -> None:
    types = _bounded(archive, "[Content_Types].xml").lower()
    if b"macroenabled" in types or b"vbaproject" in types:
        raise refusal("active", "文件含有宏，请删除后重新上传。")


def _check_relations(archive: zipfile.ZipFile) -> None:
    """What a part is for is said by its relation, whatever the part is called."""
    for name in archive.namelist():
        if name.lower().endswith(".rels"):
            for relation in _tree(_bounded(archive, name)).iter("{*}Relationship"):
                _check_relation(relation)


def _check_relation(relation: etree._Element) -> None:
    """What lies on another machine would be fetched as soon as somebody opens the file."""
    target, purpose = relation.get("Target", ""), relation.get("Type", "")
    word = purpose.rpartition("/")[2].lower()
    if word in _ACTIVE_RELATIONS:
        raise _of_part(
            "active",
            CONTROL,
            target,
        )
    if word in _FETCHING_RELATIONS:
        raise _of_part("remote", FETCHING, target)
    is_outside = relation.get("TargetMode", "").strip().lower() == "external"
    if is_outside and _is_fetched(purpose, target):
        raise _of_part("remote", REMOTE, target)


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
