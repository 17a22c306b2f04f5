"""One box for everything: cases, open steps, documents and clauses that contain all the words.

Chinese has no spaces, so a word is found anywhere in a text: LIKE with the words as they are, the
same on SQLite and PostgreSQL. What a person may read is found through the indexes of
server/work/access, and only that is looked through; so nothing can be found that may not be read,
and an opinion's papers are not found before its time. The texts of documents are long: PostgreSQL
passes over those that lack a pair of letters of the words (document_texts.grams).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from server import db
from server.work.access import CASES_OF, SEALED
from server.work.documents import texts
from server.work.inbox import pattern
from server.work.people import Person
from server.work.sql import Query, Row, strings

LIMIT = 20
"""Hits of one kind; the lists have the rest."""

LIMIT_WORDS = 5

CASE_TEXTS = (
    "c.number",
    "c.title",
    *(f"{{text(c.record, {name})}}" for name in ("base_name_zh", "base_name_en")),
    "{text(c.record, application_number)}",
)
PARTY = """EXISTS (SELECT 1 FROM case_parties p JOIN organisations o ON o.id = p.organisation_id
    WHERE p.case_id = c.id AND p.until_on IS NULL
    AND (lower(o.name) LIKE {word} ESCAPE '!' OR lower(o.name_en) LIKE {word} ESCAPE '!'))"""

STEP_TEXTS = ("w.name", "c.title", "c.number")

AROUND = 60
"""Letters shown before and after what was found in a document."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Rows of one kind, the newest first; ``more`` when there are others."""

    rows: list[Row]
    more: bool


def words_of(text: str) -> list[str]:
    """The words of a question, each once."""
    return list(dict.fromkeys(text.lower().split()))[:LIMIT_WORDS]


def cases(person: Person, words: list[str]) -> Hits:
    """Cases by number, title, names and parties."""
    return _found(_cases(len(words)), person, words)


def steps(person: Person, words: list[str]) -> Hits:
    """Open tasks of readable cases, by the step's name and the case's."""
    return _found(_steps(len(words)), person, words)


def documents(person: Person, words: list[str]) -> Hits:
    """Documents of readable cases by name or by text, each with an ``excerpt`` around the first of
    the words; those of sealed opinions only for who wrote them."""
    query = _documents(len(words))
    hits = _found(query, person, words, grams=strings(_grams(words)))
    for row in hits.rows:
        row["excerpt"] = _excerpt(row.pop("text") or "", words)
    return hits


def _grams(words: list[str]) -> list[str]:
    return [gram for word in words for gram in texts.grams(word)]


def _excerpt(text: str, words: list[str]) -> str:
    places = [place for word in words if (place := text.lower().find(word)) >= 0]
    if not places:
        return ""
    begin, end = max(min(places) - AROUND, 0), min(places) + AROUND
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"


def _found(query: Query, person: Person, words: list[str], **more: str) -> Hits:
    if not words:
        return Hits([], False)
    given = {f"word{number}": pattern(word) for number, word in enumerate(words)}
    with db.read() as tx:
        rows = query.all(tx, person=person.id, **given, **more)
    return Hits(rows[:LIMIT], len(rows) > LIMIT)


@cache
def _cases(count: int) -> Query:
    conditions = (_any(CASE_TEXTS, number, PARTY) for number in range(count))
    return Query(
        f"""SELECT c.id, c.number, c.title, c.regime, c.state, c.opened_on FROM cases c
            WHERE c.id IN ({CASES_OF}) AND {" AND ".join(conditions)}
            ORDER BY c.id DESC LIMIT {LIMIT + 1}""",
        {"days": ("opened_on",)},
    )


@cache
def _steps(count: int) -> Query:
    conditions = (_any(STEP_TEXTS, number) for number in range(count))
    return Query(
        f"""SELECT w.id, w.case_id, w.name, w.role, w.due_on, w.regime, c.number, c.title
            FROM work_items w JOIN cases c ON c.id = w.case_id
            WHERE w.status = 'open' AND c.id IN ({CASES_OF}) AND {" AND ".join(conditions)}
            ORDER BY w.id DESC LIMIT {LIMIT + 1}""",
        {"days": ("due_on",)},
    )


@cache
def _documents(count: int) -> Query:
    named = " AND ".join(_any(("n.name",), number) for number in range(count))
    says = " AND ".join(_any(("s.text",), number) for number in range(count))
    return Query(
        f"""SELECT d.id, d.case_id, d.name, d.uploaded_at, c.number, c.title, c.regime, t.text
            FROM documents d JOIN cases c ON c.id = d.case_id
            LEFT JOIN document_texts t ON t.sha = d.sha
            WHERE c.id IN ({CASES_OF}) AND (d.uploaded_by = :person OR NOT {SEALED})
                AND d.id IN (
                    SELECT n.id FROM documents n WHERE {named}
                    UNION
                    SELECT n.id FROM document_texts s JOIN documents n ON n.sha = s.sha
                    WHERE {{holds(s.grams, grams)}} AND {says})
            ORDER BY d.id DESC LIMIT {LIMIT + 1}""",
        {"instants": ("uploaded_at",)},
    )


def _any(columns: tuple[str, ...], number: int, more: str = "") -> str:
    word = f":word{number}"
    tests = [f"lower({column}) LIKE {word} ESCAPE '!'" for column in columns]
    return f"({' OR '.join([*tests, *([more.format(word=word)] if more else [])])})"
