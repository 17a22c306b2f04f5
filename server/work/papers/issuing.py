"""A paper is issued with the act that means it: its number, its words, its day.

What it says is fixed in the same transaction, so that the file drawn later cannot differ from what
was decided; numbers run without a gap per office and year (the counter rolls back with the act).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from server.engine.outcome import Paper
from server.ids import new_id
from server.law import papers
from server.law.catalogue import Catalogue
from server.law.papers import Template
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


LIMIT_NUMBER, LIMIT_TITLE = 100, 300
"""Characters by which papers are listed; the paper itself has all of them."""

CLAUSE = re.compile(r"\b[A-Z]{2}-\d+\.\d+[a-z]?\b")
"""A clause's id where it stands alone: 达到 2/3（JC-22.1）."""


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
    variables = {**paper.variables, **around.hidden, **_told(paper, around)}
    functions = {**around.law.functions(), "articles": lambda ids: _articles(str(ids), around)}
    said = papers.content(template, variables, functions, desk.now)
    said["body"] = [_with_articles(each, desk.catalogue) for each in said["body"]]
    role = template.role or parties.acting(desk.catalogue, regime.id, paper.lane or "")
    serial, number = _number(desk, template, said["number"], role, around)
    office = desk.party_names.get(role, "")
    said["copies"] = "" if said["copies"] == office else said["copies"]
    return {
        "id": new_id(),
        "case_id": desk.case["id"],
        "organisation_id": desk.parties.get(role),
        "kind": paper.name,
        "year": around.today.year,
        "serial": serial,
        "number": number[:LIMIT_NUMBER],
        "title": said["title"][:LIMIT_TITLE],
        "signed_on": around.today,
        "signed_by": person.id if person else None,
        "template": sha256(desk.catalogue.files[f"{papers.FOLDER}{paper.name}.toml"]).hexdigest(),
        "content": said | _head(said["organ"] or office, office, number, around),
        "docx_id": None,
        "pdf_id": None,
    }


def _told(paper: Paper, around: Surroundings) -> dict[str, Any]:
    """What every template may use beside the variables: the case as it becomes, its register entry
    as it was before, the law's name, and the articles on which the paper rests."""
    before = _mapping(around.hidden["case"])
    return {
        "case": {**before, **_mapping(paper.variables["case"])},
        "before": before.get("record"),
        "instrument": around.law.regime.instrument,
        "basis": _articles(" ".join(paper.clauses), around),
    }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _articles(clauses: str, around: Surroundings) -> str:
    """《甲》第一条、第二条和《乙》第三条: those of the clauses that are the regime's own."""
    regime = around.law.regime
    articles: dict[str, dict[str, None]] = {}
    for clause in around.law.catalogue.clauses_of(regime.id, clauses.split()):
        articles.setdefault(clause.prefix, {})[clause.article.split()[-1]] = None
    told = (f"《{regime.instruments[text]}》{'、'.join(found)}" for text, found in articles.items())
    return "和".join(told)


def _with_articles(text: str, catalogue: Catalogue) -> str:
    """Clauses by their articles: papers are for readers who do not know our register."""

    def article(found: re.Match[str]) -> str:
        clause = catalogue.clauses.by_id(found[0])
        return clause.article.replace(" ", "") if clause else found[0]

    return CLAUSE.sub(article, text)


def _number(
    desk: Desk, template: Template, given: str, role: str, around: Surroundings
) -> tuple[int | None, str]:
    """The serial and the number; an office that numbers elsewhere has given its own."""
    if given:
        return None, given
    year = around.today.year
    serial = int(around.register.next_number(f"papers-{desk.parties.get(role, '')}-{year}"))
    return serial, f"{around.law.regime.code}{template.word}〔{year}〕{serial}号"


def _head(organ: str, office: str, number: str, around: Surroundings) -> dict[str, Any]:
    """The name that signs, the office that prints, the number, the day, the mark of a draft
    (D-44)."""
    return {
        "organ": organ,
        "office": office,
        "number": number,
        "date": papers.written(around.today),
        "mark": around.law.regime.mark,
    }
