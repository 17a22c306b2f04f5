"""Papers, what is published, what the public hands in, projects and funds."""

from __future__ import annotations

from server.views.api import fields as f
from server.views.api.fields import Answer, Asked
from server.views.api.schemas.common import ListQuery, PageAsked, page_of
from server.views.query import LIMIT_TEXT
from server.work.portal import KINDS, LISTS, STATES
from server.work.portal.submissions import LIMIT_CONTENT
from server.work.projects import LEDGER

AMOUNT = "Yuan with two decimals, as text."


# --- papers -------------------------------------------------------------------------------------


class Paper(Answer):
    """A paper that an office has issued; its files are documents of the case."""

    id = f.identity()
    kind = f.word()
    number = f.word()
    title = f.word()
    signed_on = f.day()
    docx_id = f.identity("Null until it is drawn.", optional=True)
    pdf_id = f.identity("Null until it is drawn.", optional=True)


class Papers(Answer):
    items = f.many(Paper)


# --- what is published --------------------------------------------------------------------------


class PublishedFilter(Asked):
    what = f.choice(tuple(LISTS), "`notices` when nothing is said.")
    regime = f.matching(f.NAME, "For example `shanxi`.")
    text = f.text(LIMIT_TEXT, "In the title.")


class PublishedQuery(PublishedFilter, ListQuery):
    """Arguments of the list."""


class Published(Answer):
    """One thing as it was published."""

    id = f.identity()
    list = f.one_of(tuple(LISTS))
    regime = f.word()
    case_id = f.identity("Null where you may not read the case.", optional=True)
    title = f.word()
    published_on = f.day()
    last_day = f.day("Of the period for objections; null where none runs.", optional=True)
    in_force = f.flag("The period runs today.")


PublishedPage = page_of(Published, "PublishedPage")


# --- submissions --------------------------------------------------------------------------------


class SubmissionFilter(Asked):
    state = f.choice(STATES)
    regime = f.matching(f.NAME, "For example `shanxi`.")
    text = f.text(LIMIT_TEXT, "In receipt, sender, the case's title or number.")


class SubmissionQuery(SubmissionFilter, ListQuery):
    """Arguments of the list."""


class SubmissionSearch(Asked):
    filter = f.part(SubmissionFilter)
    page = f.part(PageAsked)


class SubmissionBrief(Answer):
    """An objection or a request to join that your office handles."""

    id = f.identity()
    receipt = f.word()
    kind = f.one_of(KINDS)
    case_id = f.identity()
    regime = f.word()
    sender = f.word("Empty: anonymous.")
    received_at = f.instant()
    status = f.one_of(STATES)


class SubmissionRow(SubmissionBrief):
    case_number = f.word(attribute="number")
    case_title = f.word(attribute="title")


SubmissionPage = page_of(SubmissionRow, "SubmissionPage")


class Evidence(Answer):
    name = f.word()
    media_type = f.word()
    size = f.number("Bytes.")


class Submission(SubmissionBrief):
    sender_kind = f.one_of(("unit", "person"))
    contact = f.word()
    content = f.word()
    documents = f.many(Evidence, "Downloaded by their place in this list, from 0.")
    answer = f.word("Empty until it is answered.")


class SubmissionAnswer(Asked):
    answer = f.text(LIMIT_CONTENT, "For the sender.", least=1, pattern=f.WRITTEN, required=True)


# --- projects and funds -------------------------------------------------------------------------


class ProjectFilter(Asked):
    regime = f.matching(f.NAME, "For example `jiangxi_base`.")
    state = f.matching(f.NAME, "Word of the table of states.")
    text = f.text(LIMIT_TEXT, "In the title or number.")


class ProjectQuery(ProjectFilter, ListQuery):
    """Arguments of the list."""


class ProjectSearch(Asked):
    filter = f.part(ProjectFilter)
    page = f.part(PageAsked)


class Project(Answer):
    """A published project."""

    id = f.identity()
    case_id = f.identity()
    regime = f.word()
    title = f.word()
    project_number = f.word()
    project_type = f.word()
    lead_unit = f.word()
    published_on = f.day(attribute="effective_on")
    state = f.word()
    joined = f.number("Units that joined.")
    results = f.number()
    joinable = f.flag("You may apply to join it now.")
    readable = f.flag("You may read its case.")


ProjectPage = page_of(Project, "ProjectPage")


class Round(Answer):
    """Something to which your role may add now: a comment round; bring it as a message."""

    message_id = f.identity(attribute="id")
    case_id = f.identity()
    case_number = f.word(attribute="number")
    case_title = f.word(attribute="title")
    regime = f.word()
    name = f.word()
    process_id = f.word()
    document_title = f.word(optional=True)
    comments_due_on = f.word("Last day; null where none is set.", optional=True)
    clauses = f.words()


class Rounds(Answer):
    items = f.many(Round)


class JoinRequest(Answer):
    id = f.identity()
    case_id = f.identity()
    project = f.word()
    name = f.word("Who asked.", attribute="title")
    asked_on = f.day(attribute="effective_on")
    decision = f.one_of(("", "accepted", "refused"), "Empty until it is decided.")
    reason = f.word()


class JoinRequests(Answer):
    items = f.many(JoinRequest)


class ProjectResults(Answer):
    """Kind of result and how many, over all projects."""

    counts = f.free("Kind to number.")


class BookingFilter(Asked):
    regime = f.matching(f.NAME, "For example `jiangxi_base`.")
    kind = f.choice(LEDGER)
    text = f.text(LIMIT_TEXT, "In the other party's name.")


class BookingQuery(BookingFilter, ListQuery):
    """Arguments of the list."""


class BookingSearch(Asked):
    filter = f.part(BookingFilter)
    page = f.part(PageAsked)


class Booking(Answer):
    """An entry of the ledger."""

    id = f.identity()
    case_id = f.identity(optional=True)
    regime = f.word()
    kind = f.one_of(LEDGER)
    party = f.word(attribute="title")
    booked_on = f.day(attribute="effective_on")
    number = f.word()
    amount = f.word(AMOUNT)
    source = f.word()
    purpose = f.word()
    project_number = f.word()


BookingPage = page_of(Booking, "BookingPage")


class Balance(Answer):
    income = f.word(AMOUNT)
    expense = f.word(AMOUNT)
    left = f.word(AMOUNT)
    sources = f.free("Source to income; yuan, as text.")
