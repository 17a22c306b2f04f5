"""What is published as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lxml import etree

from server import clock
from server.work.portal import Published

ATOM = "http://www.w3.org/2005/Atom"


def atom(
    items: Sequence[Published], title: str, site: str, address: Callable[[Published], str]
) -> bytes:
    """The feed of these items; ``address`` gives the page of each."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]
    _text(feed, "title", title)
    _text(feed, "id", f"{site}portal/feed.atom")
    days = [item.published_on for item in items] or [clock.today()]
    _text(feed, "updated", clock.midnight(max(days)).isoformat())
    for item in items:
        _entry(feed, item, address(item))
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="UTF-8"))


def _entry(feed: etree._Element, item: Published, link: str) -> None:
    entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
    _text(entry, "title", item.title)
    _text(entry, "id", f"urn:guicheng:published:{item.id}")
    _text(entry, "updated", clock.midnight(item.published_on).isoformat())
    etree.SubElement(entry, f"{{{ATOM}}}link", href=link)


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = text
