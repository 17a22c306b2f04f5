"""How each clause is carried out: by the procedures, by hand, not at all — and what it leaves open.

``processes/law/interpretation.csv`` answers for what no diagram can show: the question a clause
leaves open with the reading taken (``reading``), and why a clause is carried out by people outside
the system (``manual``) or by nobody (``not_applicable``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.engine.dialect import ProcessDescription
from server.engine.errors import Finding
from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.law.checks import look
from server.law.checks.citations import Citation
from server.law.clauses import READING_ID, Clause
from server.law.coverage import WITHOUT_PROCEDURE, Coverage, coverage
from server.law.sheets import read_sheet

SHEET = "processes/law/interpretation.csv"
COLUMNS = ("clause", "kind", "question", "reading", "alternatives", "set_in", "reason")
EMPTY = ",".join(COLUMNS).encode()
KINDS = ("reading", "manual", "not_applicable")

STATES = {
    "implemented": "已实现",
    "manual": "人工办理",
    "not_applicable": "无须办理",
    "unsettled": "解释未定",
    "missing": "未实现",
}
RED = ("unsettled", "missing")
"""States that keep a catalogue from being published."""

CARRYING = ("element", "flow", "row", "form", "handler")
"""Kinds of places that carry a clause out; a scenario only proves it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the interpretation register."""

    clause: str
    kind: str
    question: str
    reading: str
    alternatives: str
    set_in: str
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One clause: its state, what the register says of it, and the places that name it."""

    clause: Clause
    state: str
    entries: tuple[Entry, ...]
    places: tuple[Citation, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many places of each kind name the clause."""
        return Counter(place.kind for place in self.places)


def register(catalogue: Catalogue) -> Mapping[str, tuple[Entry, ...]]:
    """Clause to its entries; raises SheetError for a sheet that cannot be read."""
    found: dict[str, list[Entry]] = defaultdict(list)
    own = (own_sheet(regime) for regime in catalogue.regimes)
    for path in (SHEET, *own):
        for row in read_sheet(catalogue.files.get(path, EMPTY), COLUMNS, "interpretation.csv"):
            found[row["clause"]].append(Entry(**row))
    return {clause: tuple(entries) for clause, entries in found.items()}


def own_sheet(regime: str) -> str:
    """The path of the entries that a regime keeps in its own folder."""
    return f"processes/regimes/{regime}/interpretation.csv"


def standings(catalogue: Catalogue, index: Coverage, regime: str = "") -> list[Standing]:
    """Every clause of a regime (of all, when none is named) in the order of the register."""
    entries = register(catalogue)
    return [
        _standing(clause, entries.get(clause.id, ()), index.of_clause(clause.id))
        for clause in catalogue.clauses.clauses.values()
        if regime in ("", clause.regime)
    ]


def _standing(clause: Clause, entries: Sequence[Entry], places: tuple[Citation, ...]) -> Standing:
    return Standing(
        clause, _state(clause, {e.kind for e in entries}, places), tuple(entries), places
    )


def _state(clause: Clause, kinds: set[str], places: Sequence[Citation]) -> str:
    if clause.kind == WITHOUT_PROCEDURE or "not_applicable" in kinds:
        return "not_applicable"
    if clause.reading_zh and "reading" not in kinds:
        return "unsettled"
    if any(place.kind in CARRYING for place in places):
        return "implemented"
    return "manual" if "manual" in kinds else "missing"


def blocking(catalogue: Catalogue) -> list[Finding]:
    """What keeps a catalogue from being published: red clauses of the instruments whose procedures
    can be started, of regimes with a register of their own, and faulty entries."""
    used = {_instrument(c) for place in look(catalogue).places for c in _cited(place.diagram)}
    for regime in catalogue.regimes.values():
        if f"processes/regimes/{regime.id}/clauses.csv" in catalogue.files:
            used |= {*regime.instruments}
    found = standings(catalogue, coverage(catalogue))
    asked = [each for each in found if _instrument(each.clause.id) in used]
    return list(findings(catalogue, asked))


def _cited(diagram: ProcessDescription) -> Iterator[str]:
    for start in diagram.of_kind("startEvent"):
        yield from start.clauses


def _instrument(clause: str) -> str:
    """The text a clause belongs to: a regime may be several, adopted one after the other."""
    return clause.partition("-")[0]


def findings(catalogue: Catalogue, found: Iterable[Standing]) -> Iterator[Finding]:
    """What is red, and entries of the register that say too little or speak of nothing."""
    for each in found:
        if each.state in RED:
            state, rule = STATES[each.state], each.clause.rule_zh
            sentence = told(
                "条款 %(id)s %(state)s：%(rule)s", id=each.clause.id, state=state, rule=rule
            )
            yield Finding("error", SHEET, each.clause.id, each.state, sentence)
        if each.state == "implemented" and "manual" in {entry.kind for entry in each.entries}:
            sentence = told("条款 %(id)s 已有流程办理，不应再登记为人工办理。", id=each.clause.id)
            yield Finding("error", SHEET, each.clause.id, "interpretation", sentence)
    for clause, entries in register(catalogue).items():
        for entry in entries:
            if fault := _fault(catalogue, entry):
                yield Finding(
                    "error",
                    SHEET,
                    clause,
                    "interpretation",
                    told("%(clause)s：%(fault)s", clause=clause, fault=fault),
                )


def _fault(catalogue: Catalogue, entry: Entry) -> str | None:
    if not catalogue.clauses.exists(entry.clause):
        return "没有这一条款"
    if entry.kind not in KINDS:
        return told("种类只能是%(kinds)s", kinds=KINDS)
    if entry.kind != "reading":
        return None if entry.reason else "须写明理由"
    if not (entry.question and entry.reading and entry.alternatives and entry.set_in):
        return "须写明问题、所取解释、其他解释和设在何处"
    unknown = [each for each in READING_ID.findall(entry.reading) if not _known(catalogue, each)]
    return told("没有解释%(names)s", names=unknown) if unknown else None


def _known(catalogue: Catalogue, reading: str) -> bool:
    return any(catalogue.row("defaults", regime, id=reading) for regime in catalogue.regimes)


def report(found: Sequence[Standing]) -> list[str]:
    """One line for each clause, and the sums."""
    sums = Counter(each.state for each in found)
    told = "，".join(f"{STATES[state]} {sums[state]}" for state in STATES)
    return [*map(_line, found), f"条款 {len(found)} 条：{told}"]


WORDS = {"element": "图", "flow": "流向", "row": "表", "form": "表单", "handler": "规则",
         "scenario": "场景"}  # fmt: skip


def _line(each: Standing) -> str:
    counts = " ".join(
        f"{word}{each.counts[kind]}" for kind, word in WORDS.items() if each.counts[kind]
    )
    reasons = "；".join(entry.reason for entry in each.entries if entry.reason)
    readings = "；".join(entry.reading for entry in each.entries if entry.reading)
    told = "｜".join(filter(None, (counts, reasons, readings and f"解释：{readings}")))
    return f"{each.clause.id} {STATES[each.state]} {told}".rstrip()
