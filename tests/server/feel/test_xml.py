"""Hostile documents are refused, honest ones read."""

from pathlib import Path

import pytest

from server.feel.xml import MAX_BYTES, XmlError, child_text, read_xml


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<!DOCTYPE a><a/>", "doctype"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "doctype"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "doctype"),
        (b"<a", "malformed"),
        (b"", "malformed"),
        (b"\x00\xff", "malformed"),
        (b"<a>" * 101 + b"</a>" * 101, "depth"),
        (b"<a>" * 5000, "malformed"),
        (b"<a>" + b"<b/>" * 20_000 + b"</a>", "elements"),
        (b"<a>" + b" " * MAX_BYTES + b"</a>", "size"),
    ],
)
def test_a_hostile_document_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(XmlError) as caught:
        read_xml(data)
    assert caught.value.code == code and caught.value.sentence


def test_comments_and_instructions_do_not_split_a_text() -> None:
    root = read_xml("<a><text>甲<!-- x -->乙<?p q?>丙</text></a>".encode())
    assert child_text(root, "text") == "甲乙丙"


def test_an_external_entity_is_never_opened(tmp_path: Path) -> None:
    secret = f"<!DOCTYPE a [<!ENTITY x SYSTEM 'file://{tmp_path}/s'>]><a>&x;</a>"
    with pytest.raises(XmlError):
        read_xml(secret.encode())
