"""Pictures of diagrams: every box with its words, nothing that runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from server.studio.foreign import take
from server.studio.picture import draw
from server.views import HERE
from tests.server.studio.foreign.files import BARE, COLOURS, MANNERS

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = sorted((HERE.parents[1] / "processes").rglob("*.bpmn"))
SAFE = {"svg", "g", "rect", "circle", "line", "path", "polygon", "polyline", "text"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_box_of_a_diagram_is_drawn_with_its_words(path: Path) -> None:
    content = path.read_bytes()
    root = etree.fromstring(content)
    picture = etree.fromstring(draw(content))
    drawn = {group.get("data-element-id"): group for group in picture.iter(f"{SVG}g")}
    shapes = [shape.get("bpmnElement") for shape in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge")]
    assert set(shapes) == drawn.keys()
    for node in root.iter():
        if node.get("name") and node.get("id") in drawn:
            words = "".join(text.text or "" for text in drawn[node.get("id")].iter(f"{SVG}text"))
            assert "".join(words.split()) == "".join(node.get("name", "").split())


@pytest.mark.parametrize("manner", sorted(MANNERS))
def test_a_foreign_diagram_is_drawn_of_safe_parts_only(manner: str) -> None:
    picture = etree.fromstring(draw(take(MANNERS[manner].encode(), "bpmn").content.encode()))
    assert {etree.QName(node).localname for node in picture.iter()} <= SAFE
    assert not [key for node in picture.iter() for key in node.attrib if key.startswith("on")]


def test_a_colour_is_a_colour() -> None:
    assert b'fill="#ffcdd2"' in draw(COLOURS.encode())
    hostile = COLOURS.replace("#ffcdd2", "url(http://elsewhere/)")
    assert b"elsewhere" not in draw(hostile.encode())


def test_a_diagram_without_a_drawing_is_an_empty_picture() -> None:
    assert b"data-element-id" not in draw(BARE.encode())
