"""Uploads: taken when name, content and structure agree; kept whole; sent back to be saved."""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select, update

from server import clock
from server.config import Config
from server.db import read, transaction
from server.errors import Invalid, NotFound, TooLarge, TooMany
from server.ids import new_id
from server.models import cases
from server.models import documents as table
from server.work import documents, people
from server.work.documents import Document, Files, names, store
from tests.server.work.document_samples import (
    SAMPLES,
    TYPES,
    archive,
    jpeg,
    object_stream,
    office,
    pdf,
    png,
    related,
)
from tests.server.work.people_samples import CHEAP, account

LIMIT = 1024 * 1024


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    people.use(CHEAP, refusal_takes=0)
    kept = Files(tmp_path / "documents", LIMIT)
    documents.bind(kept)
    yield kept
    people.use(Config())


def holding(name: str, content: bytes) -> bytes:
    """A document with one more member."""
    return archive({"[Content_Types].xml": TYPES, "word/document.xml": b"", name: content})


def refused(files: Files, name: str, content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        files.receive(name, io.BytesIO(content))
    assert list(files.kept()) == [], "a refused file must leave nothing behind"
    return caught.value.code


@pytest.mark.parametrize("name", SAMPLES)
def test_every_listed_kind_is_taken_and_comes_back_as_it_was(
    database: Engine, files: Files, name: str
) -> None:
    document = documents.upload(account(), name, io.BytesIO(SAMPLES[name]), "plan_files")
    with documents.open_file(document) as content:
        assert content.read() == SAMPLES[name]
    with read() as tx:
        assert documents.find(tx, document.id) == document
    assert (document.name, document.size, document.case_id) == (name, len(SAMPLES[name]), None)


@pytest.mark.parametrize("name", ["病毒.exe", "页面.html", "图.svg", "旧.doc", "包.zip", "宏.docm"])
def test_a_kind_that_is_not_listed_is_refused(files: Files, name: str) -> None:
    assert refused(files, name, pdf()) == "file_kind"


@pytest.mark.parametrize("name", SAMPLES)
def test_content_of_another_kind_is_refused(files: Files, name: str) -> None:
    assert refused(files, name, b"\0\1\2 nothing of the kind") == "file_content"
    assert refused(files, name, b"") == "file_content"


@pytest.mark.parametrize(
    ("name", "other"), [("a.docx", "xlsx"), ("a.xlsx", "pptx"), ("a.ofd", "docx")]
)
def test_an_archive_of_another_kind_is_refused(files: Files, name: str, other: str) -> None:
    assert refused(files, name, office(other)) == "file_content"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (holding("word/vbaProject.bin", b"x"), "file_active"),
        (holding("word/activeX/control1.bin", b"x"), "file_active"),
        (holding("xl/macrosheets/sheet1.xml", b"x"), "file_active"),
        (
            archive({"[Content_Types].xml": b"macroEnabled", "word/document.xml": b""}),
            "file_active",
        ),
        (archive({"word/document.xml": b""}), "file_content"),
        (holding("../x", b""), "file_path_trick"),
        (holding("/etc/x", b""), "file_path_trick"),
        (holding("C:\\x", b""), "file_path_trick"),
        (holding("Word/Document.xml", b""), "file_path_trick"),
        (holding("word/big.xml", b"0" * 20_000_000), "file_bomb"),
        (archive({f"{n}": b"" for n in range(2001)}), "file_bomb"),
        (office()[:-30], "file_damaged"),
        (holding("word/_rels/a.rels", b""), "file_structure"),
        (related("attachedTemplate", "https://example.org/t.dotm"), "file_remote"),
        (related("attachedTemplate", "file://example.org/t.dotm"), "file_remote"),
        (related("image", "\\\\example.org\\a.png"), "file_remote"),
    ],
)
def test_a_dangerous_archive_is_refused(files: Files, content: bytes, code: str) -> None:
    assert refused(files, "申报书.docx", content) == code


@pytest.mark.parametrize(
    "content",
    [
        related("hyperlink", "https://example.org/"),
        related("attachedTemplate", "file:///C:\\Templates\\Normal.dotm"),
        related("image", "media/image1.png", "Internal"),
        holding("word/embeddings/oleObject1.bin", b"x"),
    ],
)
def test_what_ordinary_documents_contain_is_taken(files: Files, content: bytes) -> None:
    assert files.receive("申报书.docx", io.BytesIO(content)).name == "申报书.docx"


def test_a_link_or_a_locked_member_inside_an_archive_is_refused(files: Files) -> None:
    link, locked = zipfile.ZipInfo("word/link"), bytearray(office())
    link.external_attr = 0o120777 << 16
    file = io.BytesIO(office())
    with zipfile.ZipFile(file, "a") as out:
        out.writestr(link, "/etc/passwd")
    assert refused(files, "a.docx", file.getvalue()) == "file_path_trick"
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refused(files, "a.docx", bytes(locked)) == "file_path_trick"


