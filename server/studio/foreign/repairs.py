"""What keeps an editor from showing a file, mended without changing what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from server.engine.dialect.xml import BPMN, Node, children

DRAWING: Final = (
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DC",
)
SOUND: Final = re.compile(r"([A-Za-z][\w.-]*:)?[A-Za-z_][\w.-]*", re.ASCII)
"""An id that every editor reads (the NCName of XML Schema in ASCII, or a QName)."""

UNSOUND: Final = re.compile(r"[^\w.-]", re.ASCII)
TEXTS: Final = frozenset({"documentation", "text", "script", "name", "body", "from", "to"})
"""BPMN elements whose text is said to people or machines and names no element."""
DRAWABLE: Final = frozenset(
    {"collaboration", "choreography", "process", "subProcess", "adHocSubProcess", "transaction"}
)
"""What a drawing may be of."""

NO_REFERENCE: Final = frozenset({"id", "name"})


def namespaces(text: str) -> str:
    """Addresses of namespaces without the spaces that no parser takes."""
    return re.sub(
        r"(\sxmlns(?::[\w.-]+)?\s*=\s*\")([^\"<>]*)\"",
        lambda found: f'{found[1]}{re.sub(chr(92) + "s+", "%20", found[2].strip())}"',
        text,
    )


def ids(root: Node) -> list[str]:
    """Give another id to what has one that editors refuse, wherever it is named; the old ones."""
    taken = {node.get("id", "") for node in root.iter("*")}
    wrong = [name for name in sorted(taken) if name and not SOUND.fullmatch(name)]
    renamed = {name: _sound(name, taken) for name in wrong}
    if renamed:
        _replace(root, renamed, keep=frozenset({"name"}))
    return wrong


def planes(root: Node) -> int:
    """Let drawings be of the collaboration or the process where they are of nothing that can be
    drawn; how many there were."""
    drawable = {
        node.get("id", "")
        for node in root.iter(f"{{{BPMN}}}*")
        if etree.QName(node).localname in DRAWABLE
    }
    whole = next(iter([*children(root, "collaboration"), *children(root, "process")]), None)
    if whole is None or not whole.get("id"):
        return 0
    lost = [
        plane
        for plane in root.iter(f"{{{DRAWING[0]}}}BPMNPlane")
        if plane.get("bpmnElement") not in drawable
    ]
    for plane in lost:
        plane.set("bpmnElement", whole.get("id", ""))
    return len(lost)


def _sound(name: str, taken: set[str]) -> str:
    plain = UNSOUND.sub("_", name)
    base = plain if re.match("[A-Za-z_]", plain) else f"_{plain}"
    free = (base, *(f"{base}_{n}" for n in range(2, len(taken) + 3)))
    found = next(each for each in free if each not in taken)
    taken.add(found)
    return found


def references(root: Node) -> int:
    """Take the prefix off references such as ``ns:id`` that mean the id; how many there were."""
    known = {node.get("id", "") for node in root.iter("*")} - {""}
    parted = {value: value.partition(":") for value in set(_values(root)) - known}
    meant = {
        value: name
        for value, (prefix, _, name) in parted.items()
        if prefix in root.nsmap and name in known
    }
    return _replace(root, meant, keep=NO_REFERENCE) if meant else 0


def _values(root: Node) -> Iterator[str]:
    for node in _own(root):
        yield from (str(value) for key, value in node.attrib.items() if key not in NO_REFERENCE)
        if _is_reference(node):
            yield (node.text or "").strip()


def _replace(root: Node, names: dict[str, str], keep: frozenset[str]) -> int:
    count = 0
    for node in _own(root):
        for key, value in node.attrib.items():
            if key not in keep and value in names:
                node.set(key, names[str(value)])
                count += 1
        if _is_reference(node) and (node.text or "").strip() in names:
            node.text = names[(node.text or "").strip()]
            count += 1
    return count


def _own(root: Node) -> Iterator[Node]:
    return root.iter(*(f"{{{space}}}*" for space in (BPMN, *DRAWING)))


def _is_reference(node: Node) -> bool:
    return not len(node) and etree.QName(node).localname not in TEXTS
