"""The papers that diagrams issue against the templates that exist."""

from collections.abc import Iterator

from server.engine.errors import Finding
from server.engine.ports import HOST_FUNCTIONS
from server.feel.omissions import Surroundings, omissions
from server.feel.sentence import told
from server.law import papers
from server.law.checks.survey import Survey, problem
from server.law.papers import PaperError, Template

_AROUND = Surroundings(functions=HOST_FUNCTIONS | {"articles", "labelled"})


def check(survey: Survey) -> Iterator[Finding]:
    """Every paper that an event issues has a template that each of its regimes can read."""
    used: set[str] = set()
    for place in survey.places:
        for element in place.elements:
            for name in element.words("paper"):
                used.add(name)
                try:
                    paper = papers.template(survey.catalogue, name, place.regime.id)
                except PaperError as error:
                    yield problem(place.path, element, "paper", str(error))
                else:
                    yield from _left_out(paper)
    for name in sorted(set(papers.names(survey.catalogue)) - used):
        sentence = told("文书模板“%(name)s”没有任何流程图用到。", name=name)
        yield Finding("warning", f"{papers.FOLDER}{name}.toml", None, "paper", sentence)


def _left_out(paper: Template) -> Iterator[Finding]:
    """What a template asks for that nothing here carries out."""
    path = f"{papers.FOLDER}{paper.name}.toml"
    for expression in paper.expressions:
        for code, sentence in omissions(expression.text, _AROUND):
            why = told("“%(text)s”：%(sentence)s。", text=expression.text, sentence=sentence)
            yield Finding("error", path, None, code, why)
