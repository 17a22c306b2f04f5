"""Shapes that several resources share: problems, lists, clauses, dates, forms."""

from __future__ import annotations

from marshmallow import Schema, validate

from server.views.api import fields as f
from server.views.api.fields import Answer, Asked
from server.work.dates import KINDS

LIMIT, MOST = 50, 500
"""Rows of a page when nobody says how many, and at most."""


# --- problems -----------------------------------------------------------------------------------


class ProblemClause(Answer):
    id = f.word("Clause of the register, for example `SX-15.2`.")
    instrument = f.word("Title of the regulation.")
    article = f.word("Its article.")


class ProblemError(Answer):
    place = f.one_of(("body", "query", "header"), "Part of the request.", data_key="in")
    pointer = f.word("JSON pointer (RFC 6901) within that part.")
    detail = f.word("What is wrong there.")


class Problem(Answer):
    """RFC 9457. `code` is stable, for programs; `title` and `detail` are for people."""

    type = f.word()
    title = f.word()
    status = f.number()
    code = f.word()
    detail = f.word()
    instance = f.word("Path of the request.")
    clauses = f.many(ProblemClause, "Legal basis of a refusal.")
    errors = f.many(ProblemError, "Faults of single fields.")
    incident = f.word("Number to tell the operator where the system itself failed.", optional=True)


# --- lists --------------------------------------------------------------------------------------


class PageAsked(Asked):
    """The place in a list, in a body."""

    after = f.matching(f.CURSOR, "`endCursor` of the page before.")
    limit = f.whole(1, MOST, f"Rows at most; {LIMIT} when nothing is said.")


class PageAnswer(Answer):
    end_cursor = f.word("For the next page; null on the last.", optional=True)
    has_more_items = f.flag()


class ListQuery(Asked):
    """The place in a list, in the address."""

    after = f.matching(f.CURSOR, "`endCursor` of the page before.")
    limit = f.Digits(
        validate=validate.Range(1, MOST, error=f.OUT_OF_RANGE),
        metadata={"description": f"Rows at most; {LIMIT} when nothing is said."},
    )


def sort_of(fields: tuple[str, ...], name: str) -> type[Schema]:
    """The order of a list in a body: a field and a direction."""
    members = {
        "field": f.choice(fields, required=True),
        "order": f.choice(("asc", "desc"), "Ascending when nothing is said."),
    }
    return type(name, (Asked,), members)


def page_of(item: type[Schema], name: str) -> type[Schema]:
    """A page of a list."""
    members = {"items": f.many(item), "page": f.part(PageAnswer)}
    return type(name, (Answer,), members)


# --- the law ------------------------------------------------------------------------------------


class ClauseBrief(Answer):
    id = f.word("For example `SX-15.2`.")
    regime = f.word()
    article = f.word()
    text_zh = f.word("Wording of the instrument.", attribute="rule_zh")
    text_en = f.word("Its meaning in English.", attribute="rule_en")


class ProofStep(Answer):
    zh = f.word()
    en = f.word()


class Deadline(Answer):
    """A computed legal date with its arithmetic. Days are civil days of Asia/Shanghai."""

    id = f.identity()
    case_id = f.identity()
    milestone = f.word("Row of the table of deadlines.")
    role = f.word("Who owes what is due.", optional=True)
    title = f.word()
    title_en = f.word()
    kind = f.one_of(KINDS)
    opens_on = f.day(optional=True)
    due_on = f.day(optional=True)
    nominal_on = f.day("Before it was moved off a holiday.", optional=True)
    provisional = f.flag("The holiday notice of that year is not out yet.")
    anchor_on = f.day("The day from which it counts.")
    soft = f.flag("The regulation says 一般 or 原则上.")
    clause = f.word("Legal basis; several ids are separated by a space.")
    calendar_version = f.word()
    proof = f.many(ProofStep, "The arithmetic, step by step.")
    met_on = f.day(optional=True)
    status = f.one_of(("open", "met", "void"))


# --- forms and what comes of them ---------------------------------------------------------------


class FormDocument(Answer):
    id = f.identity()
    name = f.word()
    size = f.number("Bytes.")


class Form(Answer):
    """A form as published: the form-js schema, and only the data it names."""

    schema = f.free("form-js schema in the language of the person.")
    data = f.free("Values the form shows: facts, lists of choices, the draft.")
    documents = f.many(FormDocument, "Attachments whose names the form may have to show.")


class FilledIn(Asked):
    data = f.data("Values by the names of the form's fields.", required=True)


class NextTask(Answer):
    id = f.identity(optional=True)
    name = f.word()


class Outcome(Answer):
    """What an act has led to."""

    case_id = f.identity(attribute="case")
    case_number = f.word(attribute="number")
    case_state = f.word("Word of the table of states; empty before the first.", attribute="state")
    ended = f.flag("The procedure has come to its end.")
    fault = f.flag("An automatic step failed; the act stands and the step is tried again.")
    next_tasks = f.many(NextTask, "Tasks that opened for the caller.", attribute="next")
