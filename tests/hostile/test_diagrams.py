"""No hostile diagram is published: each has an error in a sentence, at once."""

from __future__ import annotations

import re

import pytest

from server.engine.dialect import lint
from server.engine.dialect.read import describe
from tests.hostile.clockwork import within
from tests.hostile.diagrams import harmless, refused

CHINESE = re.compile("[\u4e00-\u9fff]")
DIAGRAMS, HARMLESS = refused(), harmless()


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_hostile_diagram_is_refused_in_a_sentence(name: str) -> None:
    with within():
        findings = lint("p", DIAGRAMS[name], {"p": describe(GOOD, "p")})
    errors = [each for each in findings if each.severity == "error"]
    assert errors, name
    assert all(CHINESE.search(each.sentence) and len(each.sentence) < 500 for each in findings)


GOOD = b"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">
<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="a"/><bpmn:endEvent id="b"/>
<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"/></bpmn:process></bpmn:definitions>"""


def test_a_harmless_diagram_passes_the_same_door() -> None:
    assert not [each for each in lint("p", GOOD) if each.severity == "error"]


@pytest.mark.parametrize("name", HARMLESS)
def test_it_is_the_hostile_text_that_is_refused(name: str) -> None:
    assert not [each for each in lint("p", HARMLESS[name]) if each.severity == "error"]


def test_there_are_as_many_as_promised() -> None:
    assert len(DIAGRAMS) >= 60
