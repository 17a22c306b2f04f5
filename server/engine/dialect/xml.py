"""The XML of a diagram: namespaces and the few ways in which the readers look into it."""

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"

Node = etree._Element


def children(node: Node, *names: str) -> Iterator[Node]:
    """The direct BPMN children, of the given local names where any are given."""
    for child in node.iterchildren(f"{{{BPMN}}}*"):
        if not names or local_name(child) in names:
            yield child


def local_name(node: Node) -> str:
    """The tag without its namespace."""
    return etree.QName(node).localname


def one_line(text: str) -> str:
    """Text without line breaks and doubled spaces."""
    return " ".join(text.split())


def documentation(node: Node) -> str:
    """The text of the documentation elements."""
    texts = ("".join(map(str, n.itertext())).strip() for n in children(node, "documentation"))
    return "\n".join(filter(None, texts))


def properties(node: Node) -> dict[str, str]:
    """The zeebe properties by name."""
    path = f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}properties/{{{ZEEBE}}}property"
    return {p.get("name", ""): p.get("value", "").strip() for p in node.iterfind(path)}


def extension(node: Node, name: str) -> Mapping[str, str]:
    """The attributes of the zeebe extension element of that name; empty where there is none."""
    for found in extension_nodes(node):
        if found.tag == f"{{{ZEEBE}}}{name}":
            return {str(key): str(value) for key, value in found.attrib.items()}
    return {}


def extension_nodes(node: Node) -> Iterator[Node]:
    """Everything in the element's extensionElements."""
    for holder in children(node, "extensionElements"):
        yield from holder.iterchildren("*")
