"""A fourth regime, made of an invented province's twelve articles: rows, one regime.toml, texts.

Its rows are those of a shipped regime under another name, with the cells in which the measures
differ; nothing else is added to the shipped tree: no diagram, no form, no Python of the rules.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path

from lxml import etree

from server.law.clauses import ARTICLE_COLUMNS, CLAUSE_COLUMNS
from tests.walk import shipped

HERE = Path(__file__).parent / "huahe"
REGIME, LIKE, OTHER = "huahe", "national", "shanxi"
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"

Key = tuple[str, ...]
"""Table, and the inputs after the regime."""

FROM_OTHER: frozenset[Key] = frozenset(
    {
        ("states",),
        ("transitions",),
        ("endings",),
        ("anchors", "approval_received"),
        ("deadlines", "plan_filing"),
        ("roles", "plan_filer"),
        ("roles", "acceptance_applicant"),
        ("roles", "extension_applicant"),
        ("papers", "plan_filing"),
        ("deadlines", "extension_application"),
        ("deadlines", "acceptance_application"),
        ("verdicts", "acceptance", "pass"),
        ("verdicts", "acceptance", "not_passed"),
        ("verdicts", "acceptance_again", "pass"),
        ("verdicts", "acceptance_again", "not_passed"),
    }
)
"""Rows that read as in the other regime; all others read as in the first."""

LEFT_OUT: frozenset[Key] = frozenset(
    {
        ("deadlines", "public_notice"),
        ("deadlines", "midterm"),
        ("papers", "application", "argumentation_opinion"),
        ("papers", "acceptance", "self_check_report"),
        ("verdicts", "application_review", "pass_after_modification"),
        ("verdicts", "acceptance", "rectify"),
        ("verdicts", "acceptance_again", "rectify"),
    }
)

CELLS: Mapping[Key, Mapping[str, str]] = {
    ("roles", "authority"): {"office": '"huahe_authority"', "title": '"省标准化主管部门"'},
    ("roles", "supervisor"): {"office": '"huahe_authority"', "title": '"省标准化主管部门"'},
    ("roles", "formal_reviewer"): {"office": '"huahe_centre"', "title": '"省标准化技术评价中心"'},
    ("quotas", "construction_period"): {"amount": "24", "soft": "false"},
    ("quotas", "extension"): {"amount": "3", "soft": "false"},
    ("deadlines", "plan_filing"): {"amount": "20"},
    ("deadlines", "extension_application"): {"amount": "2"},
    ("deadlines", "acceptance_application"): {"amount": "1"},
    ("deadlines", "rectification_acceptance"): {"amount": "3"},
    ("names", "construction"): {
        "zh": '"华河省标准创新基地（{field}）（建设）"',
        "en": '""',
    },
    ("names", "established"): {
        "zh": '"华河省标准创新基地（{field}）"',
        "en": '"Huahe Standard Innovation Base of {field_en}"',
    },
    **{
        ("steps", step): {"on": "false"}
        for step in (
            "public_notice", "objection_handling", "plan_revision", "revision_confirmation",
            "sponsor_argumentation", "midterm", "procedure_midterm", "status_report",
            "procedure_status_report", "self_check", "procedure_self_check", "acceptance_copy",
            "acceptance_application_review", "extension_consent", "acceptance_experts",
            "periodic_evaluation", "procedure_periodic_evaluation", "papers_in_construction",
            "trend_report",
        )
    },
    **{
        ("steps", step): {"on": "true"}
        for step in ("plan_filing", "procedure_plan_filing", "delegated_formal_review",
                     "preparation_name")
    },
}  # fmt: skip
"""The cells in which the measures differ."""

PROCEDURES = (
    "guide", "application", "construction", "extension", "acceptance", "end_case", "change",
    "annual_assessment", "supervision_check", "achievement",
)  # fmt: skip
"""Shared procedures that the new regime has: one row of table ``steps`` each."""

ARTICLES = {
    **dict.fromkeys((5, 34, 36), 1),
    **dict.fromkeys((6, 7, 11, 12), 2),
    10: 3,
    9: 4,
    13: 5,
    14: 6,
    **dict.fromkeys((15, 16), 7),
    20: 9,
    **dict.fromkeys((19, 21), 10),
    37: 11,
}
"""Article of the first regime -> article of the measures; every other one -> the twelfth."""

OTHER_ARTICLES = {16: 8, 20: 10, 21: 9}


def tree() -> dict[str, bytes]:
    """The shipped tree with the fourth regime."""
    files = dict(shipped().files)
    for path in files:
        if path.endswith(".dmn"):
            files[path] = with_rows(files[path])
    files[f"processes/regimes/{REGIME}/regime.toml"] = (HERE / "regime.toml").read_bytes()
    files[f"processes/scenarios/usual/{REGIME}.yaml"] = (HERE / "usual/huahe.yaml").read_bytes()
    files["processes/law/articles.csv"] += sheet(ARTICLE_COLUMNS, articles())
    files["processes/law/clauses.csv"] += sheet(CLAUSE_COLUMNS, clauses())
    return files


# --- texts --------------------------------------------------------------------------------------


def measures() -> Iterator[tuple[int, dict[str, str]]]:
    with (HERE / "articles.csv").open(encoding="utf-8", newline="") as file:
        yield from enumerate(csv.DictReader(file), 1)


def articles() -> Iterator[Mapping[str, str]]:
    for number, row in measures():
        yield {"id": f"HH-{number}", "regime": REGIME, **row}


def clauses() -> Iterator[Mapping[str, str]]:
    for number, row in measures():
        told = {
            "rule_zh": row["text"],
            "rule_en": "Invented.",
            "kind": "rule",
            "actor_zh": "某机关",
        }
        yield {"id": f"HH-{number}.1", "regime": REGIME, "article": row["article"], **told}


def sheet(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    out = io.StringIO()
    csv.DictWriter(out, list(columns), restval="", lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


# --- rows ---------------------------------------------------------------------------------------


def with_rows(model: bytes) -> bytes:
    """The tables of a model with the rows of the fourth regime."""
    root = etree.fromstring(model)
    for table in root.iter(f"{DMN}decisionTable"):
        if table.find(f"{DMN}input//{DMN}text").text == "regime":
            name = str(table.getparent().get("id"))
            allow(table)
            for rule in [*table.findall(f"{DMN}rule")]:
                if (new := row_of(name, rule, outputs(table))) is not None:
                    table.append(new)
            if name == "steps":
                table.extend(switched_on(table, procedure) for procedure in PROCEDURES)
    return etree.tostring(root)


def allow(table: etree._Element) -> None:
    """The column of regimes takes one more value."""
    for values in table.find(f"{DMN}input").iter(f"{DMN}inputValues"):
        values.find(f"{DMN}text").text += f', "{REGIME}"'


def outputs(table: etree._Element) -> list[str]:
    return [str(column.get("name")) for column in table.findall(f"{DMN}output")]


def row_of(name: str, rule: etree._Element, columns: list[str]) -> etree._Element | None:
    """The row of the fourth regime that a shipped row gives, or None."""
    regime, *rest = (cell.find(f"{DMN}text").text for cell in rule.findall(f"{DMN}inputEntry"))
    keys = {(name, *parts) for parts in prefixes([cell.strip('"') for cell in rest])}
    if name == "papers":
        keys |= {(name, rest[0].strip('"'), output(rule, columns, "code"))}
    source = OTHER if keys & FROM_OTHER else LIKE
    if regime != f'"{source}"' or keys & LEFT_OUT:
        return None
    new = deepcopy(rule)
    renamed(new)
    for key in keys & CELLS.keys():
        for column, cell in CELLS[key].items():
            entry(new, columns, column).text = cell
    return new


def switched_on(table: etree._Element, procedure: str) -> etree._Element:
    """The row that gives the regime a shared procedure."""
    new = deepcopy(table.findall(f"{DMN}rule")[-1])
    for element in new.iter():
        if element.get("id"):
            element.set("id", f"{procedure}_{element.get('id')}")
    new.findall(f"{DMN}inputEntry")[1].find(f"{DMN}text").text = f'"procedure_{procedure}"'
    entry(new, outputs(table), "on").text = "true"
    return new


def prefixes(cells: list[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(cells[:end]) for end in range(len(cells) + 1))


def entry(rule: etree._Element, columns: list[str], column: str) -> etree._Element:
    return rule.findall(f"{DMN}outputEntry")[columns.index(column)].find(f"{DMN}text")


def output(rule: etree._Element, columns: list[str], column: str) -> str:
    return str(entry(rule, columns, column).text).strip('"')


def renamed(rule: etree._Element) -> None:
    """Another regime in the first cell, other ids, the measures' own clauses."""
    rule.find(f"{DMN}inputEntry/{DMN}text").text = f'"{REGIME}"'
    for element in rule.iter():
        if element.get("id"):
            element.set("id", f"{REGIME}_{element.get('id')}")
        if element.text:
            element.text = re.sub(r"\b(GB|SX)-(\d+)\.\d+", clause, element.text)


def clause(found: re.Match[str]) -> str:
    known = ARTICLES if found[1] == "GB" else OTHER_ARTICLES
    return f"HH-{known.get(int(found[2]), 12)}.1"
