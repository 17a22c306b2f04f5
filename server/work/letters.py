"""Cases by what their names say, found through pairs of letters.

PostgreSQL keeps the pairs of a case's number and names in an index; a case that lacks a pair of a
word cannot have the word. SQLite has no such index: an office on it has no million cases.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from server.work.documents import texts
from server.work.sql import strings

LETTERS = "case_letters(x.number, x.title, x.record)"

PAIRS = "ARRAY(SELECT json_array_elements_text(CAST(:pairs AS json)))"

BY_NAME = f"SELECT x.id FROM cases x WHERE {LETTERS} @> {PAIRS}"

BY_PARTY = """SELECT p.case_id AS id FROM organisations o
    JOIN case_parties p ON p.organisation_id = o.id AND p.until_on IS NULL
    WHERE lower(o.name) LIKE :longest ESCAPE '!' OR lower(o.name_en) LIKE :longest ESCAPE '!'"""


@dataclass(frozen=True, slots=True)
class Candidates:
    """SQL of identifiers of cases, with its values: all that have the words, and others."""

    sql: str
    values: dict[str, str]


def candidates(tx: Connection, text: str) -> Candidates | None:
    """Cases by a part of their names; None where no index knows."""
    pairs = texts.grams(text)
    if tx.dialect.name != "postgresql" or not pairs:
        return None
    return Candidates(BY_NAME, {"pairs": strings(pairs)})
