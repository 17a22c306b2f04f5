"""Diagrams as published: one address for one content, so a browser keeps it for ever."""

from __future__ import annotations

import re
from html import escape, unescape

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from server import db
from server.errors import NotFound
from server.views.guards import signed_in
from server.views.language import catalogue, current
from server.work import publications

KEPT = "private, max-age=31536000, immutable"
NAME = re.compile(r'\bname="([^"]*)"')
LABEL = re.compile(
    r"(?P<before><bpmndi:BPMNLabel[^>]*>\s*<dc:Bounds )"
    r'x="(?P<x>[-.\d]+)" y="(?P<y>[-.\d]+)" width="(?P<width>[.\d]+)"'
)
WIDE = 80.0
"""Width in pixels that keeps the longest word of our English labels whole."""

bp = Blueprint("diagrams", __name__)


@bp.get("/diagrams/<int:publication>/<regime>/<process_id>.<language>.bpmn")
@signed_in
def source(publication: int, regime: str, process_id: str, language: str) -> ResponseReturnValue:
    """The BPMN of a procedure in a regime, with labels in one language."""
    with db.read() as tx:
        published = publications.catalogue(tx, publication)
    if regime not in published.regimes or process_id not in published.sources(regime):
        raise NotFound("没有这个流程图")
    xml = labelled(published.sources(regime)[process_id], language)
    return Response(xml, mimetype="application/xml", headers={"Cache-Control": KEPT})


def address(publication: int, regime: str, process_id: str) -> str:
    """Where a diagram is found, in the language of the page."""
    return url_for(
        "diagrams.source",
        publication=publication,
        regime=regime,
        process_id=process_id,
        language=current(),
    )


def labelled(xml: bytes, language: str) -> bytes:
    """The diagram with English labels where there are any, and room for their longer words."""
    if language != "en":
        return xml
    english = catalogue("en").ugettext
    named = NAME.sub(lambda found: f'name="{escape(english(unescape(found[1])))}"', xml.decode())
    return LABEL.sub(_widened, named).encode()


def _widened(label: re.Match[str]) -> str:
    """A label box at least WIDE, around the same middle."""
    x, width = float(label["x"]), float(label["width"])
    more = max(0.0, WIDE - width)
    return f'{label["before"]}x="{x - more / 2:g}" y="{label["y"]}" width="{width + more:g}"'
