"""What diagrams say of the life of a case against the states, dates and procedures that exist."""

from collections.abc import Iterator

from server.engine.dialect import Element
from server.engine.errors import Finding
from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.law.checks.services import variables
from server.law.checks.survey import Survey, problem


def check(survey: Survey) -> Iterator[Finding]:
    """Every state, region, procedure, date and variable that a box names exists."""
    catalogue, known = survey.catalogue, variables(survey)
    dates = _dates(catalogue)
    for path, diagram in survey.diagrams:
        regimes = [place.regime.id for place in survey.places if place.path == path]
        for element in diagram.elements:
            wrong = (
                *_standings(catalogue, regimes, element),
                *_procedures(catalogue, element),
                *_milestones(dates, element),
            )
            yield from (problem(path, element, "life", each) for each in wrong)
            for sentence in _names(known, element):
                yield problem(path, element, "life", sentence, "warning")


def _standings(catalogue: Catalogue, regimes: list[str], element: Element) -> Iterator[str]:
    """A shared diagram may mean a state that not every one of its regimes has."""
    machines = [catalogue.states(regime) for regime in regimes]
    if element.state and machines and not any(element.state in m.words for m in machines):
        yield told("用到这张图的规程的状态表中都没有“%(state)s”。", state=element.state)
    for region, place in element.regions.items():
        if not any(_has_region(catalogue, regime, region, place) for regime in regimes):
            yield told("并行事项表中没有“%(region)s=%(place)s”。", region=region, place=place)


def _has_region(catalogue: Catalogue, regime: str, region: str, place: str) -> bool:
    known = "regions" in catalogue.tables
    return known and bool(catalogue.rows("regions", regime, region=region, place=place))


def _procedures(catalogue: Catalogue, element: Element) -> Iterator[str]:
    for name in (*element.words("begins"), *element.words("ends")):
        if name not in catalogue.processes:
            yield told("没有名为“%(name)s”的程序可以启动或终止。", name=name)
    for name in element.words("begins"):
        path = catalogue.processes.get(name)
        diagram = catalogue.describe(path) if path else None
        starts = diagram.of_kind("startEvent") if diagram else ()
        if any(e.parent is None and e.properties.get("starts", "case") == "case" for e in starts):
            yield told("程序“%(name)s”另立一案，不能在办件中启动。", name=name)


def _milestones(dates: frozenset[str], element: Element) -> Iterator[str]:
    named = [milestone for milestone, _ in element.milestones]
    for milestone in (*named, *element.words("met")):
        if milestone not in dates:
            yield told("没有一个规程的期限表中有“%(milestone)s”。", milestone=milestone)


def _names(known: frozenset[str], element: Element) -> Iterator[str]:
    anchors = [anchor for _, anchor in element.milestones]
    handed = (*element.words("begins_with"), *element.words("once_per"))
    for name in (*anchors, *element.words("moves"), *handed):
        if name not in known:
            yield told("变量“%(name)s”没有表单或步骤提供。", name=name)


def _dates(catalogue: Catalogue) -> frozenset[str]:
    if "deadlines" not in catalogue.tables:
        return frozenset()
    rows = (row for regime in catalogue.regimes for row in catalogue.rows("deadlines", regime))
    return frozenset(str(row["milestone"]) for row in rows)
