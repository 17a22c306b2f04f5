"""Obligations against every state of the diagrams: a breach is told with the way to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from server.engine.dialect import ProcessDescription
from server.engine.errors import Finding
from server.feel.sentence import Sentence, told
from server.law.catalogue import Catalogue
from server.law.checks.explore import TooLarge, way_to
from server.law.checks.rulings import Rulings
from server.law.checks.survey import Survey, places, problem
from server.law.law import Law
from server.law.obligations import PATH, Obligation, ObligationError, load
from server.law.regimes import Regime

CODE = "obligation"
SHOWN = 6
"""Steps of a way that a sentence tells; the diagram shows all of it."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A finding with the elements on the way that leads to it."""

    finding: Finding
    trail: tuple[str, ...] = ()


def check(survey: Survey) -> Iterator[Finding]:
    """Every obligation that a diagram does not keep."""
    yield from (breach.finding for breach in breaches(survey.catalogue))


KEPT = 8
_known: dict[str, list[Breach]] = {}


def breaches(catalogue: Catalogue) -> list[Breach]:
    """The same, each with the way that leads there, told once for all regimes alike; those of the
    catalogues last looked at are kept."""
    if catalogue.digest not in _known:
        found = _breaches(catalogue)
        if len(_known) >= KEPT:
            _known.clear()
        _known[catalogue.digest] = found
    return list(_known[catalogue.digest])


def _breaches(catalogue: Catalogue) -> list[Breach]:
    content = catalogue.files.get(PATH)
    if content is None:
        return []
    try:
        listed = owed(catalogue)
    except ObligationError as error:
        return [Breach(problem(PATH, None, CODE, str(error)))]
    found = [each for one in listed for each in _of(catalogue, one)]
    return list({each.finding: each for each in found}.values())


def owed(catalogue: Catalogue) -> list[Obligation]:
    """The obligations, each also of the regimes modelled on one of its own whose text says the
    same, with their clauses. Raises ObligationError."""
    return [_followed(catalogue, each) for each in load(catalogue.files.get(PATH, b""))]


def _followed(catalogue: Catalogue, rule: Obligation) -> Obligation:
    for regime in catalogue.regimes.values():
        if regime.id not in rule.regimes and _follows(catalogue, rule, regime):
            told = (clause.id for clause in catalogue.clauses_of(regime.id, rule.clauses))
            regimes, clauses = (*rule.regimes, regime.id), (*rule.clauses, *told)
            rule = replace(rule, regimes=regimes, clauses=tuple(dict.fromkeys(clauses)))
    return rule


def _follows(catalogue: Catalogue, rule: Obligation, regime: Regime) -> bool:
    """Whether a regime says what the one says on which it was modelled, and runs the diagram."""
    models = _models(catalogue, regime)
    cited = {c.id for model in models for c in catalogue.clauses_of(model, rule.clauses)}
    told = bool(cited) and cited <= regime.basis.keys()
    return told and any(each.diagram.id == rule.process for each in places(catalogue, regime))


def _models(catalogue: Catalogue, regime: Regime) -> list[str]:
    """The regimes that one was modelled on, the nearest first."""
    found: list[str] = []
    known: Regime | None = regime
    while known and known.modelled_on not in ("", *found):
        found.append(known.modelled_on)
        known = catalogue.regimes.get(known.modelled_on)
    return found


def _of(catalogue: Catalogue, obligation: Obligation) -> Iterator[Breach]:
    unknown = [each for each in obligation.clauses if not catalogue.clauses.exists(each)]
    if unknown or not obligation.clauses:
        sentence = told(
            "规则“%(title)s”没有依据，或者没有条款%(unknown)s。",
            title=obligation.title,
            unknown=tuple(unknown),
        )
        yield Breach(problem(PATH, None, CODE, sentence))
    for regime in obligation.regimes:
        path = catalogue.diagrams(regime).get(obligation.process, "")
        diagram = catalogue.describe(path) if path else None
        if diagram is None or regime not in catalogue.regimes:
            sentence = told(
                "规则“%(title)s”所说的流程“%(process)s”不存在。",
                title=obligation.title,
                process=obligation.process,
            )
            yield Breach(problem(path or PATH, None, CODE, sentence))
        else:
            yield from _in(catalogue, obligation, regime, path, diagram)


def _in(
    catalogue: Catalogue, rule: Obligation, regime: str, path: str, diagram: ProcessDescription
) -> Iterator[Breach]:
    basis = told(
        "必须遵守“%(title)s”（%(clauses)s）", title=rule.title, clauses=tuple(rule.clauses)
    )
    missing = [each for each in rule.elements if each not in diagram.by_id]
    if missing:
        sentence = told("%(basis)s，但图中没有 %(missing)s。", basis=basis, missing=tuple(missing))
        yield Breach(problem(path, None, CODE, sentence))
    elif rule.kind == "before":
        yield from _before(catalogue, rule, regime, path, diagram, basis)
    else:
        yield from _lanes(rule, path, diagram, basis)


def _before(
    catalogue: Catalogue,
    rule: Obligation,
    regime: str,
    path: str,
    diagram: ProcessDescription,
    basis: str,
) -> Iterator[Breach]:
    rulings = Rulings(Law.of(catalogue, regime), rule.owing, rule.settled)
    first, after = frozenset(rule.first), frozenset(rule.after)
    try:
        trail = way_to(diagram, rulings, rule.guarded(diagram), first, after)
    except TooLarge:
        yield Breach(
            problem(path, None, CODE, told("%(basis)s：图的状态过多，无法核对。", basis=basis))
        )
        return
    if trail:
        names = [diagram.by_id[each].label for each in trail if diagram.by_id[each].name]
        way = _way(names[-SHOWN:])
        skipped = tuple(diagram.by_id[each].label for each in rule.first)
        sentence = told(
            "%(basis)s，但不经过“%(skipped)s”也能走到这里：%(way)s。",
            basis=basis,
            skipped=skipped,
            way=way,
        )
        yield Breach(problem(path, diagram.by_id[trail[-1]], CODE, sentence), tuple(trail))


def _way(names: list[str]) -> Sentence:
    steps = {f"step_{number}": name for number, name in enumerate(names)}
    return told(" → ".join(f"%({step})s" for step in steps), **steps)


def _lanes(
    rule: Obligation, path: str, diagram: ProcessDescription, basis: str
) -> Iterator[Breach]:
    others = {diagram.by_id[each].lane for each in rule.first}
    for name in rule.then:
        element = diagram.by_id[name]
        if rule.kind == "lane" and element.lane != rule.lane:
            sentence = told("%(basis)s，应当在“%(lane)s”的泳道里。", basis=basis, lane=rule.lane)
            yield Breach(problem(path, element, CODE, sentence))
        if rule.kind == "apart" and element.lane in others:
            sentence = told(
                "%(basis)s，不能与“%(label)s”由同一角色办理。",
                basis=basis,
                label=diagram.by_id[rule.first[0]].label,
            )
            yield Breach(problem(path, element, CODE, sentence))
