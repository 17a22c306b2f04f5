"""Each trick at each door where XML comes in: the reader, diagrams, tables, office files."""

from __future__ import annotations

import io
import re
import socket
from pathlib import Path

import pytest

from server.engine.dialect import lint
from server.errors import Invalid
from server.feel import FeelError
from server.feel.dmn import load_model
from server.feel.xml import XmlError, read_xml
from server.work.documents.files import Files
from tests.hostile.clockwork import within
from tests.hostile.xml import TRICKS
from tests.server.work.document_samples import MAIN, TYPES, archive

CHINESE = re.compile("[\u4e00-\u9fff]")
HOSTILE = {name: trick for name, trick in TRICKS.items() if trick[1] != ""}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may ask anybody."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a document made us call somebody")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("name", TRICKS)
def test_the_reader_refuses_a_trick_by_its_code_and_takes_the_rest(name: str) -> None:
    content, code = TRICKS[name]
    with within(2):
        try:
            read_xml(content)
            given = ""
        except XmlError as error:
            given = error.code
            assert CHINESE.search(error.sentence)
    assert given == code or (code is None and given)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_trick_is_published_as_a_diagram(name: str) -> None:
    with within():
        findings = lint("p", HOSTILE[name][0])
    assert [each for each in findings if each.severity == "error"]
    assert all(CHINESE.search(each.sentence) for each in findings)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_trick_is_read_as_a_table(name: str) -> None:
    with within(), pytest.raises((FeelError, XmlError)) as caught:
        load_model(HOSTILE[name][0])
    assert CHINESE.search(caught.value.sentence)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_trick_hides_in_an_office_file(tmp_path: Path, name: str) -> None:
    parts = {"[Content_Types].xml": TYPES, MAIN["docx"]: b"<x/>"}
    content = archive({**parts, "word/_rels/document.xml.rels": HOSTILE[name][0]})
    with within(), pytest.raises(Invalid) as caught:
        Files(tmp_path).receive("方案.docx", io.BytesIO(content))
    assert CHINESE.search(caught.value.detail)


def test_there_are_as_many_tricks_as_promised() -> None:
    assert len(HOSTILE) >= 40
