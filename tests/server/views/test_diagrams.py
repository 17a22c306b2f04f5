"""Diagrams in the language of the page."""

from server.views.diagrams import labelled

XML = '<bpmn:task id="a" name="独立评审"/><bpmn:lane id="b" name="A &amp; &#34;乙&#34;"/>'.encode()


def test_a_chinese_page_gets_the_diagram_as_it_was_published() -> None:
    assert labelled(XML, "zh") is XML


def test_an_english_page_gets_english_labels_where_there_are_any() -> None:
    assert labelled(XML, "en").decode() == (
        '<bpmn:task id="a" name="Independent review"/>'
        '<bpmn:lane id="b" name="A &amp; &quot;乙&quot;"/>'
    )


def test_english_labels_get_room_around_the_same_middle() -> None:
    label = '<bpmndi:BPMNLabel><dc:Bounds x="{}" y="7" width="{}" height="14"/></bpmndi:BPMNLabel>'
    narrow, wide = label.format("100", "20").encode(), label.format("5.5", "120").encode()
    assert labelled(narrow, "en").decode() == label.format("70", "80")
    assert labelled(wide, "en") == wide
