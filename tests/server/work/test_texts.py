"""What documents say is read in a process of its own, and found by who may read the document."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import docx
import pytest
import xlsxwriter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import insert, select, update

from server import clock, db
from server.ids import new_id
from server.jobs.reader import Reader
from server.models import document_texts, work_items
from server.models import documents as table
from server.work import documents, search
from server.work.documents import Files, reading, texts
from tests.office import Office
from tests.server.work.document_samples import archive, pdf
from tests.server.work.document_samples import office as office_file

WORDS = "碳基新材料标准体系研究"
OFFICE = reading.OFFICE


def a_docx() -> bytes:
    file, document = io.BytesIO(), docx.Document()
    document.add_paragraph("第一章")
    document.add_paragraph(WORDS)
    document.add_table(1, 1).cell(0, 0).text = "表中之字"
    document.save(file)
    return file.getvalue()


def an_xlsx() -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.add_worksheet().write_string(0, 0, WORDS)
    book.close()
    return file.getvalue()


def a_pdf(lines: tuple[str, ...] = (WORDS,)) -> bytes:
    file = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    page = Canvas(file)
    page.setFont("STSong-Light", 14)
    for number, line in enumerate(lines):
        page.drawString(80, 700 - 30 * number, line)
    page.save()
    return file.getvalue()


def a_pptx() -> bytes:
    slide = f'<s xmlns:a="a"><a:p><a:t>{WORDS}</a:t></a:p></s>'
    return archive({"ppt/slides/slide1.xml": slide.encode()})


def an_ofd() -> bytes:
    page = f"<P><TextObject><TextCode>{WORDS[:4]}</TextCode></TextObject><TextObject><TextCode>"
    page += f"{WORDS[4:]}</TextCode></TextObject></P>"
    return archive({"Doc_0/Pages/Page_0/Content.xml": page.encode()})


GOOD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "docx": (f"{OFFICE}wordprocessingml.document", a_docx),
    "xlsx": (f"{OFFICE}spreadsheetml.sheet", an_xlsx),
    "pptx": (f"{OFFICE}presentationml.presentation", a_pptx),
    "ofd": ("application/ofd", an_ofd),
    "pdf": ("application/pdf", a_pdf),
    "txt": ("text/plain", lambda: WORDS.encode()),
    "csv": ("text/csv", lambda: f"名称,{WORDS}".encode("gb18030")),
}


@pytest.mark.parametrize("kind", GOOD)
def test_every_kind_of_text_is_read(tmp_path: Path, kind: str) -> None:
    media_type, made = GOOD[kind]
    path = tmp_path / "file"
    path.write_bytes(made())
    assert WORDS in (texts.read(path, media_type) or "")


def test_lines_that_break_a_chinese_word_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(a_pdf((WORDS[:5], WORDS[5:], "GB/T 1.1", "Standards")))
    said = texts.read(path, "application/pdf") or ""
    assert WORDS in said and "GB/T 1.1 Standards" in said


def entities() -> bytes:
    bomb = '<!DOCTYPE x [<!ENTITY a "0123456789">%s]><x><t>&z;</t></x>'
    names = "abcdefghijklmnopqrstuvwxyz"
    lines = "".join(f'<!ENTITY {here} "{f"&{before};" * 20}">' for before, here in pairwise(names))
    return archive({"word/document.xml": (bomb % lines).encode()})


def outside(path: Path) -> bytes:
    text = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{path}">]><x><p><t>&f;</t></p></x>'
    return archive({"word/document.xml": text.encode()})


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip bomb": (f"{OFFICE}wordprocessingml.document",
                 lambda: archive({"word/document.xml": b"<x>" + b"<p/>" * 12_000_000 + b"</x>"})),
    "entities": (f"{OFFICE}wordprocessingml.document", entities),
    "no archive": (f"{OFFICE}spreadsheetml.sheet", lambda: b"PK\x03\x04nothing"),
    "cut pdf": ("application/pdf", lambda: a_pdf()[:300]),
    "empty pdf": ("application/pdf", pdf),
    "a pdf of loops": ("application/pdf", lambda: a_pdf().replace(b"/Parent", b"/Kids  ")),
    "deep xml": (f"{OFFICE}wordprocessingml.document",
                 lambda: archive({"word/document.xml": b"<p>" * 100_000})),
    "other parts": (f"{OFFICE}wordprocessingml.document", office_file),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_given_up_in_time(tmp_path: Path, name: str) -> None:
    media_type, made = HOSTILE[name]
    path = tmp_path / "file"
    path.write_bytes(made())
    begun = time.monotonic()
    said = texts.read(path, media_type)
    assert time.monotonic() - begun < texts.LIMIT_SECONDS + 5
    assert said is None or len(said) <= reading.LIMIT_TEXT


def test_of_a_file_that_takes_long_the_beginning_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ENOUGH", 0)
    assert reading.shortened(iter([WORDS, "以后的内容"])) == WORDS


def test_a_file_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(reading, "__file__", str(endless))
    begun = time.monotonic()
    assert texts.read(endless, "text/plain") is None
    assert texts.LIMIT_SECONDS <= time.monotonic() - begun < texts.LIMIT_SECONDS + 5
    assert texts.LIMIT_SECONDS <= 5


def test_no_other_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("琥珀色")
    path = tmp_path / "file"
    path.write_bytes(outside(secret))
    assert "琥珀色" not in (texts.read(path, f"{OFFICE}wordprocessingml.document") or "")


def test_a_long_text_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("标" * (reading.LIMIT_TEXT + 10))
    assert len(texts.read(path, "text/plain") or "") == reading.LIMIT_TEXT


def test_the_reading_process_has_no_more_than_its_limits(tmp_path: Path) -> None:
    program = (
        f"import runpy, resource; m = runpy.run_path({reading.__file__!r}); "
        "m['limit'](); print(resource.getrlimit(resource.RLIMIT_FSIZE)[0], "
        "resource.getrlimit(resource.RLIMIT_AS)[0])"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [b"0", str(reading.LIMIT_MEMORY).encode()]


# --- found --------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Iterator[None]:
    before = documents.store._files
    documents.bind(Files(tmp_path / "documents"))
    yield
    documents.bind(before)


def attached(office: Office, login: str, content: bytes, name: str) -> str:
    """A document of the office's one case, read."""
    document = documents.upload(office[login].id, name, io.BytesIO(content))
    with db.transaction() as tx:
        case = tx.execute(select(work_items.c.case_id)).scalars().first()
        tx.execute(update(table).where(table.c.id == document.id).values(case_id=case))
    while documents.read_next():
        pass
    return document.id