def test_a_size_that_lies_is_found_by_unpacking(files: Files) -> None:
    content = bytearray(holding("word/big", b"0" * 100_000))
    entry = content.index(b"word/big", content.index(b"PK\x01\x02")) - 46
    content[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    assert refused(files, "a.docx", bytes(content)) == "file_damaged"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pdf(b"1 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj\n"), "file_active"),
        (pdf(b"1 0 obj << /S /J#61vaScript >> endobj\n"), "file_active"),
        (pdf(b"1 0 obj << /S /Launch /F (cmd.exe) >> endobj\n"), "file_active"),
        (pdf(b"1 0 obj << /Type /EmbeddedFile >> endobj\n"), "file_active"),
        (pdf(object_stream(b"3 0 << /S /JavaScript >>")), "file_active"),
        (pdf(object_stream(b"3 0 << /S /J#61vaScript >>")), "file_active"),
        (pdf(object_stream(b"3 0 <<>>", b"/Filter /LZWDecode")), "file_structure"),
        (pdf(object_stream(b"0" * 70_000_000)), "file_bomb"),
        (pdf(object_stream(b"3 0 <<>>").replace(b"\x9c", b"\xff", 1)), "file_damaged"),
        (pdf(b"trailer << /Encrypt 5 0 R >>\n"), "file_encrypted"),
        (pdf()[:-10], "file_damaged"),
        (b"%PDF-9.9\n" + pdf(), "file_damaged"),
    ],
)
def test_a_dangerous_or_broken_pdf_is_refused(files: Files, content: bytes, code: str) -> None:
    assert refused(files, "方案.pdf", content) == code


def test_a_pdf_with_ordinary_compressed_objects_is_taken(files: Files) -> None:
    content = pdf(object_stream(b"3 0 << /Type /Page >>") * 3)
    assert files.receive("方案.pdf", io.BytesIO(content)).media_type == "application/pdf"


def test_a_pdf_of_many_streams_is_judged_within_a_second_or_two(files: Files) -> None:
    content = pdf(object_stream(b"") * 10_000)
    begun = clock.machine()
    files.receive("方案.pdf", io.BytesIO(content))
    assert clock.machine() - begun < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", png(20_001, 1), "file_dimensions"),
        ("a.png", png(20_000, 20_000), "file_dimensions"),
        ("a.png", png(0, 1), "file_dimensions"),
        ("a.png", png()[:-4], "file_damaged"),
        ("a.png", png()[:20], "file_damaged"),
        ("a.jpg", jpeg(30_000, 1), "file_dimensions"),
        ("a.jpg", jpeg()[:-2], "file_damaged"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x02\x00\x00\xff\xd9", "file_damaged"),
        ("a.jpg", b"\xff\xd8\xff" + b"\xff" * 50 + b"\xff\xd9", "file_damaged"),
    ],
)
def test_a_broken_or_giant_picture_is_refused(
    files: Files, name: str, content: bytes, code: str
) -> None:
    assert refused(files, name, content) == code


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"a\x00b", b"\x1b[31m", "文".encode()[:-1] + b"\xff"]
)
def test_text_must_be_text(files: Files, content: bytes) -> None:
    assert refused(files, "a.txt", content) == "file_content"


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(files: Files) -> None:
    with pytest.raises(TooLarge):
        files.receive("a.txt", io.BytesIO(b"a" * (LIMIT + 1)))
    assert list(files.kept()) == []


def test_the_same_content_is_kept_once(database: Engine, files: Files) -> None:
    person = account()
    first = documents.upload(person, "甲.pdf", io.BytesIO(pdf()))
    second = documents.upload(person, "乙.pdf", io.BytesIO(pdf()))
    assert first.sha == second.sha and first.id != second.id
    assert [sha for sha, _ in files.kept()] == [first.sha]


def test_mutated_archives_and_pdfs_are_taken_or_refused_in_a_sentence(files: Files) -> None:
    chance = random.Random(20261120)
    for name in ("申报书.docx", "公文.ofd", "申报方案.pdf", "照片.png", "扫描.jpg"):
        for _ in range(150):
            content = bytearray(SAMPLES[name])
            for _ in range(chance.randint(1, 8)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            try:
                files.receive(name, io.BytesIO(content))
            except Invalid as error:
                assert error.detail


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("申报方案.pdf", "申报方案.pdf"),
        ("C:\\fakepath\\方案.PDF", "方案.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\u202etxt.exe.pdf", "atxt.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("  方 案 .pdf", "方 案.pdf"),
        ("名" * 300 + ".docx", "名" * 195 + ".docx"),
    ],
)
def test_a_name_is_kept_without_its_tricks(given: str, shown: str) -> None:
    assert names.clean(given) == shown


