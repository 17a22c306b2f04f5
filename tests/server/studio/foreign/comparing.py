"""Two XML documents element by element and attribute by attribute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"

Fact = tuple[str, ...]


def facts(text: str | bytes, renamed: Mapping[str, str] | None = None) -> Counter[Fact]:
    """Every element with its text, and every attribute of it; ``renamed`` maps ids to new ones.
    Numbers are compared as numbers."""
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False)
    root = etree.fromstring(text.encode() if isinstance(text, str) else text, parser)
    names = renamed or {}
    return Counter(fact for node in root.iter("*") for fact in _facts(node, names))


def _facts(node: etree._Element, names: Mapping[str, str]) -> Iterator[Fact]:
    own = "" if len(node) else " ".join((node.text or "").split())
    tag, identity = str(node.tag), names.get(node.get("id", ""), node.get("id", ""))
    yield tag, identity, names.get(own, own)
    for key, value in node.attrib.items():
        if not str(key).startswith(XSI) and key != "id":
            said = " ".join(str(value).split())
            yield tag, identity, str(key), _number(names.get(said, said))


def _number(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def lost(
    before: str | bytes, after: str | bytes, renamed: Mapping[str, str] | None = None
) -> list[Fact]:
    """What ``before`` says and ``after`` does not."""
    return list((facts(before, renamed) - facts(after)).elements())
