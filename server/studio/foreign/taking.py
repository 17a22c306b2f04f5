"""One file that a person brings from another tool."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from server.engine.dialect.xml import BPMN
from server.feel.xml import XmlError, read_xml
from server.studio.foreign import layout, repairs
from server.studio.foreign.reading import stated, text_of

DEFINITIONS = f"{{{BPMN}}}definitions"
SHAPE = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape"


@dataclass(frozen=True, slots=True)
class Taken:
    """The file as the editor reads it, in UTF-8, and what was done to it: a word and what it
    was done to, see ``server/views/workshop/words.py``."""

    content: str
    notes: tuple[tuple[str, str], ...] = ()


def take(data: bytes, kind: str) -> Taken:
    """Read a file of a ``kind`` (``bpmn``, ``dmn``, ``form``).

    Raises XmlError with a sentence where it is no safe XML or, for ``bpmn``, no diagram.
    """
    text, encoding = text_of(data)
    notes = [("encoding", encoding)] if encoding != stated(data) else []
    if kind == "form":
        return Taken(text, tuple(notes))
    root = read_xml(repairs.namespaces(text).encode())
    if kind == "bpmn":
        notes += _mended(root)
    content = etree.tostring(root, encoding="unicode")
    return Taken(f'<?xml version="1.0" encoding="UTF-8"?>\n{content}\n', tuple(notes))


def _mended(root: etree._Element) -> list[tuple[str, str]]:
    if root.tag != DEFINITIONS:
        raise XmlError("not_bpmn", "文件不是 BPMN 2.0 流程图。")
    if root.find(f"{{{BPMN}}}process") is None and root.find(f"{{{BPMN}}}collaboration") is None:
        raise XmlError("no_process", "文件中没有流程，没有可以显示的内容。")
    notes = []
    if pointed := repairs.references(root):
        notes.append(("references", str(pointed)))
    if renamed := repairs.ids(root):
        notes.append(("ids", "、".join(renamed[:5]) + ("…" if len(renamed) > 5 else "")))
    if root.find(f".//{SHAPE}") is None:
        layout.draw(root)
        notes.append(("drawn", ""))
    elif adrift := repairs.planes(root):
        notes.append(("planes", str(adrift)))
    return notes
