"""Regimes, clauses, definitions of procedures, the self-check."""

from __future__ import annotations

from server.law.regimes import STATUSES
from server.views.api import fields as f
from server.views.api.fields import Answer, Asked
from server.views.api.schemas.common import ClauseBrief, ListQuery, PageAsked, page_of
from server.views.query import LIMIT_TEXT
from server.views.words import KINDS, PLACES, RESULTS


class Regime(Answer):
    id = f.word()
    title = f.word()
    title_en = f.word()
    short = f.word()
    short_en = f.word()
    instrument = f.word("Title of the regulation.")
    document_number = f.word()
    status = f.one_of(STATUSES)
    effective_from = f.day(optional=True)
    effective_to = f.day(optional=True)
    can_check = f.flag("It has conditions that a unit can check itself against.")


class Regimes(Answer):
    items = f.many(Regime)


class ClauseFilter(Asked):
    regime = f.matching(f.NAME, "For example `shanxi`.")
    kind = f.choice(tuple(KINDS))
    text = f.text(LIMIT_TEXT, "Words that all occur in id, article, wording or paper.")


class ClauseQuery(ClauseFilter, ListQuery):
    """Arguments of the list."""


class ClauseSearch(Asked):
    filter = f.part(ClauseFilter)
    page = f.part(PageAsked)


class Clause(ClauseBrief):
    kind = f.one_of(tuple(KINDS))
    actor_zh = f.word("Who acts.")
    document = f.word("The paper.")
    trigger = f.word()
    deadline = f.word()
    outcome = f.word()
    reading_zh = f.word("How what the clause leaves open is read.")
    reading_en = f.word()


ClausePage = page_of(Clause, "ClausePage")


class Article(Answer):
    id = f.word()
    title = f.word()
    text = f.word()


class Citation(Answer):
    """A place that carries out a clause."""

    kind = f.one_of(tuple(PLACES))
    file = f.word()
    element = f.word()
    label = f.word()


class ClauseDetail(Clause):
    article_text = f.part(Article, "The whole article.")
    citations = f.many(Citation)


class CitationQuery(Asked):
    file = f.text(300, "For example `processes/application.bpmn`.", required=True)
    element = f.text(200, "For example `fill_application`.", required=True)


class Citations(Answer):
    items = f.many(ClauseBrief)


class DefinitionQuery(Asked):
    regime = f.matching(f.NAME, "For example `shanxi`.")


class Definition(Answer):
    process_id = f.word()
    regime = f.word()
    name = f.word()
    publication = f.number("The one in force.")
    starts = f.one_of(
        ("case", "procedure"), "What a person begins with it; null where none can.", optional=True
    )
    start_role = f.word("Whose people may start it.", optional=True)
    clauses = f.words()


class Definitions(Answer):
    items = f.many(Definition)


class DefinitionElement(Answer):
    id = f.word()
    kind = f.word("Name of the BPMN element, for example `userTask`.")
    name = f.word()
    role = f.word("Its lane.", optional=True)
    form = f.word(optional=True)
    clauses = f.words()


class DefinitionDetail(Definition):
    documentation = f.word()
    elements = f.many(DefinitionElement)


class Office(Answer):
    """One of the caller's offices for which they may start a procedure."""

    process_id = f.word()
    name = f.word()
    regime = f.word()
    role = f.word()
    organisation_id = f.identity()
    organisation = f.word()
    organisation_en = f.word()


class Offices(Answer):
    items = f.many(Office)


class StartFormQuery(Asked):
    organisation_id = f.matching(f.ID, "One of your own; the first when nothing is said.")


class QuestionOption(Answer):
    value = f.word()
    label = f.word()


class Question(Answer):
    key = f.word()
    type = f.one_of(("checkbox", "checklist", "datetime", "radio", "select", "number", "textfield"))
    label = f.word()
    options = f.many(QuestionOption, "Of a checklist; else empty.")


class Questions(Answer):
    items = f.many(Question)


class EligibilityCheck(Asked):
    facts = f.data(
        "Answers by key of the questions: true or false, an ISO day, or a list of words.",
        required=True,
    )


class Criterion(Answer):
    title = f.word()
    title_en = f.word()
    result = f.one_of(tuple(RESULTS))
    paper = f.word("What proves it.")
    paper_en = f.word()
    soft = f.flag("The regulation says 原则上.")
    clause = f.word()


class Eligibility(Answer):
    eligible = f.flag("No condition that the facts decide is unmet, soft ones aside.")
    criteria = f.many(Criterion)
