"""Files with the verdict they must get: good ones of every kind pass, tricks are refused by a code.

All are made here, byte by byte; nothing was written by another program.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.server.work.document_samples import (
    MAIN,
    SAMPLES,
    TYPES,
    archive,
    jpeg,
    object_stream,
    office,
    pdf,
    png,
    related,
)

TAKEN = ""
"""The verdict of a good file; a refused one has the code of its refusal."""


class Sample(NamedTuple):
    """A file as somebody sends it, and what must become of it."""

    name: str
    content: bytes
    verdict: str


def samples() -> list[Sample]:
    """All of them."""
    makers = (
        _good,
        _ordinary,
        _archives,
        _carriers,
        _doctypes,
        _pdfs,
        _pictures,
        _texts,
        _disguised,
        _names,
    )
    return [each for make in makers for each in make()]


# --- good ----------------------------------------------------------------------------------------


def _good() -> Iterator[Sample]:
    for name, content in SAMPLES.items():
        yield Sample(name, content, TAKEN)
    for kind in ("docx", "xlsx", "pptx"):
        yield Sample(f"带图片.{kind}", _with(kind, {"word/media/图.png": png()}), TAKEN)
        yield Sample(f"带公式.{kind}", _with(kind, {"word/embeddings/o1.bin": b"\xd0\xcf"}), TAKEN)
        yield Sample(f"大写.{kind.upper()}", office(kind), TAKEN)
    yield Sample("有链接.docx", related("hyperlink", "https://www.sac.gov.cn/"), TAKEN)
    yield Sample("模板在本机.docx", related("attachedTemplate", "file:///C:/a.dotx"), TAKEN)
    yield Sample("内部关系.docx", related("image", "media/1.png", "Internal"), TAKEN)
    yield Sample("未压缩.docx", _stored("docx"), TAKEN)
    yield Sample("重复内容.xlsx", _with("xlsx", {"xl/a.xml": b"<a/>" * 2000}), TAKEN)
    yield Sample("签章.ofd", archive({"OFD.xml": b"<OFD/>", "Doc_0/Signs/s.dat": b"\0\1"}), TAKEN)
    for version in ("1.3", "1.4", "1.7", "2.0"):
        yield Sample(f"版本{version}.pdf", pdf().replace(b"1.7", version.encode()), TAKEN)
    yield Sample("提到脚本.pdf", pdf(b"1 0 obj (use of JavaScript) endobj\n"), TAKEN)
    yield Sample("对象流.pdf", pdf(object_stream(b"1 0 << /Type /Page >>")), TAKEN)
    yield Sample(
        "有书签.pdf", pdf(b"1 0 obj << /Outlines 2 0 R /URI (http://x) >> endobj\n"), TAKEN
    )
    yield Sample("照片.JPG", jpeg(4000, 3000), TAKEN)
    yield Sample("长图.png", png(1000, 20_000), TAKEN)
    yield Sample("生僻字.txt", "𠀀𪜶㑇 标准化".encode(), TAKEN)
    yield Sample("生僻字国标.txt", "㐀䶵𠀀".encode("gb18030"), TAKEN)
    yield Sample("代码.txt", b"<script>alert(1)</script>", TAKEN)
    yield Sample("公式.csv", b"=1+1,@SUM(A1)\n", TAKEN)
    yield Sample("空行.csv", b"\r\n\r\n", TAKEN)
    yield Sample("制表.txt", b"a\tb\x0cc\n", TAKEN)


def _ordinary() -> Iterator[Sample]:
    """What Word, WPS and LibreOffice put into the files they write."""
    for kind, folder in (("docx", "word"), ("xlsx", "xl"), ("pptx", "ppt")):
        for part, content in _usual_parts(folder).items():
            yield Sample(f"平常{part[-9:]}.{kind}", _with(kind, {part: content}), TAKEN)
    chart = {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": office("xlsx")}
    yield Sample("图表数据.docx", _with("docx", chart), TAKEN)
    for relation in ("printerSettings", "image", "customXml", "oleObject", "package", "hyperlink"):
        target = f"../parts/{relation}1.bin"
        yield Sample(f"关系{relation}.docx", related(relation, target, "Internal"), TAKEN)
    yield Sample("邮件链接.docx", related("hyperlink", "mailto:a@example.cn"), TAKEN)
    yield Sample("本机模板.docx", related("attachedTemplate", "file:///D:/模板/公文.dotx"), TAKEN)
    yield Sample("字体.ofd", _ofd({"Doc_0/Res/font_1.ttf": b"\0\1\0\0"}), TAKEN)
    yield Sample("图章.ofd", _ofd({"Doc_0/Signs/Sign_0/Seal.esl": b"0\x82"}), TAKEN)
    for number, part in enumerate(_harmless()):
        yield Sample(f"平常{number}.pdf", pdf(b"1 0 obj << " + part + b" >> endobj\n"), TAKEN)


def _usual_parts(folder: str) -> dict[str, bytes]:
    return {
        f"{folder}/printerSettings/printerSettings1.bin": "Microsoft Print to PDF".encode(
            "utf-16-le"
        ),
        f"{folder}/fonts/font1.odttf": bytes(range(256)),
        f"{folder}/media/image1.emf": b"\1\0\0\0l\0\0\0",
        f"{folder}/drawings/vmlDrawing1.vml": b'<xml xmlns:v="urn:schemas-microsoft-com:vml"/>',
        f"{folder}/embeddings/oleObject1.bin": _object("Equation Native"),
        f"{folder}/theme/theme1.xml": b"<a:theme/>",
        "docProps/thumbnail.jpeg": jpeg(),
        "docProps/custom.xml": b"<Properties/>",
        "customXml/item1.xml": "<root>提到 DOCTYPE</root>".encode(),
    }


def _object(storage: str) -> bytes:
    """The beginning of a compound file and one entry of its directory."""
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return magic.ljust(512, b"\0") + storage.encode("utf-16-le").ljust(64, b"\0")


def _ofd(more: Mapping[str, bytes]) -> bytes:
    return archive({"OFD.xml": b"<OFD/>", **more})


def _harmless() -> tuple[bytes, ...]:
    return (
        b"/A << /S /URI /URI (https://www.sac.gov.cn/) >>",
        b"/A << /S /GoTo /D [3 0 R /Fit] >>",
        b"/AcroForm << /Fields [4 0 R] /NeedAppearances true >>",
        b"/Names << /Dests 5 0 R >>",
        b"/OpenAction [3 0 R /XYZ null null 0]",
        b"/Metadata 6 0 R /XFAX 1 /JSON 2",
        b"/Contents (/ GoToR and XFA are words)",
        b"/Type /Font /Subtype /TrueType /BaseFont /SimSun",
    )


def _with(kind: str, more: Mapping[str, bytes]) -> bytes:
    return archive({"[Content_Types].xml": TYPES, MAIN[kind]: b"<x/>", **more})


def _stored(kind: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as out:
        out.writestr("[Content_Types].xml", TYPES)
        out.writestr(MAIN[kind], b"<x/>")
    return file.getvalue()


# --- archives ------------------------------------------------------------------------------------


def _archives() -> Iterator[Sample]:
    for kind in ("docx", "xlsx", "pptx"):
        yield Sample(f"炸弹.{kind}", _with(kind, {"a.xml": b"\0" * 30_000_000}), "file_bomb")
        for part in ("word/vbaProject.bin", "xl/vbaProject.bin", "word/activeX/a.bin"):
            yield Sample(f"宏{part[:4]}.{kind}", _with(kind, {part: b"x"}), "file_active")
        yield Sample(f"缺正文.{kind}", archive({"[Content_Types].xml": TYPES}), "file_content")
        yield Sample(f"缺类型.{kind}", archive({MAIN[kind]: b"<x/>"}), "file_content")
        yield Sample(f"截断.{kind}", office(kind)[:-30], "file_damaged")
        yield Sample(f"尾部损坏.{kind}", _flipped(office(kind)), "file_damaged")
    yield Sample(
        "宏类型.docx", _typed(b"application/vnd.ms-word.document.macroEnabled"), "file_active"
    )
    yield Sample("宏类型2.docx", _typed(b"application/vnd.ms-office.vbaProject"), "file_active")
    yield Sample("宏表.xlsx", _with("xlsx", {"xl/macrosheets/s1.xml": b"<x/>"}), "file_active")
    for number, path in enumerate(_paths()):
        yield Sample(f"路径{number}.docx", _with("docx", {path: b"x"}), "file_path_trick")
    yield Sample("同名.docx", _twice("word/a.xml", "word/a.xml"), "file_path_trick")
    yield Sample("大小写同名.docx", _twice("word/a.xml", "WORD/A.xml"), "file_path_trick")
    yield Sample("链接.docx", _linked(), "file_path_trick")
    yield Sample("加密.docx", _locked(), "file_path_trick")
    yield Sample("成千.docx", _with("docx", {f"a/{n}": b"" for n in range(2_001)}), "file_bomb")
    yield Sample("套娃.docx", _nested(), "file_bomb")
    for kind, target in _remote():
        yield Sample(f"外部{kind}.docx", related(kind, target), "file_remote")
    yield Sample("关系炸弹.docx", _relations(_BOMB), "file_structure")
    yield Sample("关系外部实体.docx", _relations(_ENTITY), "file_structure")
    yield Sample("关系残缺.docx", _relations(b"<Relationships"), "file_structure")
    yield Sample("关系过大.docx", _relations(b" " * 2_100_000), "file_bomb")
    yield Sample("缺入口.ofd", archive({"Doc_0/Document.xml": b"<x/>"}), "file_content")
    yield Sample("炸弹.ofd", archive({"OFD.xml": b"\0" * 30_000_000}), "file_bomb")
    yield Sample("越界.ofd", archive({"OFD.xml": b"<x/>", "../../x": b"x"}), "file_path_trick")
    yield Sample("空包.docx", archive({}), "file_content")
    yield Sample("只有签名.docx", b"PK\x03\x04", "file_damaged")
    yield Sample("签名后乱码.xlsx", b"PK\x03\x04" + b"\xff" * 500, "file_damaged")


def _carriers() -> Iterator[Sample]:
    """Parts that a click would run, that act by themselves, or that fetch."""
    for ending in (
        "exe",
        "js",
        "mht",
        "vbs",
        "lnk",
        "hta",
        "EXE",
        "bat",
        "ps1",
        "zip",
        "docm",
        "html",
    ):
        for kind in ("docx", "xlsx"):
            part = f"{kind[:1]}/media/a.{ending}"
            yield Sample(f"夹带{ending}.{kind}", _with(kind, {part: b"x"}), "file_active")
        yield Sample(f"夹带{ending}.ofd", _ofd({f"Doc_0/Attachs/a.{ending}": b"x"}), "file_active")
    for head in (b"MZ\x90\0", b"\x7fELF", b"L\0\0\0\x01\x14\x02\0"):
        yield Sample("改名程序.docx", _with("docx", {"word/media/1.png": head}), "file_active")
        yield Sample("改名程序.ofd", _ofd({"Doc_0/Res/1.dat": head}), "file_active")
    for storage in ("\1Ole10Native", "_VBA_PROJECT"):
        wrapped = {"word/embeddings/oleObject1.bin": _object(storage)}
        yield Sample("包裹.docx", _with("docx", wrapped), "file_active")
    late = {
        "word/embeddings/oleObject1.bin": _object("x").ljust(1024 * 1024 - 7, b"\0")
        + _object("\1Ole10Native")
    }
    yield Sample("包裹在后.docx", _with("docx", late | {"word/noise.bin": _noise()}), "file_active")
    yield Sample("尾点.docx", _with("docx", {"word/a.exe.": b"x"}), "file_active")
    for part in (
        "customUI/customUI.xml",
        "customUI/customUI14.xml",
        "userCustomization/customUI.xml",
    ):
        yield Sample("界面.docx", _with("docx", {part: b"<x/>"}), "file_active")
    for part in (
        "xl/connections.xml",
        "xl/externalLinks/externalLink1.xml",
        "xl/queryTables/q1.xml",
    ):
        yield Sample("取数.xlsx", _with("xlsx", {part: b"<x/>"}), "file_remote")
    for relation in ("connections", "externalLink", "queryTable"):
        yield Sample(
            f"取数{relation}.docx", related(relation, "parts/a.xml", "Internal"), "file_remote"
        )
    for relation in ("aFChunk", "ui/extensibility", "control"):
        yield Sample("嵌页.docx", related(relation, "parts/a.xml", "Internal"), "file_active")
    yield Sample("空白外部.docx", related("image", "http://x/a.png", " External "), "file_remote")
    macro = {"word/embeddings/Sheet1.xlsx": _with("xlsx", {"xl/vbaProject.bin": b"x"})}
    yield Sample("表中宏.docx", _with("docx", macro), "file_active")
    yield Sample("层层.docx", _layers(4), "file_structure")


def _noise() -> bytes:
    """So that the document is no bomb by its ratio."""
    return b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(2_000))


def _layers(count: int) -> bytes:
    inner = office("xlsx")
    for _ in range(count):
        inner = _with("xlsx", {"xl/embeddings/a.xlsx": inner})
    return _with("docx", {"word/embeddings/a.xlsx": inner})


def _doctypes() -> Iterator[Sample]:
    for code in ("utf-8", "utf-16-le", "utf-16-be"):
        text = '<?xml version="1.0"?><!-- 说明 --><!DOCTYPE a [<!ENTITY e "x">]><a/>'.encode(code)
        yield Sample(f"声明{code}.ofd", archive({"OFD.xml": text}), "file_structure")
        yield Sample(f"声明{code}.docx", _with("docx", {"word/styles.xml": text}), "file_structure")
        yield Sample(
            f"声明{code}.xlsx", _with("xlsx", {"xl/drawings/v.vml": text}), "file_structure"
        )
    far = b"<!--" + _noise() + b"-->" * 3 + b" " * 1_048_500 + b"<!DOCTYPE a><a/>"
    yield Sample(
        "声明在后.ofd", archive({"OFD.xml": b"<OFD/>", "Doc_0/Document.xml": far}), "file_structure"
    )


_BOMB = b'<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'
_ENTITY = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'


def _paths() -> tuple[str, ...]:
    return ("../x", "a/../../x", "/etc/passwd", "C:/x", "a\\b", "..\\..\\x", "word/x:stream")


def _remote() -> tuple[tuple[str, str], ...]:
    return (
        ("attachedTemplate", "https://evil.example/a.dotm"),
        ("image", "http://evil.example/a.png"),
        ("oleObject", "\\\\evil.example\\share\\a"),
        ("frame", "file://evil.example/a"),
        ("image", "http://169.254.169.254/latest"),
        ("attachedTemplate", "//evil.example/a.dotm"),
    )


def _relations(content: bytes) -> bytes:
    return _with("docx", {"word/_rels/document.xml.rels": content})


def _typed(kind: bytes) -> bytes:
    types = TYPES.replace(b"/>", b'><Override ContentType="' + kind + b'"/></Types>')
    return archive({"[Content_Types].xml": types, MAIN["docx"]: b"<x/>"})


def _twice(first: str, second: str) -> bytes:
    """Two members whose names a reader may confuse."""
    file = io.BytesIO(_with("docx", {first: b"a", "word/zzzzz": b"b"}))
    return file.getvalue().replace(b"word/zzzzz", second.encode())


def _linked() -> bytes:
    file = io.BytesIO(office())
    with zipfile.ZipFile(file, "a") as out:
        link = zipfile.ZipInfo("word/link")
        link.external_attr = 0o120777 << 16
        out.writestr(link, "/etc/passwd")
    return file.getvalue()


def _locked() -> bytes:
    content = bytearray(office())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def _nested() -> bytes:
    inner = archive({"a": b"\0" * 20_000_000})
    return _with("docx", {"word/a.zip": inner * 2, "word/b.xml": b"\0" * 30_000_000})


def _flipped(content: bytes) -> bytes:
    at = content.rindex(b"PK\x01\x02")
    return content[:at] + b"XX" + content[at + 2 :]


# --- PDF -----------------------------------------------------------------------------------------


def _pdfs() -> Iterator[Sample]:
    for number, act in enumerate(_actions()):
        body = b"1 0 obj << /Type /Catalog " + act + b" >> endobj\n"
        yield Sample(f"动作{number}.pdf", pdf(body), "file_active")
        hidden = pdf(object_stream(b"1 0 << " + act + b" >>"))
        yield Sample(f"暗藏动作{number}.pdf", hidden, "file_active")
    yield Sample("加密.pdf", pdf(b"1 0 obj << /Encrypt 2 0 R >> endobj\n"), "file_encrypted")
    yield Sample("截断.pdf", pdf()[:40], "file_damaged")
    yield Sample("无尾.pdf", pdf().replace(b"%%EOF", b""), "file_damaged")
    yield Sample("无索引.pdf", pdf().replace(b"startxref", b""), "file_damaged")
    yield Sample("版本.pdf", pdf().replace(b"1.7", b"9.9"), "file_damaged")
    yield Sample("坏流.pdf", pdf(_broken_stream()), "file_damaged")
    odd = object_stream(b"1 0 << >>", b"/Filter /LZWDecode")
    yield Sample("怪压缩.pdf", pdf(odd), "file_structure")
    bomb = object_stream(b"\0" * 70_000_000)
    yield Sample("炸弹.pdf", pdf(bomb), "file_bomb")


def _actions() -> tuple[bytes, ...]:
    return (
        b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
        b"/AA << /O << /S /JavaScript >> >>",
        b"/A << /S /Launch /F (cmd.exe) >>",
        b"/EmbeddedFile 3 0 R",
        b"/RichMedia 4 0 R",
        b"/S /SubmitForm /F (http://x)",
        b"/S /ImportData /F (x)",
        b"/S /GoToE",
        b"/S /GoToR /F (\\\\\\\\evil\\\\share\\\\a.pdf)",
        b"/AcroForm << /XFA 5 0 R >>",
        b"/Names << /EmbeddedFiles 6 0 R >>",
        b"/S /Named /JS (app.alert(1))",
        b"/XF#41 5 0 R",
        b"/S /Rendition /OP 0",
        b"/S /J#61vaScript",
        b"/S /#4caunch",
    )


def _broken_stream() -> bytes:
    good = object_stream(bytes(range(256)))
    return good.replace(b"\nendstream", b"")[:-40] + b"\nendstream endobj\n"


# --- pictures ------------------------------------------------------------------------------------


def _pictures() -> Iterator[Sample]:
    yield Sample("像素洪水.png", png(20_000, 20_000), "file_dimensions")
    yield Sample("过宽.png", png(4_000_000_000, 1), "file_dimensions")
    yield Sample("零宽.png", png(0, 1), "file_dimensions")
    yield Sample("零高.jpg", jpeg(1, 0), "file_dimensions")
    yield Sample("过大.jpg", jpeg(60_000, 60_000), "file_dimensions")
    yield Sample("截断.png", png()[:30], "file_damaged")
    yield Sample("无尾.png", png()[:-12], "file_damaged")
    yield Sample("截断.jpg", jpeg()[:10], "file_damaged")
    yield Sample("无帧.jpg", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9", "file_damaged")
    yield Sample("乱码.jpg", b"\xff\xd8\xff" + b"\x00" * 400 + b"\xff\xd9", "file_damaged")
    yield Sample("头错.png", png().replace(b"IHDR", b"IHDX"), "file_damaged")


# --- texts ---------------------------------------------------------------------------------------


def _texts() -> Iterator[Sample]:
    yield Sample("零字节.txt", b"", "file_content")
    yield Sample("零字节.pdf", b"", "file_content")
    yield Sample("含空字符.txt", b"a\0b", "file_content")
    yield Sample("含转义.csv", b"a\x1b[2Jb", "file_content")
    yield Sample("程序.txt", b"MZ\x90\0\x03\0\0\0", "file_content")
    yield Sample("乱码.csv", b"\xff\xff\xfe\x80\x80", "file_content")
    yield Sample("双字节.txt", "说明".encode("utf-16"), "file_content")
    yield Sample("半个字.txt", "标准".encode()[:-1] + b"\xff", "file_content")


# --- not what they seem --------------------------------------------------------------------------


def _disguised() -> Iterator[Sample]:
    html = b"<html><script>alert(1)</script></html>"
    for ending in ("pdf", "png", "jpg", "docx", "ofd"):
        yield Sample(f"网页.{ending}", html, "file_content")
    for ending, other in (("pdf", png()), ("png", pdf()), ("docx", pdf()), ("jpg", office())):
        yield Sample(f"改名.{ending}", other, "file_content")
    yield Sample("压缩包.docx", archive({"a.txt": b"x"}), "file_content")
    yield Sample("表格充文档.docx", office("xlsx"), "file_content")
    yield Sample("文档充表格.xlsx", office("docx"), "file_content")
    yield Sample("文档充公文.ofd", office("docx"), "file_content")
    yield Sample("前缀.pdf", html + pdf(), "file_content")
    yield Sample("图后附包.png", png() + office(), "file_damaged")
    yield Sample("图后附网页.jpg", jpeg() + html * 5, "file_damaged")
    yield Sample("文后附包.pdf", pdf() + b"\0" * 5000 + office(), "file_damaged")
    yield Sample("程序前置.docx", b"MZ" + office(), "file_content")
    eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS" + b"-TEST-FILE!$H+H*"
    yield Sample("样本.com", eicar, "file_kind")
    for ending in ("exe", "html", "svg", "js", "docm", "xlsm", "doc", "zip", "rar", "hta", "lnk"):
        yield Sample(f"不收.{ending}", b"x", "file_kind")
    yield Sample("双扩展.pdf.exe", pdf(), "file_kind")
    yield Sample("双扩展.exe.pdf", pdf(), TAKEN)


# --- names ---------------------------------------------------------------------------------------


def _names() -> Iterator[Sample]:
    for name in (
        "../../etc/方案.pdf",
        "C:\\文件\\方案.pdf",
        "/etc/方案.pdf",
        "方案\u202efdp.pdf",
        "方案\0.pdf",
        "方\r\n案.pdf",
        "方案<script>.pdf",
        'a"b.pdf',
        "CON.pdf",
        "方" * 300 + ".pdf",
        "%2e%2e%2f.pdf",
        "a\u200b\u2066.pdf",
        "𠀀𪜶.pdf",
        "é́́.pdf",
    ):
        yield Sample(name, pdf(), TAKEN)
    for name in ("", ".", "..", ".pdf", "方案", "方案.", "/", "\u202e.pdf", "方案.汉字", "\0"):
        yield Sample(name, pdf(), "file_name")
