"""Regulations side by side: what each says on the same point, with its clause."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from server.law.catalogue import Catalogue
from server.law.regimes import Regime
from server.views import rule_words
from server.views.language import current
from server.views.words import DUTIES, ROLES, word

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one regulation says on a point; empty where it says nothing."""

    text: str = ""
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One line: what it is about, and what each regulation says."""

    title: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        return len({cell.text for cell in self.cells}) > 1


@dataclass(frozen=True, slots=True)
class Section:
    """One table."""

    id: str
    title: str
    points: tuple[Point, ...]

    @property
    def differences(self) -> int:
        return sum(point.differs for point in self.points)


@dataclass(frozen=True, slots=True)
class Kind:
    """How the rows of a table become lines: which columns make one, what is told of a row."""

    id: str
    key: tuple[str, ...]
    title: Callable[[Row], str]
    text: Callable[[Catalogue, str, Row], str]


def sections(
    law: Catalogue, regimes: Sequence[str], keys: Mapping[str, Collection[str]] | None = None
) -> list[Section]:
    """Everything the tables say of these regimes, a section for each table; with ``keys`` of
    those tables only the rows named."""
    titles = {
        "deadlines": gettext("各项期限"),
        "steps": gettext("程序与步骤"),
        "roles": gettext("职责单位"),
        "papers": gettext("材料"),
        "eligibility": gettext("申报条件"),
        "verdicts": gettext("结论与后果"),
        "quotas": gettext("数量与期间"),
        "names": gettext("名称"),
        "endings": gettext("终止与撤销"),
        "states": gettext("办件状态"),
    }
    general = Section("general", gettext("基本情况"), tuple(_general(law, regimes)))
    wanted = keys or {}
    found = [_section(law, regimes, kind, titles[kind.id], wanted.get(kind.id)) for kind in KINDS]
    return [general, *(section for section in found if section.points)]


def _section(
    law: Catalogue,
    regimes: Sequence[str],
    kind: Kind,
    title: str,
    wanted: Collection[str] | None,
) -> Section:
    rows = {
        regime: {
            _key(kind, row): row
            for row in _rows(law, kind.id, regime)
            if wanted is None or row[kind.key[0]] in wanted
        }
        for regime in regimes
    }
    keys = dict.fromkeys(key for each in rows.values() for key in each)
    return Section(kind.id, title, tuple(_point(law, kind, rows, key) for key in keys))


def _key(kind: Kind, row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in kind.key)


def _point(
    law: Catalogue, kind: Kind, rows: Mapping[str, Mapping[Any, Row]], key: tuple[object, ...]
) -> Point:
    first = next(each[key] for each in rows.values() if key in each)
    cells = (_cell(law, kind, regime, each.get(key)) for regime, each in rows.items())
    return Point(kind.title(first), tuple(cells))


def _cell(law: Catalogue, kind: Kind, regime: str, row: Row | None) -> Cell:
    if row is None:
        return Cell()
    return Cell(kind.text(law, regime, row), tuple(str(row["clause"]).split()))


def _rows(law: Catalogue, table: str, regime: str) -> list[dict[str, Any]]:
    return list(_endings(law, regime)) if table == "endings" else law.rows(table, regime)


def _endings(law: Catalogue, regime: str) -> Iterator[dict[str, Any]]:
    """This table is read as it is written: its column of states holds tests, not values."""
    table = law.tables.table("endings")
    names = [column.text for column in table.outputs]
    for rule in table.rules:
        if rule.inputs[0].strip('"') == regime:
            row = dict(zip(names, (cell.strip('"') for cell in rule.outputs), strict=True))
            yield row | {"ground": rule.inputs[1].strip('"')}


def _general(law: Catalogue, regimes: Sequence[str]) -> Iterator[Point]:
    found = [law.regimes[regime] for regime in regimes]
    yield _plain(gettext("办法"), found, _instrument)
    yield _plain(gettext("文号"), found, lambda regime: regime.document_number)
    yield _plain(gettext("效力"), found, _force)
    yield _plain(gettext("施行日期"), found, lambda regime: str(regime.effective_from or ""))


def _plain(title: str, found: Iterable[Regime], text: Callable[[Regime], str]) -> Point:
    return Point(title, tuple(Cell(text(regime)) for regime in found))


def _instrument(regime: Regime) -> str:
    return regime.title_en if current() == "en" else regime.instrument


def _force(regime: Regime) -> str:
    told: dict[str, str] = {
        "in_force": gettext("现行"),
        "trial": gettext("试行"),
        "draft": gettext("征求意见稿"),
    }
    return told[regime.status]


def deadline_text(law: Catalogue, regime: str, row: Row) -> str:
    """A row of the table of deadlines in words."""
    anchor = law.row("anchors", regime, anchor=row["anchor"])
    return rule_words.deadline(row, _name(anchor, str(row["anchor"])))


def _name(row: Row | None, key: str) -> str:
    """What an anchor is called inside a sentence."""
    if row is None:
        return key
    return str((row["title_en"] if current() == "en" else "") or row["title"])


def _has(_law: Catalogue, _regime: str, row: Row) -> str:
    return str(gettext("有") if row["on"] else gettext("无"))


def _pattern(_law: Catalogue, _regime: str, row: Row) -> str:
    return str(row["zh"]) + (f" / {row['en']}" if row["en"] else "")


def _phase(row: Row) -> str:
    phases: dict[str, str] = {
        "construction": gettext("建设期间"),
        "established": gettext("成立后"),
        "project": gettext("项目"),
    }
    return phases.get(str(row["phase"]), str(row["phase"]).replace("_", " "))


def _ending(_law: Catalogue, _regime: str, row: Row) -> str:
    return rule_words.state(str(row["state"])) if current() == "en" else str(row["word"])


def _last(_law: Catalogue, _regime: str, row: Row) -> str:
    return str(gettext("终结状态") if row["final"] else gettext("有"))


def _titled(key: str) -> Callable[[Row], str]:
    return lambda row: rule_words.title(row, str(row[key]))


def _role(row: Row) -> str:
    return word({**ROLES, **DUTIES}, row["role"])


def _stage(row: Row) -> str:
    stage = word(rule_words.STAGES, str(row["stage"]))
    return f"{stage} · {rule_words.title(row, str(row['verdict']))}"


KINDS = (
    Kind("deadlines", ("milestone",), _titled("milestone"), deadline_text),
    Kind("steps", ("step",), _titled("step"), _has),
    Kind("roles", ("role",), _role, lambda law, regime, row: rule_words.title(row, row["role"])),
    Kind("papers", ("phase", "code"), _titled("code"),
         lambda law, regime, row: rule_words.paper(row)),
    Kind("eligibility", ("criterion",), _titled("criterion"),
         lambda law, regime, row: word(rule_words.HARDNESS, row["kind"])),
    Kind("verdicts", ("stage", "verdict"), _stage,
         lambda law, regime, row: rule_words.verdict(row)),
    Kind("quotas", ("quota",), _titled("quota"), lambda law, regime, row: rule_words.quota(row)),
    Kind("names", ("phase",), _phase, _pattern),
    Kind("endings", ("ground",), _titled("ground"), _ending),
    Kind("states", ("state",), _titled("state"), _last),
)  # fmt: skip
