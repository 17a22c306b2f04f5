"""Cells of decision tables as people write them: text, numbers, yes or no, one of a few words."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from server.errors import Invalid
from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.law.clauses import READING_ID
from server.studio.measures import rows
from server.studio.measures.rows import CLAUSE, Column, Line

LIMIT = 300
TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,4})?", re.ASCII)
FIXED = frozenset({"code", "criterion", "office", "number", "state", "alternatives", "evidence"})
"""Columns that hold names of the programs; they come with the row."""

WORDED = frozenset(
    {"kind", "unit", "direction", "bound", "consequence", "who", "anchor", "of", "role", "reading"}
)
"""Columns with a few words to choose from: those that any regime uses there."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: ``how`` is text, number, flag, choice, clause or fixed; ``shown`` what is in the
    field, ``choices`` what may be chosen."""

    column: Column
    how: str
    shown: str
    choices: tuple[str, ...] = ()


def cell(column: Column, feel: str, choices: Mapping[str, Iterable[str]]) -> Cell:
    """A cell as a field of a form."""
    shown, name = plain(feel), column.name
    if name == CLAUSE:
        return Cell(column, "clause", shown)
    if name in WORDED and name in choices:
        return Cell(column, "choice", shown, tuple(choices[name]))
    if name in FIXED or column.asked:
        return Cell(column, "fixed", shown)
    if feel in ("true", "false"):
        return Cell(column, "flag", feel)
    if NUMBER.fullmatch(feel) or feel == "null":
        return Cell(column, "number" if column.type == "number" else "fixed", shown)
    return Cell(column, "text" if TEXT.fullmatch(feel) else "fixed", shown)


def plain(feel: str) -> str:
    """What people see of a cell."""
    if TEXT.fullmatch(feel):
        return feel[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return "" if feel in ("null", "-") else feel


def feel(one: Cell, given: str, where: str) -> str | None:
    """What is kept of a field; None where it may not be changed. Raises Invalid."""
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", given).strip()
    if len(text) > LIMIT:
        raise Invalid(told("%(where)s：不超过 %(limit)s 字", where=where, limit=LIMIT), code="long")
    if one.how == "fixed":
        return None
    if one.how == "flag":
        return "true" if text else "false"
    if one.how == "number":
        if text and not NUMBER.fullmatch(text):
            raise Invalid(
                told("%(where)s：“%(text)s”不是数", where=where, text=text), code="number"
            )
        return text or "null"
    if one.how == "choice" and text not in one.choices:
        raise Invalid(
            told("%(where)s：没有“%(text)s”这个选项", where=where, text=text), code="choice"
        )
    return json.dumps(text, ensure_ascii=False)


def check_clause(known: Container[str], words: str, where: str) -> None:
    """Raises Invalid unless a row cites clauses of its regime or readings, at least one."""
    if not words.split():
        raise Invalid(told("%(where)s：请写明依据的条款", where=where), code="clause")
    for word in words.split():
        if word not in known:
            what = "没有解释规则" if READING_ID.fullmatch(word) else "本办法没有条款"
            raise Invalid(f"{where}：{what}“{word}”", code="clause")


def choices(made: Catalogue, table: str, anchors: Iterable[str]) -> dict[str, list[str]]:
    """Column -> the words that any regime in force uses there; days of reckoning are given."""
    found: dict[str, dict[str, None]] = {}
    content = made.files[made.table_files[table]]
    for one in made.regimes:
        for each in rows.read(content, one):
            for line in each.lines if each.id == table else ():
                for name in WORDED & line.cells.keys():
                    if TEXT.fullmatch(line.cells[name]):
                        found.setdefault(name, {})[plain(line.cells[name])] = None
    if "anchor" in found:
        found["anchor"] = dict.fromkeys(anchors)
    return {name: list(words) for name, words in found.items()}


def label(line: Line, columns: Iterable[Column]) -> str:
    """What people call a row: its title, else its first cells."""
    if title := plain(line.cells.get("title", "")):
        return title
    return " · ".join(filter(None, (plain(line.cells[c.name]) for c in columns if c.asked)))
