"""The clause register: every clause of every regime, linked to the full text of its article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from server.feel.sentence import told
from server.law.sheets import read_sheet

CLAUSE_ID = re.compile(r"\b[A-Z]{2}-\d+\.\d+[a-z]?\b", re.ASCII)
READING_ID = re.compile(r"\bD-\d{2}\b", re.ASCII)
CLAUSE_COLUMNS = (
    "id", "regime", "article", "procedure", "actor", "actor_zh", "rule_zh", "rule_en",
    "trigger", "deadline", "outcome", "document", "kind", "reading_zh", "reading_en",
)  # fmt: skip
ARTICLE_COLUMNS = ("id", "regime", "article", "title", "text")


@dataclass(frozen=True, slots=True)
class Article:
    """One article of an instrument with its full text; `title` is its heading, may be empty."""

    id: str
    regime: str
    article: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule of an article: who, what, by when, with which outcome and paper.

    `rule_zh` is the wording of the instrument, `reading_zh` how the project reads what it leaves
    open; `trigger`, `deadline` and `outcome` are notes in English.
    """

    id: str
    regime: str
    article: str
    procedure: str
    actor: str
    actor_zh: str
    rule_zh: str
    rule_en: str
    trigger: str
    deadline: str
    outcome: str
    document: str
    kind: str
    reading_zh: str
    reading_en: str

    @property
    def article_id(self) -> str:
        """The id of the article it belongs to: `SX-16` for `SX-16.2`."""
        return self.id.partition(".")[0]

    @property
    def prefix(self) -> str:
        """The instrument it belongs to: `SX`."""
        return self.id[:2]


@dataclass(frozen=True)
class Register:
    """All clauses and articles, by id and by words."""

    clauses: Mapping[str, Clause] = field(default_factory=dict)
    articles: Mapping[str, Article] = field(default_factory=dict)

    def exists(self, clause_id: str) -> bool:
        """Whether the register has the clause."""
        return clause_id in self.clauses

    def by_id(self, clause_id: str) -> Clause | None:
        """The clause, or None."""
        return self.clauses.get(clause_id)

    def article_of(self, clause: Clause) -> Article:
        """The full article a clause was taken from."""
        return self.articles[clause.article_id]

    def rule_text(self, clause_id: str) -> str:
        """The wording of a clause, empty for an unknown id."""
        clause = self.by_id(clause_id)
        return clause.rule_zh if clause else ""

    def with_more(self, other: Register) -> Register:
        """Both registers in one; raises ValueError for an id that both have."""
        twice = [*(self.clauses.keys() & other.clauses), *(self.articles.keys() & other.articles)]
        if twice:
            raise ValueError(told("编号重复：%(names)s。", names=tuple(sorted(twice))))
        return Register({**self.clauses, **other.clauses}, {**self.articles, **other.articles})

    def search(self, text: str = "", regime: str = "", kind: str = "") -> list[Clause]:
        """Clauses that contain every word of the text, in the order of the register."""
        words = text.lower().split()
        return [
            clause
            for clause, haystack in self._haystacks
            if (not regime or clause.regime == regime)
            and (not kind or clause.kind == kind)
            and all(word in haystack for word in words)
        ]

    @cached_property
    def _haystacks(self) -> tuple[tuple[Clause, str], ...]:
        return tuple((clause, _haystack(clause)) for clause in self.clauses.values())


def load(clauses: bytes, articles: bytes, regime: str = "") -> Register:
    """Read the two sheets; every clause must belong to an article, and all to the regime whose
    own sheets they are, where one is named."""
    by_article = _articles(read_sheet(articles, ARTICLE_COLUMNS, "articles.csv"))
    by_clause = _clauses(read_sheet(clauses, CLAUSE_COLUMNS, "clauses.csv"))
    orphans = [each.id for each in by_clause.values() if each.article_id not in by_article]
    if orphans:
        raise ValueError(told("条款没有所属条文：%(orphans)s。", orphans=tuple(orphans)))
    foreign = [one.id for one in by_clause.values() if regime not in ("", one.regime)]
    if foreign:
        raise ValueError(told("条款属于别的规程：%(foreign)s。", foreign=tuple(foreign)))
    return Register(by_clause, by_article)


def ids_in(text: str) -> list[str]:
    """The clause ids named in a text, in order, each once."""
    return list(dict.fromkeys(CLAUSE_ID.findall(text)))


def _articles(rows: Iterable[Mapping[str, str]]) -> dict[str, Article]:
    return {row["id"]: Article(**row) for row in rows}


def _clauses(rows: Iterable[Mapping[str, str]]) -> dict[str, Clause]:
    return {row["id"]: Clause(**row) for row in rows}


def _haystack(clause: Clause) -> str:
    return " ".join(
        (clause.id, clause.article, clause.actor_zh, clause.rule_zh, clause.rule_en,
         clause.document, clause.reading_zh)
    ).lower()  # fmt: skip
