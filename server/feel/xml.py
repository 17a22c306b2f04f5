"""The one reader of XML that others wrote: diagrams, decision tables, uploads."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from server.feel.sentence import told

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_ELEMENTS: Final = 20_000
MAX_DEPTH: Final = 100
MAX_ATTRIBUTES: Final = 200
ENCODINGS: Final = {"UTF-8", "UTF8", "UTF-16", "US-ASCII", "ASCII", "GB18030", "GBK", "GB2312"}
"""Those that editors write here; others only help to hide something."""


class XmlError(Exception):
    """A document that is not read.

    ``code`` is one of ``size``, ``doctype``, ``malformed``, ``encoding``, ``elements``, ``depth``,
    ``attributes``; ``sentence`` is Chinese.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def read_xml(data: bytes) -> etree._Element:
    """Parse ``data`` and return its root, without comments and processing instructions.

    No entity is resolved, no file or address opened. Raises XmlError for a DOCTYPE, a rare
    encoding, more than 2 MiB, 20 000 elements, 100 levels, 200 attributes or namespaces of an
    element, or text that is not well-formed.
    """
    if len(data) > MAX_BYTES:
        raise XmlError(
            "size", told("文件超过 %(value)s MiB，未读取。", value=MAX_BYTES // 1024 // 1024)
        )
    root = _parse(data)
    info = root.getroottree().docinfo
    if info.internalDTD is not None:
        raise XmlError("doctype", "文件带有 DOCTYPE 声明，出于安全不予读取。")
    if info.encoding and info.encoding.upper() not in ENCODINGS:
        raise XmlError("encoding", "文件的字符编码不受支持，请另存为 UTF-8。")
    _check_shape(root)
    return root


def _check_attributes(element: etree._Element) -> None:
    if max(len(element.attrib), len(element.nsmap)) > MAX_ATTRIBUTES:
        raise XmlError(
            "attributes",
            told(
                "文件中有元素的属性或命名空间超过 %(max_attributes)s 个。",
                max_attributes=MAX_ATTRIBUTES,
            ),
        )


def local_name(element: etree._Element) -> str:
    """The tag without its namespace."""
    return etree.QName(element).localname


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The direct children with one of the given local names (all when none is given)."""
    for child in element:
        if not names or local_name(child) in names:
            yield child


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """The first direct child with one of the given local names."""
    return next(children(element, *names), None)


def child_text(element: etree._Element, name: str) -> str | None:
    """The text of the first direct child of that local name; None where there is none."""
    found = child(element, name)
    return None if found is None else "".join(str(part) for part in found.itertext())


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise XmlError(
            "malformed", told("文件不是格式正确的 XML：%(msg)s", msg=error.msg)
        ) from error


def _check_shape(root: etree._Element) -> None:
    count = 0
    level: list[etree._Element] = [root]
    for _ in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_ELEMENTS:
            raise XmlError(
                "elements", told("文件的元素超过 %(max_elements)s 个。", max_elements=MAX_ELEMENTS)
            )
        for element in level:
            _check_attributes(element)
        level = [below for element in level for below in element]
        if not level:
            return
    raise XmlError("depth", told("文件的元素嵌套超过 %(max_depth)s 层。", max_depth=MAX_DEPTH))
