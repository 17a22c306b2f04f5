"""Cases, their procedures, what is open in them, their journal."""

from __future__ import annotations

from server.views.api import fields as f
from server.views.api.fields import Answer, Asked
from server.views.api.schemas.common import Deadline, ListQuery, PageAsked, page_of, sort_of
from server.views.query import LIMIT_TEXT
from server.work.agenda import OF_A_STEP, STANDINGS
from server.work.dates import KINDS

STATUSES = ("running", "ended", "failed", "cancelled")


class CaseFilter(Asked):
    regime = f.matching(f.NAME, "For example `shanxi`.")
    state = f.matching(
        f.NAME, "Word of the table of states, or `open`, `closed`, `this_year`, `stateless`."
    )
    text = f.text(LIMIT_TEXT, "In the title or the number.")
    opened_by = f.choice(("me",), "Only those you opened yourself.")


class CaseQuery(CaseFilter, ListQuery):
    """Arguments of the list."""


class CaseSearch(Asked):
    filter = f.part(CaseFilter)
    page = f.part(PageAsked)


class Case(Answer):
    id = f.identity()
    number = f.word("The office's own number.")
    regime = f.word()
    kind = f.word("The procedure with which it began.")
    title = f.word()
    state = f.word("Word of the table of states; empty before the first.")
    opened_on = f.day()
    closed_at = f.instant(optional=True)


class CaseBrief(Case):
    undertaker = f.word(attribute="name", optional=True)
    undertaker_en = f.word(attribute="name_en", optional=True)
    due_on = f.day("The next of its open dates.", optional=True)


CasePage = page_of(CaseBrief, "CasePage")


class CaseStart(Asked):
    regime = f.matching(f.NAME, "For example `shanxi`.", required=True)
    process_id = f.matching(f.NAME, "For example `application`.", required=True)
    organisation_id = f.matching(f.ID, "For which of your offices; the first when nothing is said.")
    title = f.text(200, "Title of the case; made from the form when nothing is said.", least=1)
    data = f.data("Values by the names of the form's fields.", required=True)


class ProcedureStart(Asked):
    process_id = f.matching(f.NAME, "For example `extension`.", required=True)
    data = f.data("Values by the names of the form's fields.", required=True)


class Party(Answer):
    role = f.word()
    organisation_id = f.identity()
    name = f.word()
    name_en = f.word()


class ProcessInstance(Answer):
    id = f.identity()
    case_id = f.identity()
    process_id = f.word()
    name = f.word("As the diagram has it.")
    status = f.one_of(STATUSES)
    publication = f.number("The publication it began with.", attribute="publication_id")
    started_at = f.instant()
    ended_at = f.instant(optional=True)
    outcome = f.word(optional=True)


class ProcessInstanceList(Answer):
    items = f.many(ProcessInstance)


class Place(Answer):
    """Where a procedure stands in one of its diagrams, by ids of elements."""

    process_id = f.word()
    name = f.word()
    done = f.words()
    current = f.words()
    overdue = f.words("Of the current ones, past their date.")


class ProcessInstanceDetail(ProcessInstance):
    places = f.many(Place, "Its own diagram, then those it has called.")


class CaseTask(Answer):
    """A task of the case, as the caller may see it: names of experts may be masked."""

    id = f.identity()
    process_instance_id = f.identity(attribute="instance_id")
    name = f.word()
    process_id = f.word()
    element_id = f.word()
    role = f.word()
    status = f.one_of(("open", "completed", "cancelled"))
    mine = f.flag()
    assignee_id = f.identity(optional=True)
    assignee_name = f.word(optional=True)
    completed_by_name = f.word(optional=True)
    opened_at = f.instant()
    completed_at = f.instant(optional=True)
    due_on = f.day(optional=True)
    due_kind = f.one_of(KINDS, optional=True)
    deadline_id = f.identity(optional=True)
    clauses = f.words()
    version = f.number()


class CaseDocument(Answer):
    id = f.identity()
    name = f.word()
    media_type = f.word()
    size = f.number("Bytes.")
    uploaded_at = f.instant()


class Entrance(Answer):
    """A message for which the case waits and which the caller may bring."""

    id = f.identity()
    name = f.word()
    process_id = f.word()
    element_id = f.word()
    clauses = f.words()


class Startable(Answer):
    """A further procedure that the caller may start now."""

    process_id = f.word()
    name = f.word()
    act = f.word("What starting it is called.")


