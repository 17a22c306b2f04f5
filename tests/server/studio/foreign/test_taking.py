"""Files of other tools are read in any encoding, and get a drawing when they have none."""

from __future__ import annotations

import pytest
from lxml import etree

from server.feel.xml import XmlError
from server.studio.foreign import take
from tests.server.studio.foreign.comparing import lost
from tests.server.studio.foreign.files import (
    BARE,
    COLOURS,
    IDS,
    MANNERS,
    PARTS,
    POOLS,
    PREFIXED,
    definitions,
    written,
)

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DRAWN = frozenset({"bare", "pools", "parts", "prefixed", "ids"})

Box = tuple[float, float, float, float]


def boxes(text: str) -> dict[str, Box]:
    root = etree.fromstring(text.encode())
    found = {}
    for shape in root.iter(f"{{{DI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        assert bounds is not None
        x, y, width, height = (float(bounds.get(k, "")) for k in ("x", "y", "width", "height"))
        found[shape.get("bpmnElement", "")] = (x, y, x + width, y + height)
    return found


def holds(outer: Box, inner: Box) -> bool:
    return all(a <= b for a, b in zip(outer[:2], inner[:2], strict=True)) and all(
        a >= b for a, b in zip(outer[2:], inner[2:], strict=True)
    )


def apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("manner", sorted(set(MANNERS) - {"prefixed", "ids"}))
def test_nothing_that_a_file_says_is_taken_away(manner: str) -> None:
    assert lost(MANNERS[manner], take(MANNERS[manner].encode(), "bpmn").content) == []


@pytest.mark.parametrize("manner", sorted(MANNERS))
def test_only_a_file_without_a_drawing_gets_one(manner: str) -> None:
    notes = dict(take(MANNERS[manner].encode(), "bpmn").notes)
    assert ("drawn" in notes) == (manner in DRAWN)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-be", "UTF-16"),
     ("utf-16-le", "UTF-16LE"), ("gb18030", "GB18030"), ("gbk", "GBK"), ("big5", "Big5")],
)  # fmt: skip
def test_an_encoding_is_read_as_it_is_declared(encoding: str, declared: str) -> None:
    text = "审查" if encoding != "big5" else "審查"
    data = written(BARE.replace("审查", text).replace("开始", "x"), encoding, declared)
    if encoding == "big5":
        data = written(
            BARE.replace("审查", text).replace("开始", "x").replace("合格？", "x"),
            encoding,
            declared,
        )
    assert f'name="{text}"' in take(data, "bpmn").content


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252"])
def test_a_western_encoding_is_read(encoding: str) -> None:
    text = (
        PARTS.encode("ascii", "ignore").decode().replace('id="inner"', 'id="inner" name="Prüfung"')
    )
    text = text.replace(' name=""', "")
    assert "Prüfung" in take(written(text, encoding), "bpmn").content


def test_a_wrong_declaration_is_passed_over_and_told() -> None:
    taken = take(written(BARE, "gb18030", "utf-8"), "bpmn")
    assert 'name="审查"' in taken.content
    assert ("encoding", "gb18030") in taken.notes


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (written(BARE, "utf-8", "utf-7"), "encoding"),
        (b"<html/>", "not_bpmn"),
        (definitions('<itemDefinition id="a"/>').encode(), "no_process"),
        (b"<definitions", "malformed"),
        (b'<!DOCTYPE d [<!ENTITY e "x">]>' + BARE.encode(), "doctype"),
        (b" " * (2 * 1024 * 1024 + 1), "size"),
        (b"\xff\xfe<\0x", "malformed"),
    ],
)
def test_what_is_no_diagram_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(XmlError) as refusal:
        take(data, "bpmn")
    assert refusal.value.code == code
    assert refusal.value.sentence.endswith(("。", "）")) or "：" in refusal.value.sentence


def test_references_with_a_prefix_mean_the_id() -> None:
    taken = take(PREFIXED.encode(), "bpmn")
    assert ("references", "8") in taken.notes
    assert 'sourceRef="begun"' in taken.content
    assert "tFormalExpression" in taken.content


def test_ids_that_no_editor_reads_are_written_anew_wherever_they_are_named() -> None:
    taken = take(IDS.encode(), "bpmn")
    renamed = {"审查 一": "____", "2nd:flow/x": "_2nd_flow_x"}
    assert dict(taken.notes)["ids"] == "2nd:flow/x、审查 一"
    assert lost(IDS, taken.content, renamed) == []


@pytest.mark.parametrize("text", [BARE, POOLS, PARTS])
def test_steps_of_a_new_drawing_do_not_overlap(text: str) -> None:
    places = boxes(take(text.encode(), "bpmn").content)
    frames = {"office", "firm", "public", "clerks", "board", "chair", "vice", "inner"}
    steps = [name for name in places if name not in frames | {"late", "gone"}]
    for one in steps:
        for other in steps:
            assert one == other or apart(places[one], places[other]), (one, other)


def test_pools_and_lanes_stand_around_what_is_theirs() -> None:
    places = boxes(take(POOLS.encode(), "bpmn").content)
    inside = {"office": ("clerks", "board"), "board": ("chair", "vice"), "firm": ("send",),
              "clerks": ("begun", "look"), "chair": ("fine",), "vice": ("done",)}  # fmt: skip
    for frame, names in inside.items():
        for name in names:
            assert holds(places[frame], places[name]), (frame, name)
    assert apart(places["office"], places["firm"])
    assert apart(places["firm"], places["public"])
    assert apart(places["clerks"], places["board"])


def test_the_parts_of_a_diagram_stand_where_they_belong() -> None:
    content = take(PARTS.encode(), "bpmn").content
    places = boxes(content)
    assert holds(places["inner"], places["argue"])
    assert not apart(places["inner"], places["late"])
    assert {"letter", "store", "note"} <= places.keys()
    drawn = {
        each.get("bpmnElement")
        for each in etree.fromstring(content.encode()).iter(f"{{{DI}}}BPMNEdge")
    }
    assert drawn == {"f1", "f2", "f3", "f4", "f5", "i1", "i2", "a1"}


def test_the_happy_path_runs_from_left_to_right() -> None:
    places = boxes(take(BARE.encode(), "bpmn").content)
    lefts = [places[name][0] for name in ("begun", "look", "fine", "done")]
    assert lefts == sorted(set(lefts))


@pytest.mark.parametrize("said", ["", ' bpmnElement="whole"'])
def test_a_drawing_of_nothing_is_one_of_the_process(said: str) -> None:
    text = COLOURS.replace(' bpmnElement="review"', said).replace(
        "<definitions", '<definitions id="whole"'
    )
    taken = take(text.encode(), "bpmn")
    assert dict(taken.notes) == {"planes": "1"}
    assert '<bpmndi:BPMNPlane id="plane" bpmnElement="review"' in taken.content


def test_a_form_keeps_its_text() -> None:
    assert take(b"\xef\xbb\xbf{}", "form").content == "{}"
