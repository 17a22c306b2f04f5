"""Who asks, their tokens and reminders; documents, messages, seats, incidents."""

from __future__ import annotations

from marshmallow import fields

from server.views.api import fields as f
from server.views.api.fields import Answer, Asked
from server.views.api.schemas.cases import CaseDocument, Entrance
from server.views.api.schemas.common import FilledIn, Form, ListQuery, page_of
from server.work.panels import LIMIT_REASON
from server.work.people.tokens import LIMIT_DAYS, LIMIT_NAME, SCOPES


class Membership(Answer):
    role = f.word()
    regime = f.word()
    organisation_id = f.identity()
    organisation = f.word()
    organisation_en = f.word()


class Session(Answer):
    """Who asks, by which credentials."""

    id = f.identity()
    login = f.word()
    name = f.word()
    name_en = f.word()
    locale = f.one_of(("zh", "en"))
    memberships = f.many(Membership)
    credentials = f.one_of(("session", "token"))
    scope = f.one_of(SCOPES)


class Token(Answer):
    id = f.identity()
    name = f.word("What it is for.")
    scope = f.one_of(SCOPES)
    created_at = f.instant()
    expires_at = f.instant()
    used_at = f.instant("To within five minutes.", optional=True)


class Tokens(Answer):
    items = f.many(Token)


class TokenAsked(Asked):
    name = f.text(LIMIT_NAME, "What it is for.", least=1, required=True)
    scope = f.choice(
        SCOPES, "`read` sees what you see; `act` also does what you do.", required=True
    )
    days = f.whole(1, LIMIT_DAYS, "How long it lasts.", required=True)


class TokenMade(Token):
    token = f.word("For the header Authorization; shown this once, then null.", optional=True)


class Reminder(Answer):
    id = f.identity()
    day = f.day()
    items = fields.List(fields.Dict(keys=fields.String()))
    read_at = f.instant(optional=True)


class Reminders(Answer):
    items = f.many(Reminder)
    unread = f.number()


class Upload(Asked):
    file = fields.Raw(
        required=True,
        metadata={"type": "string", "format": "binary", "description": "PDF, DOCX, XLSX, OFD, …"},
    )


class Document(CaseDocument):
    case_id = f.identity("Null until a form that carries it was handed in.", optional=True)


class Message(Entrance):
    case_id = f.identity()
    form = f.part(Form)


class Expert(Answer):
    value = f.identity()
    label = f.word()
    label_en = f.word()


class Seat(Answer):
    """A seat of a panel in session, and the experts who could take it."""

    id = f.identity()
    case_id = f.identity()
    name = f.word()
    assignee_id = f.identity("Who has it now.", optional=True)
    due_on = f.day(optional=True)
    experts = f.many(Expert)


class Delivery(FilledIn):
    """A message as its form has it."""


class Withdrawal(Asked):
    reason = f.text(LIMIT_REASON, "Told in the journal.", least=1, pattern=f.WRITTEN, required=True)


class Replacement(Withdrawal):
    expert_id = f.matching(f.ID, "Who takes the seat.", required=True)


class Incident(Answer):
    """An automatic step that failed for good and waits for an operator."""

    id = f.identity()
    kind = f.word()
    case_id = f.identity()
    case_number = f.word(attribute="number")
    case_title = f.word(attribute="title")
    regime = f.word()
    process_instance_id = f.identity(attribute="instance_id")
    attempts = f.number()
    error = f.word(attribute="last_error", optional=True)
    run_at = f.instant("Of the last attempt.")


IncidentPage = page_of(Incident, "IncidentPage")


class IncidentQuery(ListQuery):
    """Arguments of the list."""


class Retried(Answer):
    id = f.identity()
