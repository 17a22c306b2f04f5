"""The papers that diagrams issue against the templates that exist."""

from collections.abc import Iterator

from server.engine.errors import Finding
from server.feel.sentence import told
from server.law import papers
from server.law.checks.survey import Survey, problem
from server.law.papers import PaperError


def check(survey: Survey) -> Iterator[Finding]:
    """Every paper that an event issues has a template that each of its regimes can read."""
    used: set[str] = set()
    for place in survey.places:
        for element in place.elements:
            for name in element.words("paper"):
                used.add(name)
                try:
                    papers.template(survey.catalogue, name, place.regime.id)
                except PaperError as error:
                    yield problem(place.path, element, "paper", str(error))
    for name in sorted(set(papers.names(survey.catalogue)) - used):
        sentence = told("文书模板“%(name)s”没有任何流程图用到。", name=name)
        yield Finding("warning", f"{papers.FOLDER}{name}.toml", None, "paper", sentence)
