"""A paper is issued with the act that means it: its number, its words, its day.

What it says is fixed in the same transaction, so that the file drawn later cannot differ from what
was decided; numbers run without a gap per office and year (the counter rolls back with the act).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from server import clock
from server.engine.outcome import Paper
from server.ids import new_id
from server.law import papers
from server.law.papers import Content, Template
from server.models import issued_papers, jobs
from server.work import parties
from server.work.desk import Desk
from server.work.opening import job
from server.work.people import Person
from server.work.sql import Query, Row, columns, readers
from server.work.store import Writes
from server.work.surroundings import Surroundings

OF_CASE = Query(
    f"""SELECT {columns(issued_papers, "p")} FROM issued_papers p
        WHERE p.case_id = :case ORDER BY p.signed_on, p.id""",
    readers(issued_papers),
)


def issue(
    desk: Desk,
    issued: tuple[Paper, ...],
    person: Person | None,
    around: Surroundings,
    writes: Writes,
) -> None:
    """Include what an act issues: a row with all that a paper says, and the job that draws it."""
    rows = [_row(desk, paper, person, around) for paper in issued]
    writes.insert(issued_papers, *rows)
    writes.insert(jobs, *(_job(desk, row["id"]) for row in rows))


def of_case(tx: Connection, case_id: str) -> list[Row]:
    """The papers issued in a case, the oldest first."""
    return OF_CASE.all(tx, case=case_id)


def _job(desk: Desk, paper_id: str) -> Row:
    """A paper that cannot be drawn must not stop its procedure: the job is of no instance."""
    drawing = job(desk, "render", paper_id, f"render:{paper_id}", desk.now, {})
    return drawing | {"instance_id": None}


def _row(desk: Desk, paper: Paper, person: Person | None, around: Surroundings) -> Row:
    regime = around.law.regime
    template = papers.template(desk.catalogue, paper.name, regime.id)
    variables = {**paper.variables, **around.hidden, **_told(desk, paper, around)}
    content = papers.content(template, variables, around.law.functions(), desk.now)
    role = parties.acting(desk.catalogue, regime.id, paper.lane or "")
    year = around.today.year
    serial, number = _number(desk, template, content, role, around)
    return {
        "id": new_id(),
        "case_id": desk.case["id"],
        "organisation_id": desk.parties.get(role),
        "kind": paper.name,
        "year": year,
        "serial": serial,
        "number": number,
        "title": content.title,
        "signed_on": around.today,
        "signed_by": person.id if person else None,
        "template": sha256(desk.catalogue.files[f"{papers.FOLDER}{paper.name}.toml"]).hexdigest(),
        "content": _words(content) | _head(desk, role, number, around),
        "docx_id": None,
        "pdf_id": None,
    }


def _told(desk: Desk, paper: Paper, around: Surroundings) -> dict[str, Any]:
    """What every template may use beside the variables: the case as it becomes, the law's name,
    and the articles on which the event rests."""
    case = {**_mapping(around.hidden["case"]), **_mapping(paper.variables["case"])}
    return {"case": case, "instrument": around.law.regime.instrument, "basis": _basis(paper, desk)}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _basis(paper: Paper, desk: Desk) -> str:
    return "、".join(dict.fromkeys(_articles(paper, desk)))


def _articles(paper: Paper, desk: Desk) -> Iterator[str]:
    for name in paper.clauses:
        clause = desk.catalogue.clauses.by_id(name)
        if clause and clause.regime == desk.case["regime"]:
            yield clause.article


def _number(
    desk: Desk, template: Template, content: Content, role: str, around: Surroundings
) -> tuple[int | None, str]:
    """The serial and the number; an office that numbers elsewhere has given its own."""
    if content.number:
        return None, content.number
    year = around.today.year
    serial = around.register.next_number(f"papers-{desk.parties.get(role, '')}-{year}")
    return int(serial), f"{around.law.regime.prefix}{template.word}〔{year}〕{int(serial)}号"


def _words(content: Content) -> dict[str, Any]:
    return {
        "title": content.title,
        "addressee": content.addressee,
        "body": list(content.body),
        "copies": content.copies,
    }


def _head(desk: Desk, role: str, number: str, around: Surroundings) -> dict[str, Any]:
    """The office that signs, the number, the day, the mark of a draft (D-44)."""
    return {
        "organ": desk.party_names.get(role, ""),
        "number": number,
        "date": papers.written(clock.civil_day(desk.now)),
        "mark": around.law.regime.mark,
    }
