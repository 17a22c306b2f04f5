"""Working together: what an act will do, opinions, copies, comments, deputies, handing over."""

from __future__ import annotations

from marshmallow import fields, validate

from server.views.api import fields as f
from server.views.api.fields import Answer, Asked
from server.views.api.schemas.common import ListQuery, PageAsked, page_of
from server.views.query import LIMIT_TEXT as LIMIT_SEARCH
from server.work.together import copying, correcting, deputies, offers

PHASES = ("ahead", "under_way", "over", "ended")
HANDED = ("waiting", "moved", "kept")


def said(words: str, *, optional: bool = False) -> fields.String:
    """What a person writes beside an act."""
    more = {} if optional else {"required": True}
    least = 0 if optional else 1
    return f.text(offers.LIMIT_TEXT, words, least=least, pattern=f.WRITTEN, **more)


# --- what an act will do ------------------------------------------------------------------------


class Colleague(Answer):
    """Somebody who may be chosen for an act."""

    id = f.identity()
    name = f.word()
    name_en = f.word()
    organisation = f.word()
    organisation_en = f.word()


class ReturnTarget(Answer):
    """A box to which the work may go back, and who did it last."""

    element_id = f.word(attribute="element.id")
    name = f.word(attribute="element.name")
    done_by = f.word(attribute="last.completed_by_name")
    returns_to_person = f.flag("It opens for the person who did it; else for their office.")


class DrawnWay(Answer):
    """A way back that the diagram draws: give this answer in the form instead."""

    answer = f.word()
    element_id = f.word(attribute="element.id")
    name = f.word(attribute="element.name")


class Following(Answer):
    """The task that a withdrawal would cancel."""

    id = f.identity()
    name = f.word()


class Preview(Answer):
    """What the act needs and does; nothing has happened."""

    act = f.one_of(offers.ALL)
    name = f.word()
    possible = f.flag("There is somebody to choose or somewhere to return to.")
    people = f.many(Colleague, "Who may be chosen.")
    return_targets = f.many(ReturnTarget)
    drawn = f.many(DrawnWay)
    following = f.part(Following, optional=True)


class Correction(Answer):
    """The one list of all defects with which work was returned."""

    id = f.identity()
    returned_by_name = f.word()
    defects = f.words()
    due_on = f.day("Last day of the period.")
    created_at = f.instant()


class Consultation(Answer):
    id = f.identity()
    case_id = f.identity()
    user_task_id = f.identity(attribute="work_item_id")
    asked_by_name = f.word()
    asked_of_name = f.word()
    question = f.word()
    asked_at = f.instant()
    answer = f.word(optional=True)
    answered_at = f.instant(optional=True)


class CopySent(Answer):
    id = f.identity()
    person_name = f.word()
    step = f.word()
    note = f.word()
    sent_at = f.instant()
    read_at = f.instant("Null while it was not read.", optional=True)


class Shared(Answer):
    """What others have to do with a task."""

    acts = f.many_words(offers.ALL, "Acts that you may try on the task.")
    correction = f.part(Correction, "Why the task was opened again.", optional=True)
    consultations = f.many(Consultation, "As you may read them.")
    copies = f.many(CopySent, "Copies of the case that you have sent.")


# --- the acts -----------------------------------------------------------------------------------


class Transfer(Asked):
    to = f.matching(f.ID, "Person who takes the task over.", required=True)
    reason = said("Told to that person.", optional=True)


class Transferred(Answer):
    id = f.identity()
    version = f.number("As in the ETag.")


class QuestionAsked(Asked):
    of = f.matching(f.ID, "Person who is asked.", required=True)
    question = said("What is asked.")


class Asking(Answer):
    id = f.identity()
    user_task_id = f.identity(attribute="item")


class Return(Asked):
    to = f.matching(r"^[A-Za-z_][A-Za-z0-9_.-]{0,199}$", "One of the return targets.",
                    required=True)  # fmt: skip
    defects = fields.List(
        f.text(offers.LIMIT_TEXT, least=1, pattern=f.WRITTEN),
        required=True,
        validate=validate.Length(1, correcting.MOST, error=f.OUT_OF_RANGE),
        metadata={"description": "Every defect, in one list."},
    )
    due_on = f.Day(required=True, metadata={"description": "Last day of the period."})


class Copying(Asked):
    to = fields.List(
        f.matching(f.ID),
        required=True,
        validate=validate.Length(1, copying.MOST, error=f.OUT_OF_RANGE),
        metadata={"description": "People who are told."},
    )
    note = said("Told to them.", optional=True)


class Copied(Answer):
    case_id = f.identity(attribute="case")
    copies = f.number()


