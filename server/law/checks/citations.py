"""Every place that names a clause: boxes, flows, rows, forms, functions, scenarios."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from server.engine.errors import Finding
from server.feel.tables import Rule
from server.law.checks.sources import docstrings
from server.law.checks.survey import Survey
from server.law.checks.tables import reading_id
from server.law.clauses import READING_ID, ids_in

SCENARIOS = "processes/scenarios/"


@dataclass(frozen=True, slots=True)
class Citation:
    """One clause named in one place; `kind` is element, flow, row, form, handler or scenario."""

    clause: str
    kind: str
    file: str
    element: str
    label: str


def citations(survey: Survey) -> Iterator[Citation]:
    """All citations of a catalogue and its handlers."""
    yield from _diagrams(survey)
    yield from _tables(survey)
    yield from _texts(survey)
    yield from _handlers(survey)


def check(survey: Survey) -> Iterator[Finding]:
    """Every clause and every reading that is named exists."""
    for each in citations(survey):
        if not survey.catalogue.clauses.exists(each.clause):
            sentence = f"“{each.label}”：条款“{each.clause}”不在条款登记表中。"
            yield Finding("error", each.file, each.element, "clause", sentence)
    yield from _readings_in_handlers(survey)


def _diagrams(survey: Survey) -> Iterator[Citation]:
    for path, diagram in survey.diagrams:
        for element in diagram.elements:
            for clause in element.clauses:
                yield Citation(clause, "element", path, element.id, element.label)
        for flow in diagram.flows:
            for clause in flow.clauses:
                yield Citation(clause, "flow", path, flow.id, flow.name or flow.id)


def _tables(survey: Survey) -> Iterator[Citation]:
    tables = survey.catalogue.tables
    for name, path in survey.catalogue.table_files.items():
        for table in tables.tables_of(name):
            for rule in table.rules:
                for clause in _row_clauses(rule):
                    yield Citation(clause, "row", path, rule.id, rule.id)


def _row_clauses(rule: Rule) -> list[str]:
    """The words of the last column, and whatever looks like a clause elsewhere in the row."""
    stated = rule.outputs[-1].strip('"').split()
    return list(dict.fromkeys([*stated, *ids_in(" ".join(rule.annotations))]))


def _texts(survey: Survey) -> Iterator[Citation]:
    for path, data in survey.catalogue.files.items():
        kind = "form" if path.endswith(".form") else "scenario"
        if kind == "form" or path.startswith(SCENARIOS):
            label = path.rpartition("/")[2].partition(".")[0]
            for clause in ids_in(data.decode("utf-8", "replace")):
                yield Citation(clause, kind, path, label, label)


def _handlers(survey: Survey) -> Iterator[Citation]:
    for path, source in survey.sources.items():
        for name, text in _docstrings(source):
            label = name or path.rpartition("/")[2]
            for clause in ids_in(text):
                yield Citation(clause, "handler", path, label, label)


def _readings_in_handlers(survey: Survey) -> Iterator[Finding]:
    tables = survey.catalogue.tables
    rules = tables.table("defaults").rules if "defaults" in tables else ()
    known = {reading_id(rule) for rule in rules}
    for path, source in survey.sources.items():
        for name, text in _docstrings(source):
            for reading in sorted(set(READING_ID.findall(text)) - known):
                sentence = f"“{name or path}”：解释规则“{reading}”不存在。"
                yield Finding("error", path, name or None, "reading", sentence)


@cache
def _docstrings(source: bytes) -> tuple[tuple[str, str], ...]:
    return tuple(docstrings(source))
