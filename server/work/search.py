"""One box for everything: cases, open steps, documents and clauses that contain all the words.

Chinese has no spaces, so a word is found anywhere in a text: LIKE with the words as they are, the
same on SQLite and PostgreSQL. Only what a person may read is looked through (server/work/scope);
so nothing can be found that may not be read, and an opinion's papers are not found before its time.
Where that is much, PostgreSQL passes over what lacks a pair of letters of the longest word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from server import db
from server.work import letters, scope
from server.work.access import SEALED
from server.work.documents import texts
from server.work.inbox import pattern, with_steps
from server.work.people import Person
from server.work.scope import Scope
from server.work.sql import Query, Readers, Row, strings

LIMIT = 20
"""Hits of one kind; the lists have the rest."""

LIMIT_WORDS = 5

CASE_TEXTS = (
    "c.number",
    "c.title",
    *(f"{{text(c.record, {name})}}" for name in ("base_name_zh", "base_name_en")),
    "{text(c.record, application_number)}",
)
PARTY = """(SELECT 1 FROM case_parties p JOIN organisations o ON o.id = p.organisation_id
    WHERE p.case_id = c.id AND p.until_on IS NULL
    AND (lower(o.name) LIKE {word} ESCAPE '!' OR lower(o.name_en) LIKE {word} ESCAPE '!')
    LIMIT 1) = 1"""

STEP_TEXTS = ("w.name", "c.title", "c.number")

NEAR = 300
"""So many of the newest are looked through before an index is asked."""

AROUND = 60
"""Letters shown before and after what was found in a document."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Rows of one kind, the newest first; ``more`` when there are others."""

    rows: list[Row]
    more: bool


NOTHING = Hits([], False)


class Found(NamedTuple):
    """What a person may read that contains all the words, by kind."""

    cases: Hits
    steps: Hits
    documents: Hits


def words_of(text: str) -> list[str]:
    """The words of a question, each once."""
    return list(dict.fromkeys(text.lower().split()))[:LIMIT_WORDS]


def everything(person: Person, words: list[str]) -> Found:
    """Cases by number, title, names and parties, each with the steps it is at; open tasks of
    readable cases by the step's name and the case's; documents of readable cases by name or by
    text, each with an ``excerpt`` around the first of the words, those of sealed opinions only for
    who wrote them."""
    if not words:
        return Found(NOTHING, NOTHING, NOTHING)
    with db.read() as tx:
        ask = partial(_found, tx, scope.of(tx, person), words)
        cases, steps, documents = ask(CASES), ask(STEPS), ask(DOCUMENTS)
        cases = replace(cases, rows=with_steps(tx, cases.rows))
    for row in documents.rows:
        row["excerpt"] = _excerpt(row.pop("text") or "", words)
    return Found(cases, steps, documents)


def _excerpt(text: str, words: list[str]) -> str:
    places = [place for word in words if (place := text.lower().find(word)) >= 0]
    if not places:
        return ""
    begin, end = max(min(places) - AROUND, 0), min(places) + AROUND
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"


