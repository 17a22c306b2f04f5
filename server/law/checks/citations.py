"""Every place that names a clause: boxes, flows, rows, forms, functions, scenarios."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from server.engine.errors import Finding
from server.feel.sentence import told
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
    yield from _by_basis(survey)
    yield from _tables(survey)
    yield from _forms(survey)
    yield from _handlers(survey)
    yield from _scenarios(survey)


def check(survey: Survey) -> Iterator[Finding]:
    """Every clause and every reading that is named exists."""
    for each in citations(survey):
        if not survey.catalogue.clauses.exists(each.clause):
            sentence = told(
                "“%(label)s”：条款“%(clause)s”不在条款登记表中。",
                label=each.label,
                clause=each.clause,
            )
            yield Finding("error", each.file, each.element, "clause", sentence)
    yield from _readings(survey)
    yield from _bases(survey)


def _diagrams(survey: Survey) -> Iterator[Citation]:
    for path, diagram in survey.diagrams:
        for element in diagram.elements:
            for clause in element.clauses:
                yield Citation(clause, "element", path, element.id, element.label)
        for flow in diagram.flows:
            for clause in flow.clauses:
                yield Citation(clause, "flow", path, flow.id, flow.name or flow.id)


def _by_basis(survey: Survey) -> Iterator[Citation]:
    """What a regime modelled on another comes to in shared diagrams, as its own clauses."""
    register = survey.catalogue.clauses
    for place in survey.places:
        basis = {k: v for k, v in place.regime.basis.items() if register.exists(v)}
        for element in place.elements:
            for clause in basis.keys() & set(element.clauses):
                yield Citation(basis[clause], "element", place.path, element.id, element.label)


def _bases(survey: Survey) -> Iterator[Finding]:
    for regime in survey.catalogue.regimes.values():
        lost = {each for each in regime.basis.values() if not survey.catalogue.clauses.exists(each)}
        for clause in sorted(lost):
            path = f"processes/regimes/{regime.id}/regime.toml"
            sentence = told("共用流程图的依据“%(clause)s”不在条款登记表中。", clause=clause)
            yield Finding("error", path, clause, "clause", sentence)


def _tables(survey: Survey) -> Iterator[Citation]:
    tables = survey.catalogue.tables
    for name, path in survey.catalogue.table_files.items():
        for table in tables.tables_of(name):
            for rule in table.rules:
                for clause in _row_clauses(rule):
                    yield Citation(clause, "row", path, rule.id, rule.id)


def _row_clauses(rule: Rule) -> list[str]:
    """The words of the last column but readings, and what looks like a clause in the notes."""
    words = rule.outputs[-1].strip('"').split()
    stated = [word for word in words if not READING_ID.fullmatch(word)]
    return list(dict.fromkeys([*stated, *ids_in(" ".join(rule.annotations))]))


def _forms(survey: Survey) -> Iterator[Citation]:
    for path, data in survey.catalogue.forms.items():
        for clause in ids_in(data.decode("utf-8", "replace")):
            yield Citation(clause, "form", path, _stem(path), _stem(path))


def _scenarios(survey: Survey) -> Iterator[Citation]:
    for path, label, text in _scenario_texts(survey):
        for clause in ids_in(text):
            yield Citation(clause, "scenario", path, label, label)


def _handlers(survey: Survey) -> Iterator[Citation]:
    for path, label, text in _function_texts(survey):
        for clause in ids_in(text):
            yield Citation(clause, "handler", path, label, label)


def _readings(survey: Survey) -> Iterator[Finding]:
    tables = survey.catalogue.tables
    rules = tables.table("defaults").rules if "defaults" in tables else ()
    known = {reading_id(rule) for rule in rules}
    for path, label, text in (*_function_texts(survey), *_scenario_texts(survey)):
        for reading in sorted(set(READING_ID.findall(text)) - known):
            sentence = told(
                "“%(label)s”：解释规则“%(reading)s”不存在。", label=label, reading=reading
            )
            yield Finding("error", path, label, "reading", sentence)


def _function_texts(survey: Survey) -> Iterator[tuple[str, str, str]]:
    for path, source in survey.sources.items():
        for name, text in _docstrings(source):
            yield path, name or _stem(path), text


def _scenario_texts(survey: Survey) -> Iterator[tuple[str, str, str]]:
    for path, data in survey.catalogue.files.items():
        if path.startswith(SCENARIOS):
            yield path, _stem(path), data.decode("utf-8", "replace")


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


@cache
def _docstrings(source: bytes) -> tuple[tuple[str, str], ...]:
    return tuple(docstrings(source))
