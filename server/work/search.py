"""One box for everything: cases, open steps and clauses that contain all the words asked for.

Chinese has no spaces, so a word is found anywhere in a text: LIKE with the words as they are, the
same on SQLite and PostgreSQL. There is no index of its own on purpose. What a person may read is
found first, through the indexes of server/work/access, and only that is looked through; so nothing
can be found that may not be read, nothing is ever out of date, and no act writes one row more. The
texts are names and numbers, never what somebody handed in: an opinion is not found before its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from server import db
from server.work.access import CASES_OF
from server.work.inbox import pattern
from server.work.people import Person
from server.work.sql import Query, Row

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


def _found(query: Query, person: Person, words: list[str]) -> Hits:
    if not words:
        return Hits([], False)
    given = {f"word{number}": pattern(word) for number, word in enumerate(words)}
    with db.read() as tx:
        rows = query.all(tx, person=person.id, **given)
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


def _any(texts: tuple[str, ...], number: int, more: str = "") -> str:
    word = f":word{number}"
    tests = [f"lower({text}) LIKE {word} ESCAPE '!'" for text in texts]
    return f"({' OR '.join([*tests, *([more.format(word=word)] if more else [])])})"