@pytest.mark.parametrize("name", ["", "方案", ".pdf", "方案.", "a/", "\u202e.pdf", "a.文件"])
def test_a_name_without_stem_or_ending_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        names.clean(name)


@given(st.text(max_size=300))
def test_a_cleaned_name_is_safe_in_a_header(text: str) -> None:
    try:
        name = names.clean(text + ".pdf")
    except Invalid:
        return
    header = names.disposition(name)
    assert header.isascii() and header.isprintable() and header.count('"') == 2
    assert len(name) <= 200 and "/" not in name


def test_a_download_is_saved_never_shown(database: Engine, files: Files) -> None:
    document = documents.upload(account(), "方案.pdf", io.BytesIO(pdf()))
    sent = documents.headers(document)
    assert sent["Content-Disposition"].startswith("attachment;")
    assert sent["Content-Disposition"].endswith("filename*=UTF-8''%E6%96%B9%E6%A1%88.pdf")
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Content-Length"] == str(len(pdf()))


def test_what_does_not_exist_is_not_found(database: Engine, files: Files) -> None:
    document = documents.upload(account(), "方案.pdf", io.BytesIO(pdf()))
    files.path(document.sha).unlink()
    with pytest.raises(NotFound):
        documents.open_file(document)
    with read() as tx, pytest.raises(NotFound):
        documents.find(tx, "nothing")


def test_uploads_may_not_be_hoarded(
    database: Engine, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LIMIT_LOOSE", 2)
    person = account()
    for _ in range(2):
        documents.upload(person, "方案.pdf", io.BytesIO(pdf()))
    with pytest.raises(TooMany):
        documents.upload(person, "方案.pdf", io.BytesIO(pdf()))
    assert documents.upload(account("other"), "方案.pdf", io.BytesIO(pdf()))


def case_of(person: str) -> str:
    with transaction() as tx:
        row = {"id": new_id(), "number": new_id(), "regime": "shanxi", "kind": "base"}
        rest = {"title": "示例", "record": {}, "journal_head": "", "journal_seq": 0, "version": 1}
        opened = {"opened_on": clock.today(), "opened_by": person}
        tx.execute(insert(cases).values(**row, **rest, **opened))
    return row["id"]


def hand_in(document: Document, case: str) -> None:
    with transaction() as tx:
        tx.execute(update(table).where(table.c.id == document.id).values(case_id=case))


def age(files: Files, hours: float) -> None:
    then = clock.machine().timestamp() - hours * 3600
    for _, path in files.kept():
        os.utime(path, (then, then))


def test_documents_of_a_case_come_in_order(database: Engine, files: Files) -> None:
    person = account()
    case = case_of(person)
    uploaded = [documents.upload(person, f"{n}.pdf", io.BytesIO(pdf())) for n in range(3)]
    for document in uploaded:
        hand_in(document, case)
    with read() as tx:
        assert [d.id for d in documents.of_case(tx, case)] == [d.id for d in uploaded]


def test_forgotten_uploads_go_and_used_ones_stay(database: Engine, files: Files) -> None:
    person = account()
    forgotten = documents.upload(person, "忘记.txt", io.BytesIO(b"forgotten"))
    used = documents.upload(person, "已交.txt", io.BytesIO(b"used"))
    hand_in(used, case_of(person))
    age(files, 2)
    with clock.frozen(clock.now() + timedelta(days=31)):
        fresh = documents.upload(person, "新.txt", io.BytesIO(b"fresh"))
        assert documents.collect() == (1, 1)
        assert documents.collect() == (0, 0)
    with read() as tx:
        assert set(tx.execute(select(table.c.id)).scalars()) == {used.id, fresh.id}
    assert {sha for sha, _ in files.kept()} == {used.sha, fresh.sha} and not files.path(
        forgotten.sha
    ).exists()


def test_leftovers_of_broken_uploads_go_after_an_hour(database: Engine, files: Files) -> None:
    files.root.mkdir()
    leftover = files.root / "new-abc"
    leftover.write_bytes(b"half")
    assert documents.collect() == (0, 0) and leftover.exists()
    age(files, 2)
    assert documents.collect() == (0, 1) and not leftover.exists()


def test_a_file_renewed_while_it_is_collected_stays(
    database: Engine, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = files.receive("a.txt", io.BytesIO(b"content"))
    age(files, 2)
    looks = iter([False, True])  # old at the first look; renewed by an upload before the second
    monkeypatch.setattr(store, "_is_young", lambda path: next(looks))
    assert documents.collect() == (0, 0)
    assert files.path(received.sha).read_bytes() == b"content"


def test_a_file_is_on_the_disk_before_it_has_its_name(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *a, n=name, r=real: (order.append(n), r(*a))[1])
    files.receive("a.txt", io.BytesIO(b"content"))
    assert order == ["fsync", "replace", "fsync", "fsync"]