# --- where to look ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of hits: ``what`` is told of the rows ``row`` of ``table`` with its ``joins``, those
    that ``is_shown`` says; ``says`` is the condition of one word. ``far`` is SQL of the identifiers
    that indexes know by the longest word."""

    what: str
    table: str
    joins: str
    row: str
    says: Callable[[int], str]
    far: str
    is_shown: str
    read: Readers


def _found(tx: Connection, mine: Scope, words: list[str], kind: Kind) -> Hits:
    given = {f"word{number}": pattern(word) for number, word in enumerate(words)}
    longest = max(words, key=len)
    given |= {"pairs": strings(texts.grams(longest)), "longest": pattern(longest)}
    rows = _looked(tx, kind, len(words), mine, given)
    return Hits(rows[:LIMIT], len(rows) > LIMIT)


def _looked(
    tx: Connection, kind: Kind, words: int, mine: Scope, given: dict[str, str]
) -> list[Row]:
    """Little that may be read is looked through; of much the newest are, then what an index of
    letters knows of the longest word."""
    everything = f"{kind.is_shown} AND {mine.condition}"
    said = " AND ".join(map(kind.says, range(words)))
    ask = partial(_ask, tx, kind, given | mine.values)
    if not mine.is_wide:
        return ask(kind.table, f"{everything} AND {said}")
    rows = ask(_newest(kind, everything), said)
    if len(rows) > LIMIT:
        return rows
    is_known = tx.dialect.name == "postgresql" and given["pairs"] != "[]"
    return ask(_known(kind) if is_known else kind.table, f"{everything} AND {said}")


def _newest(kind: Kind, everything: str) -> str:
    """Whole rows, under the table's own short name: PostgreSQL would read all of a middling table
    to look up so many again."""
    short = kind.row.partition(".")[0]
    return f"""(SELECT {short}.* FROM {kind.table}{kind.joins}
        WHERE {everything} ORDER BY {kind.row} DESC LIMIT {NEAR}) {short}"""


def _known(kind: Kind) -> str:
    return f"({kind.far}) f JOIN {kind.table} ON {kind.row} = f.id"


def _ask(
    tx: Connection, kind: Kind, given: dict[str, str], source: str, condition: str
) -> list[Row]:
    """The newest hits of a source; they are few, so they are sorted rather than sought along the
    identifiers of all."""
    sql = f"""SELECT {kind.what} FROM {source}{kind.joins} WHERE {condition}
        ORDER BY {kind.row} || '' DESC LIMIT {LIMIT + 1}"""
    return Query(sql, kind.read).all(tx, **given)


def _any(columns: tuple[str, ...], number: int, more: str = "") -> str:
    word = f":word{number}"
    tests = [f"lower({column}) LIKE {word} ESCAPE '!'" for column in columns]
    return f"({' OR '.join([*tests, *([more.format(word=word)] if more else [])])})"


def _names(number: int) -> str:
    return _any(CASE_TEXTS, number, PARTY)


def _steps(number: int) -> str:
    return _any(STEP_TEXTS, number)


def _papers(number: int) -> str:
    """Texts are long: they are read where they have the pairs of letters."""
    name, says = _any(("d.name",), number), _any(("t.text",), number)
    return f"({name} OR ({{holds(t.grams, pairs)}} AND {says}))"


OPEN_OF_CASES = f"""
    SELECT v.id FROM work_items v WHERE v.status = 'open' AND v.case_id IN ({letters.BY_NAME})
    UNION SELECT v.id FROM work_items v
    WHERE v.status = 'open' AND lower(v.name) LIKE :longest ESCAPE '!'"""

BY_PAPERS = f"""
    SELECT n.id FROM documents n WHERE letters_of(n.name) @> {letters.PAIRS}
    UNION SELECT n.id FROM document_texts s JOIN documents n ON n.sha = s.sha
    WHERE s.grams @> {letters.PAIRS}"""

CASES = Kind(
    "c.id, c.number, c.title, c.regime, c.state, c.opened_on",
    "cases c",
    "",
    "c.id",
    _names,
    f"{letters.BY_NAME} UNION {letters.BY_PARTY}",
    "1 = 1",
    {"days": ("opened_on",)},
)
STEPS = Kind(
    "w.id, w.case_id, w.name, w.role, w.due_on, w.regime, c.number, c.title",
    "work_items w",
    " JOIN cases c ON c.id = w.case_id",
    "w.id",
    _steps,
    OPEN_OF_CASES,
    "w.status = 'open'",
    {"days": ("due_on",)},
)
DOCUMENTS = Kind(
    "d.id, d.case_id, d.name, d.uploaded_at, c.number, c.title, c.regime, t.text",
    "documents d",
    " JOIN cases c ON c.id = d.case_id LEFT JOIN document_texts t ON t.sha = d.sha",
    "d.id",
    _papers,
    BY_PAPERS,
    f"(d.uploaded_by = :person OR NOT {SEALED})",
    {"instants": ("uploaded_at",)},
)