class Journal(Answer):
    entries = f.number()
    head = f.word("Hash of the last entry.")
    faults = f.words("What does not fit in the chain; empty when it is intact.")


class CaseDetailQuery(Asked):
    on = f.Day(
        metadata={"description": "The register entry as it stood at the end of this day: names, T…"}
    )


class CaseDetail(Case):
    roles = f.words("Roles the caller holds in the case.")
    parties = f.many(Party)
    record_on = f.day("The day of the register entry below.")
    record = f.free("Register entry: names, dates, grounds in force on that day.")
    regions = f.free("State of each parallel region on that day.")
    deadlines = f.many(Deadline)
    process_instances = f.many(ProcessInstance)
    user_tasks = f.many(CaseTask)
    documents = f.many(CaseDocument)
    messages = f.many(Entrance)
    startable = f.many(Startable)
    panel_seats = f.many(CaseTask, "Seats of panels in session that the caller may change.")
    journal = f.part(Journal)


class AuditEntry(Answer):
    """One thing that happened. Names of experts may be masked; hashes are those of the chain."""

    seq = f.number()
    at = f.instant()
    act = f.word()
    name = f.word()
    element_id = f.word()
    actor_id = f.identity(optional=True)
    actor_name = f.word()
    clauses = f.words()
    prev_hash = f.word()
    hash = f.word()


AuditPage = page_of(AuditEntry, "AuditPage")


class AuditFilter(Asked):
    case_id = f.matching(f.ID, "The journal is kept by case.", required=True)
    act = f.matching(f.NAME, "For example `complete`.")


class AuditQuery(ListQuery):
    act = f.matching(f.NAME, "For example `complete`.")


class AuditSearch(Asked):
    filter = f.part(AuditFilter, required=True)
    sort = f.part(sort_of(("seq",), "AuditSort"), "Oldest first when nothing is said.")
    page = f.part(PageAsked)


class DeadlineFilter(Asked):
    regime = f.matching(f.NAME, "For example `shanxi`.")
    role = f.matching(f.NAME, "Who owes what is due.")
    standing = f.choice(STANDINGS, "`week` falls due within seven days, `late` was met too late.")
    milestone = f.matching(f.NAME, "For example `plan_filing`.")
    text = f.text(LIMIT_TEXT, "In its title, the case's title or number.")


class DeadlineQuery(DeadlineFilter, ListQuery):
    """Arguments of the list."""


class DeadlineSearch(Asked):
    filter = f.part(DeadlineFilter)
    page = f.part(PageAsked)


class DeadlineBrief(Answer):
    """A legal date of some case; its arithmetic is in the answer for it alone."""

    id = f.identity()
    case_id = f.identity()
    case_number = f.word(attribute="number")
    case_title = f.word()
    case_state = f.word(attribute="state")
    regime = f.word()
    role = f.word("Who owes what is due.", optional=True)
    title = f.word()
    title_en = f.word()
    kind = f.one_of(KINDS)
    opens_on = f.day(optional=True)
    due_on = f.day(optional=True)
    provisional = f.flag("The holiday notice of that year is not out yet.")
    soft = f.flag("The regulation says 一般 or 原则上.")
    clause = f.word("Legal basis; several ids are separated by a space.")
    status = f.one_of(("open", "met"))
    met_on = f.day(optional=True)


DeadlinePage = page_of(DeadlineBrief, "DeadlinePage")


class StepFilter(Asked):
    regime = f.matching(f.NAME, "For example `shanxi`.")
    role = f.matching(f.NAME, "Lane of the diagram, for example `authority`.")
    standing = f.choice(OF_A_STEP, "`week` falls due within seven days.")
    text = f.text(LIMIT_TEXT, "In its name, the case's title or number.")


class StepQuery(StepFilter, ListQuery):
    """Arguments of the list."""


class StepSearch(Asked):
    filter = f.part(StepFilter)
    page = f.part(PageAsked)


class StepBrief(Answer):
    """Where some case stands and which office has it; never who."""

    id = f.identity()
    case_id = f.identity()
    case_number = f.word(attribute="number")
    case_title = f.word()
    case_state = f.word(attribute="state")
    regime = f.word()
    name = f.word()
    role = f.word()
    office = f.word(optional=True)
    office_en = f.word(optional=True)
    opened_at = f.instant()
    due_on = f.day(optional=True)


StepPage = page_of(StepBrief, "StepPage")
