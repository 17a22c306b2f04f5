"""Thirty-one invented provinces: each a shipped regime under another name, with numbers of its own.

Made as the guided page for a new regime makes one: rows copied in the tables and then changed,
clauses under a prefix of their own, the model's diagrams, forms and usual answers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from string import ascii_uppercase

from server.law.catalogue import Catalogue, load
from server.law.clauses import ARTICLE_COLUMNS, CLAUSE_COLUMNS
from server.studio.measures import rows
from server.studio.scenarios.usual import FOLDER as USUAL
from tests.walk import shipped

MODELS = ("shanxi", "jiangxi", "national")
COUNT = 31
Tree = dict[str, bytes]

TERMS = {
    "construction_period": (12, 24, 36),
    "extension": (3, 6, 9, 12),
    "plan_filing": (20, 30, 40),
    "rectification_acceptance": (3, 6, 9),
}
"""Rows of quotas and deadlines in which provinces differ: the amounts among which each chooses."""

ANSWERS = {
    "construction_period": ("period_months",),
    "extension": ("requested_months", "extension_months"),
}
"""Quota -> the usual answers that follow it."""


@dataclass(frozen=True, slots=True)
class Province:
    """One of them: its regime, the regime it is modelled on, and when its people are busy."""

    number: int

    @property
    def regime(self) -> str:
        """The id of its regime."""
        return f"province_{self.number:02}"

    @property
    def prefix(self) -> str:
        """What its clause ids begin with."""
        return f"{'PQ'[self.number // 26]}{ascii_uppercase[self.number % 26]}"

    @property
    def model(self) -> str:
        """The shipped regime whose shape its law has."""
        return MODELS[self.number % len(MODELS)]

    @property
    def window(self) -> tuple[int, int]:
        """The months in which applications are taken, first and last."""
        first = 2 + self.number % 7
        return first, first + 1 + self.number % 3

    @property
    def inspections(self) -> int:
        """The month in which most bases are inspected."""
        return 4 + self.number % 8


PROVINCES = tuple(map(Province, range(COUNT)))


@cache
def catalogue(province: Province) -> Catalogue:
    """What the office of a province has published: the shared procedures and its own regime."""
    tree = with_provinces([province])
    return load({path: text for path, text in tree.items() if not _of_others(path, province)})


def _of_others(path: str, province: Province) -> bool:
    """Whether a file belongs to another regime alone."""
    regimes = "|".join(shipped().regimes)
    folders = rf"processes/(regimes|scenarios)/({regimes})/.*|{USUAL}({regimes})\..*"
    return bool(re.fullmatch(rf"{folders}|.*\.({regimes})\.form", path))


def with_provinces(provinces: Iterable[Province]) -> Tree:
    """The shipped tree with the regimes of some provinces."""
    tree = dict(shipped().files)
    for province in provinces:
        tree |= _tables(tree, province)
        tree |= _copies(province)
        tree |= _usual(tree, province)
        tree |= _texts(province)
    return tree


# --- rows ---------------------------------------------------------------------------------------


def _tables(tree: Tree, province: Province) -> Iterator[tuple[str, bytes]]:
    for path in sorted(set(shipped().table_files.values())):
        content = rows.copied(tree[path], province.model, province.regime, _cite(province))
        if path == shipped().table_files["steps"]:
            content = _with_procedures(content, province)
        yield path, rows.changed(content, province.regime, _own_terms(content, province))


def _with_procedures(steps: bytes, province: Province) -> bytes:
    """Table ``steps`` with a row for each procedure that the model has."""
    cite = _cite(province)
    for process, path in shipped().procedures(province.model).items():
        drawn = shipped().read(path)
        cited = " ".join(word for each in drawn.of_kind("startEvent") for word in each.clauses)
        own = " ".join(word for word in cite(cited).split() if word.startswith(province.prefix))
        steps = rows.switched(steps, province.regime, process, drawn.name, own)
    return steps


def _cite(province: Province) -> rows.Cite:
    own = shipped().regimes[province.model].prefix
    return lambda words: re.sub(rf"\b{own}-", f"{province.prefix}-", words)


def _own_terms(content: bytes, province: Province) -> Mapping[str, Mapping[str, str]]:
    """Row id -> the amount this province has there."""
    chance = Random(province.number)
    return {
        line.id: {"amount": str(chance.choice(TERMS[name]))}
        for table in rows.read(content, province.regime)
        for line in table.lines
        if (name := line.cells.get("quota", line.cells.get("milestone", "")).strip('"')) in TERMS
        and line.cells["unit"] in ('"month"', '"working_day"')
        and line.cells["amount"] != "null"
    }


# --- files --------------------------------------------------------------------------------------


def _copies(province: Province) -> Iterator[tuple[str, bytes]]:
    """The model's own diagrams, forms and usual answers under the province's name."""
    model, regime, cite = province.model, province.regime, _cite(province)
    names = {
        f"{USUAL}{model}.yaml": f"{USUAL}{regime}.yaml",
        f"processes/regimes/{model}/": f"processes/regimes/{regime}/",
        f".{model}.form": f".{regime}.form",
    }
    for path, content in shipped().files.items():
        found = next((old for old in names if old in path), None)
        if found and not path.endswith(".toml"):
            yield path.replace(found, names[found]), cite(content.decode()).encode()


def _usual(tree: Tree, province: Province) -> Tree:
    """The usual answers, with the province's own numbers."""
    path = f"{USUAL}{province.regime}.yaml"
    text = tree[path].decode()
    for table in rows.read(tree[shipped().table_files["quotas"]], province.regime):
        for line in table.lines:
            for name in ANSWERS.get(line.cells["quota"].strip('"'), ()):
                text = re.sub(rf"\b{name}: \d+", f"{name}: {line.cells['amount']}", text)
    return {path: text.encode()}


def _texts(province: Province) -> Iterator[tuple[str, bytes]]:
    """Its regime.toml, and the model's clauses under a prefix of its own."""
    folder = f"processes/regimes/{province.regime}/"
    yield f"{folder}regime.toml", _facts(province).encode()
    for name, columns in (("clauses", CLAUSE_COLUMNS), ("articles", ARTICLE_COLUMNS)):
        yield f"{folder}{name}.csv", _sheet(f"processes/law/{name}.csv", columns, province)


def _facts(province: Province) -> str:
    model = shipped().regimes[province.model]
    title = f"第{province.number + 1}省技术标准创新基地"
    instrument = f"{title}管理办法（虚拟）"
    return f"""title = "{title}"
title_en = "Bases of province {province.number + 1}"
instrument = "{instrument}"
document_number = ""
status = "in_force"
effective_from = "2021-01-01"
prefix = "{province.prefix}"
base_word = "{model.base_word}"
base_word_en = "{model.base_word_en}"
city = "省会"
modelled_on = "{model.id}"

[instruments]
{province.prefix} = "{instrument}"
"""


def _sheet(path: str, columns: Iterable[str], province: Province) -> bytes:
    own = shipped().regimes[province.model].prefix
    told = csv.DictReader(io.StringIO(shipped().files[path].decode("utf-8-sig")))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    for row in told:
        if row["id"].startswith(f"{own}-"):
            number = row["id"].removeprefix(own)
            writer.writerow({**row, "id": f"{province.prefix}{number}", "regime": province.regime})
    return out.getvalue().encode()
