"""What the checks look at: every diagram as every regime that uses it sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.engine.dialect import Element, ProcessDescription
from server.engine.errors import Finding
from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.law.checks.reach import Answer, answers, reached
from server.law.checks.sources import Modules
from server.law.law import Law
from server.law.regimes import Regime


@dataclass(frozen=True)
class Place:
    """One diagram in one regime, with the elements the regime can come to."""

    regime: Regime
    path: str
    diagram: ProcessDescription
    reached: frozenset[str]

    @property
    def elements(self) -> tuple[Element, ...]:
        """The reached elements in document order."""
        return tuple(each for each in self.diagram.elements if each.id in self.reached)


@dataclass(frozen=True)
class Survey:
    """A catalogue, the sources of its handlers, and the places of its diagrams."""

    catalogue: Catalogue
    modules: Modules
    sources: Mapping[str, bytes]
    places: tuple[Place, ...]

    @property
    def diagrams(self) -> list[tuple[str, ProcessDescription]]:
        """Path and description of every readable diagram, each once."""
        paths = (path for path in self.catalogue.files if path.endswith(".bpmn"))
        read = ((path, self.catalogue.describe(path)) for path in paths)
        return [(path, diagram) for path, diagram in read if diagram]


def problem(
    path: str, element: Element | None, code: str, sentence: str, severity: str = "error"
) -> Finding:
    """A finding whose sentence begins with the element's label."""
    if element is None:
        return Finding(severity, path, None, code, sentence)
    return Finding(
        severity,
        path,
        element.id,
        code,
        told("“%(label)s”：%(sentence)s", label=element.label, sentence=sentence),
    )


def survey(catalogue: Catalogue, modules: Modules, sources: Mapping[str, bytes]) -> Survey:
    """Walk every regime's procedures from their start events, into the parts they call."""
    found = (each for regime in catalogue.regimes.values() for each in places(catalogue, regime))
    return Survey(catalogue, modules, sources, tuple(found))


def places(catalogue: Catalogue, regime: Regime) -> Iterator[Place]:
    """Every diagram that a regime comes to, from its procedures into the parts they call."""
    paths = catalogue.diagrams(regime.id)
    answer = answers(Law.of(catalogue, regime.id).step, regime.as_variable())
    waiting = list(catalogue.procedures(regime.id))
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen and name in paths:
            seen.add(name)
            if place := _place(catalogue, regime, paths[name], answer):
                yield place
                waiting.extend(each.called for each in place.elements if each.called)


def _place(catalogue: Catalogue, regime: Regime, path: str, answer: Answer) -> Place | None:
    diagram = catalogue.describe(path)
    return Place(regime, path, diagram, reached(diagram, answer)) if diagram else None
