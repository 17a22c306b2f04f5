"""User tasks."""

from __future__ import annotations

from server.views.api import fields as f
from server.views.api.fields import Answer, Asked
from server.views.api.schemas.common import (
    ClauseBrief,
    Deadline,
    ListQuery,
    Outcome,
    PageAsked,
    page_of,
    sort_of,
)
from server.views.query import LIMIT_TEXT
from server.work.dates import KINDS

SORTS = {"dueOn": "due", "openedAt": "arrived", "caseNumber": "number"}
"""Names of the API and those of server/work/inbox."""

DIRECTED = tuple(sign + name for name in SORTS for sign in ("", "-"))


class TaskFilter(Asked):
    state = f.choice(("open", "completed"), "`open` (when nothing is said) are those you may do.")
    role = f.matching(f.NAME, "Lane of the diagram, for example `authority`.")
    regime = f.matching(f.NAME, "For example `shanxi`.")
    text = f.text(LIMIT_TEXT, "In the name, the case's title or number.")


class TaskQuery(TaskFilter, ListQuery):
    sort = f.choice(DIRECTED, "`-` in front for descending; `completed` has an order of its own.")


TaskSort = sort_of(tuple(SORTS), "TaskSort")


class TaskSearch(Asked):
    filter = f.part(TaskFilter)
    sort = f.part(TaskSort, "Of open tasks; completed ones come with the last first.")
    page = f.part(PageAsked)


class Task(Answer):
    id = f.identity()
    case_id = f.identity()
    case_number = f.word(attribute="number")
    case_title = f.word(attribute="title")
    case_state = f.word(attribute="state")
    name = f.word("As the diagram has it.")
    process_id = f.word()
    element_id = f.word()
    role = f.word()
    regime = f.word()
    assignee_id = f.identity(optional=True)
    assignee_name = f.word(optional=True)
    claimed_at = f.instant(optional=True)
    opened_at = f.instant()
    completed_at = f.instant(optional=True)
    due_on = f.day(optional=True)
    due_kind = f.one_of(KINDS, optional=True)
    form = f.word("Id of its form; null when there is nothing to fill in.", optional=True)
    version = f.number("As in the ETag.")


TaskPage = page_of(Task, "TaskPage")


class TaskDetail(Task):
    status = f.one_of(("open", "completed", "cancelled"))
    mine = f.flag("You may do it, or somebody of your office may.")
    deadline = f.part(Deadline, "The legal date with its arithmetic.", optional=True)
    basis = f.many(ClauseBrief, "The clauses it carries out.")
    result = f.free("What you handed in yourself; null for what others did.", optional=True)


class RoleCount(Answer):
    role = f.word()
    count = f.number()
    overdue = f.number("Of these, past their date.")


class Counts(Answer):
    roles = f.many(RoleCount)
    total = f.number()
    overdue = f.number()


class Claimed(Answer):
    id = f.identity()
    version = f.number("As in the ETag.")


class Completion(Asked):
    data = f.data("Values by the names of the form's fields.", required=True)


class CompletionQuery(Asked):
    dry_run = f.Flag(
        metadata={
            "description": "Do everything, then take it back: the same checks, nothing happens.",
            "address": True,
        }
    )


class Completed(Outcome):
    dry_run = f.flag("Nothing of this has happened.")


class Draft(Answer):
    data = f.free("As it was typed; empty when nothing was kept.")
    saved_at = f.instant("Null when nothing was kept.", optional=True)


class DraftContent(Asked):
    data = f.data("Values by the names of the form's fields, complete or not.", required=True)
