"""The job that draws an issued paper and puts its files among the documents of the case."""

from __future__ import annotations

import io

from sqlalchemy import Connection

from server import clock, db
from server.ids import new_id
from server.models import issued_papers
from server.work import documents
from server.work.documents import Received
from server.work.papers import pdf, word
from server.work.sql import Query, Row, columns, readers

ONE = Query(
    f"""SELECT {columns(issued_papers, "p")}, c.opened_by FROM issued_papers p
        JOIN cases c ON c.id = p.case_id WHERE p.id = :id""",
    readers(issued_papers),
)
DRAWN = Query("""
    UPDATE issued_papers SET docx_id = :docx, pdf_id = :pdf
    WHERE id = :id AND pdf_id IS NULL RETURNING id""")

FIELD = "paper"
"""Documents that are drawings of a paper, in their column ``field``."""

DRAWINGS = {"docx": word.draw, "pdf": pdf.draw}


def draw(job: Row) -> Row:
    """The files of a paper by their ending, before the transaction that keeps them: SQLite lets
    nobody else write meanwhile. None of a paper that has been drawn already."""
    with db.read() as tx:
        row = ONE.first(tx, id=job["ref"])
    assert row is not None
    if row["pdf_id"]:
        return {}
    return {ending: _received(row, ending) for ending in DRAWINGS}


def _received(row: Row, ending: str) -> Received:
    name = f"{row['number']} {row['title']}"[:200] + f".{ending}"
    return documents.receive(name, io.BytesIO(DRAWINGS[ending](row["content"])))


def keep(tx: Connection, job: Row) -> None:
    """Put what ``draw`` gave, as ``job["ready"]``, among the documents of the case, once."""
    row = ONE.first(tx, id=job["ref"])
    assert row is not None
    if row["pdf_id"] is None:
        kept = {ending: _enter(tx, row, received) for ending, received in job["ready"].items()}
        DRAWN.first(tx, id=row["id"], **kept)


def _enter(tx: Connection, row: Row, received: Received) -> str:
    document = documents.Document(
        id=new_id(),
        sha=received.sha,
        name=received.name,
        media_type=received.media_type,
        size=received.size,
        case_id=row["case_id"],
        uploaded_by=row["signed_by"] or row["opened_by"],
        uploaded_at=clock.now(),
        field=FIELD,
    )
    documents.add(tx, document)
    return document.id