def found(office: Office, login: str, text: str) -> list[str]:
    hits = search.everything(office[login], search.words_of(text))
    return [row["id"] for row in hits.documents.rows]


@pytest.mark.parametrize(
    "text", ["碳基", "标准 体系", "新材料标准体系", "研", "第一章", "申报材料"]
)
def test_a_document_is_found_by_what_it_says_and_by_its_name(
    office: Office, store: None, text: str
) -> None:
    office.start()
    made = attached(office, "applicant", a_docx(), "申报材料.docx")
    assert found(office, "applicant", text) == [made]
    assert found(office, "officer", text) == [made]
    assert found(office, "stranger", text) == []


@pytest.mark.parametrize("text", ["碳材", "%", "_", "基碳", "没有的词 碳基"])
def test_nothing_else_is_found(office: Office, store: None, text: str) -> None:
    office.start()
    attached(office, "applicant", a_docx(), "申报材料.docx")
    assert found(office, "applicant", text) == []


def test_the_words_are_shown_where_they_stand(office: Office, store: None) -> None:
    office.start()
    attached(office, "applicant", f"{'前' * 300}{WORDS}{'后' * 300}".encode(), "说明.txt")
    (row,) = search.everything(office["applicant"], ["标准体系"]).documents.rows
    assert "标准体系" in row["excerpt"] and len(row["excerpt"]) < 200
    assert row["excerpt"].startswith("…") and row["excerpt"].endswith("…")


def test_a_paper_of_a_sealed_opinion_is_found_by_who_wrote_it_alone(
    office: Office, store: None
) -> None:
    office.start()
    expert, made = office["expert_1"].id, attached(office, "expert_1", a_docx(), "意见.docx")
    assert found(office, "officer", "碳基") == [made]
    with db.transaction() as tx:
        seat = dict(tx.execute(select(work_items)).mappings().first() or {})
        for person, status in ((expert, "completed"), (office["expert_2"].id, "open")):
            taken = {"id": new_id(), "assignee_id": person, "multi_instance": "panel"}
            row = seat | taken | {"task_id": new_id(), "role": "expert_panel"}
            if status == "completed":
                row |= {"status": status, "completed_at": clock.now(), "completed_by": person}
            tx.execute(insert(work_items).values(row))
    assert found(office, "officer", "碳基") == found(office, "expert_2", "碳基") == []
    assert found(office, "expert_1", "碳基") == [made]
    with db.transaction() as tx:
        other = office["expert_2"].id
        voted = {"status": "completed", "completed_at": clock.now(), "completed_by": other}
        tx.execute(update(work_items).where(work_items.c.assignee_id == other).values(voted))
    assert found(office, "officer", "碳基") == [made]


def test_the_reader_reads_what_waits_and_gives_up_what_it_cannot(
    office: Office, store: None
) -> None:
    office.start()
    for name, content in (("好.docx", a_docx()), ("坏.pdf", pdf())):
        documents.upload(office["applicant"].id, name, io.BytesIO(content))
    Reader(tick=60).act()
    with db.read() as tx:
        states = dict(
            tx.execute(select(document_texts.c.media_type, document_texts.c.status)).all()
        )
    assert states == {GOOD["docx"][0]: "read", "application/pdf": "unreadable"}


def test_the_text_goes_with_the_last_document(office: Office, store: None) -> None:
    office.start()
    documents.upload(office["applicant"].id, "一.txt", io.BytesIO(WORDS.encode()))
    documents.upload(office["applicant"].id, "二.txt", io.BytesIO(WORDS.encode()))
    assert documents.read_next() and not documents.read_next()
    with db.transaction() as tx:
        assert texts.forget(tx) == 0
        tx.execute(table.delete())
        assert texts.forget(tx) == 1


def test_a_pair_of_letters_is_a_gram() -> None:
    assert texts.grams("标准GB") == ["gb", "准g", "标准"]
    assert texts.grams("标") == []


def test_an_archive_member_that_is_too_large_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LIMIT_PART", 10)
    with zipfile.ZipFile(io.BytesIO(a_docx())) as packed:
        assert packed.namelist()
    assert "".join(reading.READERS[GOOD["docx"][0]](io.BytesIO(a_docx()))) == ""