class Urging(Asked):
    note = said("Told to whoever may do it.", optional=True)


class Urged(Answer):
    id = f.identity()
    case_id = f.identity(attribute="case")


# --- opinions, copies, comments ------------------------------------------------------------------


class Waiting(Answer):
    """An opinion that you are asked for."""

    id = f.identity()
    case_id = f.identity()
    user_task_id = f.identity(attribute="work_item_id")
    case_number = f.word(attribute="number")
    case_title = f.word(attribute="title")
    step = f.word()
    asked_by_name = f.word()
    question = f.word()
    asked_at = f.instant()
    due_on = f.day("Of the task.", optional=True)


class WaitingList(Answer):
    items = f.many(Waiting)


class OpinionAsked(Answer):
    id = f.identity()
    case_id = f.identity()
    user_task_id = f.identity(attribute="work_item_id")
    question = f.word()
    asked_at = f.instant()
    answer = f.word(optional=True)
    answered_at = f.instant(optional=True)


class Opinion(Asked):
    answer = said("The opinion.")


class Copy(Answer):
    """A case to which you were pointed for information."""

    id = f.identity()
    case_id = f.identity()
    case_number = f.word(attribute="number")
    case_title = f.word(attribute="title")
    case_state = f.word(attribute="state")
    regime = f.word()
    step = f.word()
    sent_by_name = f.word()
    note = f.word()
    sent_at = f.instant()
    read_at = f.instant("Null while you have not looked.", optional=True)


CopyPage = page_of(Copy, "CopyPage")


class CopyFilter(Asked):
    regime = f.matching(f.NAME, "For example `shanxi`.")
    text = f.text(LIMIT_SEARCH, "In the case's title or number.")


class CopyQuery(CopyFilter, ListQuery):
    """Arguments of the list."""


class CopySearch(Asked):
    filter = f.part(CopyFilter)
    page = f.part(PageAsked)


class ReadMark(Answer):
    case_id = f.identity()


class Comment(Answer):
    id = f.identity()
    person_name = f.word()
    person_name_en = f.word()
    body = f.word()
    internal = f.flag("Not for applicants.")
    created_at = f.instant()


class Comments(Answer):
    items = f.many(Comment)


class CommentWritten(Asked):
    body = said("What is written.")
    internal = f.Flag(metadata={"description": "Not for applicants; false when nothing is said."})


class Commented(Answer):
    id = f.identity()
    case_id = f.identity(attribute="case")


# --- deputies and handing over -------------------------------------------------------------------


class Deputy(Answer):
    """Who stands in for whom on which days, both included."""

    id = f.identity()
    person_id = f.identity("Who is away.")
    person_name = f.word()
    deputy_id = f.identity()
    deputy_name = f.word()
    from_on = f.day()
    until_on = f.day()
    set_by_name = f.word()
    phase = f.one_of(PHASES)
    ended_at = f.instant("When it was ended before its time.", optional=True)


class Deputies(Answer):
    items = f.many(Deputy)
    candidates = f.many(Colleague, "Who may be your deputy.")


class Appointing(Asked):
    deputy = f.matching(f.ID, "Person who stands in.", required=True)
    from_on = f.Day(required=True)
    until_on = f.Day(
        required=True,
        metadata={"description": f"At most {deputies.LONGEST.days} days after the first."},
    )
    absent = f.matching(f.ID, "Who is away, where the head of the office appoints.")


class Made(Answer):
    id = f.identity()


class HandoverAsked(Asked):
    leaver = f.matching(f.ID, "Who leaves.", required=True)
    successor = f.matching(f.ID, "Who takes over.", required=True)
    organisation_id = f.matching(f.ID, "The office that you head.", required=True)
    regime = f.matching(f.NAME, required=True)


class HandoverBrief(Answer):
    id = f.identity()
    from_person_id = f.identity(attribute="from_person")
    to_person_id = f.identity(attribute="to_person")
    organisation_id = f.identity()
    regime = f.word()
    started_at = f.instant()
    finished_at = f.instant(optional=True)


class Handovers(Answer):
    items = f.many(HandoverBrief)
    people = f.many(Colleague, "Who may leave or take over.")


class HandoverItem(Answer):
    user_task_id = f.identity(attribute="work_item_id")
    case_id = f.identity()
    case_number = f.word(attribute="number")
    case_title = f.word(attribute="title")
    name = f.word()
    status = f.one_of(HANDED)
    reason = f.word("Code of why it was kept.")


class Handover(HandoverBrief):
    from_name = f.word()
    to_name = f.word()
    organisation = f.word()
    waiting = f.number()
    moved = f.number()
    kept = f.number()
    items = f.many(HandoverItem)
