"""What is told about cases and law: standing, figures, forecasts, comparison, coverage, search."""

from __future__ import annotations

from marshmallow import fields, validate

from server.law.coverage_states import KINDS as ENTRIES
from server.law.coverage_states import STATES as CARRIED_OUT
from server.views.api import fields as f
from server.views.api.fields import Answer, Asked
from server.views.api.schemas.common import ListQuery, PageAsked, page_of
from server.views.api.schemas.law import Citation, Clause
from server.views.compare import FEWEST
from server.views.compare import MOST as MOST_REGIMES
from server.views.forecasts import MOST_DAYS, MOST_YEARS
from server.views.query import LIMIT_TEXT

REGIMES = rf"^[a-z][a-z0-9_]{{0,63}}(,[a-z][a-z0-9_]{{0,63}}){{{FEWEST - 1},{MOST_REGIMES - 1}}}$"


# --- where a case stands ------------------------------------------------------------------------


class StandingStep(Answer):
    """A step the case is at: who has it, until when, by which article, what may come next."""

    name = f.word()
    role = f.word("Its lane.")
    role_name = f.word("In words.")
    office = f.word("Null where it belongs to persons.", optional=True)
    people = f.number("How many do it at the same time.")
    assignee_name = f.word("Who has taken it up; a mask for experts.", optional=True)
    mine = f.flag("You may do it.")
    user_task_id = f.identity(optional=True)
    opened_at = f.instant()
    due_on = f.day("Null where the law sets no date.", optional=True)
    deadline_id = f.identity("Of its arithmetic.", optional=True)
    clauses = f.words("Legal basis.")
    then = f.words("Names of what may come next, as the diagram has it.")
    defects = f.words("Every defect for which it was returned for correction.")


class Standing(Answer):
    """Where a case stands, for somebody who does not know the procedure."""

    sentence = f.word("In one sentence.")
    state = f.word()
    state_name = f.word()
    closed = f.flag()
    steps = f.many(StandingStep)
    reason = f.word("Why it came to its end; empty while it goes on.")
    clauses = f.words("By which clauses it came to its end.")
    afterwards = f.word("What is open to the unit after an end.")


# --- the law ------------------------------------------------------------------------------------


class ComparisonQuery(Asked):
    regimes = f.matching(REGIMES, "Two to four regimes, separated by commas.", required=True)


class Cell(Answer):
    """What one regime says on the point; empty where it says nothing."""

    text = f.word()
    clauses = f.words()


class Point(Answer):
    title = f.word()
    differs = f.flag()
    cells = f.many(Cell, "In the order of the regimes.")


class Section(Answer):
    id = f.word()
    title = f.word()
    differences = f.number()
    points = f.many(Point)


class Comparison(Answer):
    regimes = f.words()
    sections = f.many(Section)


class Entry(Answer):
    """What the register of readings says of a clause."""

    kind = f.one_of(ENTRIES)
    question = f.word()
    reading = f.word("The reading taken.")
    alternatives = f.word()
    set_in = f.word("Where it is set.")
    reason = f.word()


class CoverageFilter(Asked):
    state = f.choice(tuple(CARRIED_OUT))
    text = f.text(LIMIT_TEXT, "In id or wording.")


class CoverageQuery(CoverageFilter, ListQuery):
    """Arguments of the list."""


class ClauseStanding(Answer):
    """How a clause is carried out, and where."""

    clause = f.part(Clause)
    state = f.one_of(tuple(CARRIED_OUT))
    entries = f.many(Entry)
    places = f.many(Citation)


CoveragePage = page_of(ClauseStanding, "CoveragePage")


class ReadingsQuery(ListQuery):
    text = f.text(LIMIT_TEXT, "In id, question or reading.")


class Reading(Answer):
    """A question that a clause leaves open, and how it is read."""

    clause_id = f.word()
    question = f.word()
    reading = f.word()
    alternatives = f.word()
    set_in = f.word()


ReadingPage = page_of(Reading, "ReadingPage")


# --- figures ------------------------------------------------------------------------------------


class FiguresQuery(Asked):
    regime = f.matching(f.NAME, "All that you may read when nothing is said.")


