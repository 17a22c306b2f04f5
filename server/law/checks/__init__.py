"""One run over everything that is published: every mismatch in one list, in plain words."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter

from server.engine.errors import Finding
from server.law.catalogue import Catalogue
from server.law.checks import (
    citations,
    diagrams,
    forms,
    life,
    obligations,
    papers,
    services,
    sources,
    tables,
)
from server.law.checks.survey import Survey, survey

SEVERITIES = {"error": "错误", "warning": "提醒"}
CHECKS = (diagrams, life, papers, forms, services, tables, citations, obligations)


def check(catalogue: Catalogue, handlers: Mapping[str, bytes] | None = None) -> list[Finding]:
    """Every disagreement between diagrams, tables, forms, handlers, roles and clauses.

    `handlers` are the sources of the rules by path; those of this installation by default.
    Errors keep a catalogue from being published, warnings do not.
    """
    looked_at = look(catalogue, handlers)
    found = [*catalogue.faults, *(each for room in CHECKS for each in room.check(looked_at))]
    return sorted(dict.fromkeys(found), key=_order)


def look(catalogue: Catalogue, handlers: Mapping[str, bytes] | None = None) -> Survey:
    """What the checks and the coverage look at."""
    read = sources.installed() if handlers is None else handlers
    return survey(catalogue, sources.read(read), read)


def report(findings: Iterable[Finding]) -> str:
    """The findings as text: one paragraph a file, one line a finding, a sum at the end."""
    found = list(findings)
    by_file = groupby(found, key=attrgetter("file"))
    paragraphs = ["\n  ".join([file, *map(_line, group)]) for file, group in by_file]
    return "\n".join([*paragraphs, _sum(found)])


def _line(finding: Finding) -> str:
    place = f"{finding.element} " if finding.element else ""
    return f"{SEVERITIES[finding.severity]} {place}[{finding.code}] {finding.sentence}"


def _sum(found: list[Finding]) -> str:
    errors = sum(each.severity == "error" for each in found)
    if not found:
        return "流程、决策表、表单、办理函数、角色和条款一致，没有发现问题。"
    return f"共 {errors} 处错误，{len(found) - errors} 处提醒。"


def _order(finding: Finding) -> tuple[str, str, str, str]:
    return finding.file, finding.severity, finding.element or "", finding.code
