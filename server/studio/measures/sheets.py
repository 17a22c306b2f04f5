"""The recognised clauses as the regime's own sheets: articles.csv, clauses.csv, interpretation."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.errors import Invalid
from server.feel.sentence import told
from server.law.clauses import ARTICLE_COLUMNS, CLAUSE_COLUMNS
from server.law.coverage import WITHOUT_PROCEDURE
from server.law.coverage_states import COLUMNS
from server.law.sheets import read_sheet
from server.studio.measures.recognition import MAX_CLAUSES, Article, pieces

BY_HAND = "manual"
MARKS = ("rule", "norm-only", BY_HAND)
"""Carried out by procedures, nothing to carry out, carried out by hand with a reason."""

LIMIT_REASON = 300
DUTY = re.compile(
    "应当|应于|须|不得|负责|提出|报送|提交|批准|审查|评审|验收|公示|撤销|终止|整改|延期|发布|组织|建设期"
    "|受理|推荐|备案|评估|考核|变更|名称"
)
"""Words by which a clause asks for something to be done."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a clause is carried out, and the reason where one is needed."""

    kind: str = "rule"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A clause on the page."""

    id: str
    article: str
    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Entry:
    """An article on the page: its text as it was recognised, and its clauses."""

    id: str
    article: str
    title: str
    text: str
    parts: tuple[Part, ...]

    @property
    def strays(self) -> list[str]:
        """Clauses whose words are not, in this order, those of the article."""
        rest, found = _bare(self.text), []
        for part in self.parts:
            place = rest.find(_bare(part.text))
            if place < 0:
                found.append(part.id)
            else:
                rest = rest[place + len(_bare(part.text)) :]
        return found


def entries(files: Mapping[str, bytes], regime: str) -> list[Entry]:
    """What the regime's own sheets hold, in the order of the articles."""
    folder = f"processes/regimes/{regime}/"
    articles = _rows(files.get(f"{folder}articles.csv"), ARTICLE_COLUMNS)
    clauses = _rows(files.get(f"{folder}clauses.csv"), CLAUSE_COLUMNS)
    readings = _rows(files.get(f"{folder}interpretation.csv"), COLUMNS)
    manual = {row["clause"]: row["reason"] for row in readings if row["kind"] == "manual"}
    return [
        Entry(
            row["id"], row["article"], row["title"], row["text"],
            tuple(
                Part(c["id"], c["article"], c["rule_zh"], _mark(c, manual))
                for c in clauses if c["id"].partition(".")[0] == row["id"]
            ),
        )
        for row in articles if not row["id"].endswith("-0")
    ]  # fmt: skip


def _mark(clause: Mapping[str, str], manual: Mapping[str, str]) -> Mark:
    if clause["id"] in manual:
        return Mark(BY_HAND, manual[clause["id"]])
    return Mark(WITHOUT_PROCEDURE if clause["kind"] == WITHOUT_PROCEDURE else "rule")


def recognised(articles: Iterable[Article]) -> list[Entry]:
    """The articles as they were recognised, each clause marked by its words."""
    return [
        Entry(
            one.id, one.article, one.title, one.text,
            tuple(
                Part(p.id, p.article, p.text, guessed(one.text if p.text[:1] == "（" else p.text))
                for p in one.pieces
            ),
        )
        for one in articles
    ]  # fmt: skip


def guessed(text: str) -> Mark:
    """Whether a clause asks for something to be done, by its words."""
    return Mark("rule" if DUTY.search(text) else WITHOUT_PROCEDURE)


def split(entry: Entry, lines: Iterable[str], marks: Sequence[Mark]) -> Entry:
    """An article with other clauses, one a line; marks by place, guessed where there are more."""
    texts = [line.strip() for line in lines if line.strip()]
    prefix, _, number = entry.id.partition("-")
    found = pieces(prefix, int(number), texts)
    parts = tuple(
        Part(p.id, p.article, p.text, marks[n] if n < len(marks) else guessed(p.text))
        for n, p in enumerate(found)
    )
    return Entry(entry.id, entry.article, entry.title, entry.text, parts)


def written(regime: str, title: str, prefix: str, entries: Sequence[Entry]) -> dict[str, bytes]:
    """Path to content of the three sheets; raises Invalid."""
    parts = [part for entry in entries for part in entry.parts]
    if len(parts) > MAX_CLAUSES:
        raise Invalid(told("条款超过 %(limit)s 款", limit=MAX_CLAUSES), code="size")
    for part in parts:
        if part.mark.kind not in MARKS or len(part.mark.reason) > LIMIT_REASON:
            raise Invalid(
                told(
                    "%(id)s：请选择办理方式，理由不超过 %(limit)s 字",
                    id=part.id,
                    limit=LIMIT_REASON,
                ),
                code="mark",
            )
        if part.mark.kind == BY_HAND and not part.mark.reason:
            raise Invalid(told("%(id)s：由人工办理的，请写明理由", id=part.id), code="reason")
    folder = f"processes/regimes/{regime}/"
    return {
        f"{folder}articles.csv": _sheet(ARTICLE_COLUMNS, _articles(regime, title, prefix, entries)),
        f"{folder}clauses.csv": _sheet(CLAUSE_COLUMNS, _clauses(regime, parts)),
        f"{folder}interpretation.csv": _sheet(COLUMNS, _manual(parts)),
    }


def _articles(
    regime: str, title: str, prefix: str, entries: Iterable[Entry]
) -> Iterator[dict[str, str]]:
    yield {"id": f"{prefix}-0", "regime": regime, "article": "标题", "title": "", "text": title}
    for one in entries:
        names = {"id": one.id, "regime": regime, "article": one.article}
        yield names | {"title": one.title, "text": one.text}


def _clauses(regime: str, parts: Iterable[Part]) -> Iterator[dict[str, str]]:
    for part in parts:
        kind = WITHOUT_PROCEDURE if part.mark.kind == WITHOUT_PROCEDURE else "rule"
        names = {"id": part.id, "regime": regime, "article": part.article}
        yield names | {"rule_zh": part.text, "kind": kind}


def _manual(parts: Iterable[Part]) -> Iterator[dict[str, str]]:
    for part in parts:
        if part.mark.kind == BY_HAND:
            yield {"clause": part.id, "kind": "manual", "reason": part.mark.reason}


def _sheet(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _rows(content: bytes | None, columns: Sequence[str]) -> list[dict[str, str]]:
    return read_sheet(content, columns, "") if content else []


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