class Totals(Answer):
    cases = f.number("Not closed.")
    opened = f.number("Opened this year.")
    steps = f.number("Open tasks.")
    week = f.number("Dates within seven days.")
    overdue = f.number("Dates that have passed.")


class StateCount(Answer):
    state = f.word()
    regime = f.word()
    count = f.number()


class Workload(Answer):
    role = f.word()
    count = f.number()
    overdue = f.number()


class TimeUsed(Answer):
    """Days from anchor to fulfilment, beside those the law allows."""

    milestone = f.word()
    title = f.word()
    title_en = f.word()
    regime = f.word()
    count = f.number()
    used = fields.Float(metadata={"description": "On average."})
    longest = fields.Float()
    allowed = fields.Float(metadata={"description": "On average."})
    late = f.number("Fulfilled after their date.")


class Life(Answer):
    id = f.identity()
    number = f.word()
    title = f.word()
    regime = f.word()
    state = f.word()
    opened_on = f.day()


class LifeDate(Answer):
    id = f.identity()
    case_id = f.identity()
    title = f.word()
    title_en = f.word()
    due_on = f.day()


class Figures(Answer):
    """Sums over the cases you may read."""

    totals = f.part(Totals)
    states = f.many(StateCount)
    workload = f.many(Workload)
    used = f.many(TimeUsed)
    lives = f.many(Life, "Cases not closed whose next date is nearest.")
    dates = f.many(LifeDate, "Their open dates.")


# --- forecasts ----------------------------------------------------------------------------------


class Assumption(Answer):
    id = f.word()
    name = f.word()


class Assumptions(Answer):
    items = f.many(Assumption)


class ForecastAsked(Asked):
    assume = fields.List(
        f.matching(f.NAME),
        validate=validate.Length(max=20, error=f.OUT_OF_RANGE),
        metadata={"description": "Ids of assumptions; the ordinary course when nothing is said."},
    )
    years = f.whole(1, MOST_YEARS, "How far; 3 when nothing is said.")
    pace = f.whole(0, MOST_DAYS, "Days for a task without a legal date.")


class Ahead(Answer):
    """A duty, date or state that lies ahead."""

    day = f.day(optional=True)
    what = f.word()
    who = f.word()
    office = f.word()
    procedure = f.word()
    due_on = f.day("By the law.", optional=True)
    provisional = f.flag("The holiday notice of that year is not out yet.")
    done_on = f.day("When the forecast does it.", optional=True)
    clauses = f.words()
    note = f.word("Why it cannot be done as assumed.")


class Forecast(Answer):
    """The case run forward: everything as late as the law allows. Nothing has happened."""

    from_on = f.day()
    until_on = f.day()
    ended_on = f.day("When the case ends within that time.", optional=True)
    assumed = f.words()
    items = f.many(Ahead)


# --- search -------------------------------------------------------------------------------------


class SearchQuery(Asked):
    text = f.text(LIMIT_TEXT, "Words that must all occur.", least=1, required=True)


class CaseHit(Answer):
    id = f.identity()
    number = f.word()
    title = f.word()
    regime = f.word()
    state = f.word()
    opened_on = f.day()


class StepHit(Answer):
    id = f.identity()
    case_id = f.identity()
    name = f.word()
    role = f.word()
    regime = f.word()
    case_number = f.word(attribute="number")
    case_title = f.word(attribute="title")
    due_on = f.day(optional=True)


class DocumentHit(Answer):
    id = f.identity()
    case_id = f.identity()
    name = f.word()
    case_number = f.word(attribute="number")
    case_title = f.word(attribute="title")
    regime = f.word()
    uploaded_at = f.instant()
    excerpt = f.word("Around the first of the words; empty when only the name has them.")


class Hits(Answer):
    """What contains all the words, within what you may read; each kind at most twenty."""

    cases = f.many(CaseHit)
    user_tasks = f.many(StepHit)
    documents = f.many(DocumentHit)
    clauses = f.many(Clause)
    more = f.many_words(("cases", "userTasks", "documents", "clauses"), "Kinds with more hits.")


class CoverageSearch(Asked):
    filter = f.part(CoverageFilter)
    page = f.part(PageAsked)
