"""User tasks: what waits for the caller, claimed, drafted, handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from server import db
from server.errors import Invalid, NotAllowed, NotFound, Outdated, Stale
from server.views import reading
from server.views.api import conditions, listing
from server.views.api.conditions import tagged
from server.views.api.fields import NOT_LISTED
from server.views.api.resource import Resource
from server.views.api.schemas import tasks as schemas
from server.views.api.schemas.common import Form
from server.views.guards import acting
from server.work import cases, inbox, submission, worklist
from server.work.people import Person

Json = dict[str, Any]

room = Resource("user-tasks", __name__, description="待办事项 · Work that waits for people")


@room.operation("GET", "/user-tasks", schemas.TaskPage, query=schemas.TaskQuery)
def list_user_tasks(query: Json) -> Json:
    """我的待办

    The open tasks you may do or have claimed, or those you have handed in.
    """
    return _tasks(query, "query")


@room.operation("POST", "/user-tasks/search", schemas.TaskPage, body=schemas.TaskSearch)
def search_user_tasks(body: Json) -> Json:
    """查询待办

    As the list, with filter, sort and page in the body.
    """
    return _tasks(listing.flat(body), "body")


def _tasks(asked: Json, place: str) -> Json:
    wanted, size = listing.wanted(asked, schemas.SORTS), listing.size(asked)
    if asked.get("state") != "completed":
        return listing.answer(inbox.tasks(g.person, wanted, size))
    if "sort" in asked:
        raise Invalid(errors={f"{place}:/sort": [str(NOT_LISTED)]})
    return listing.answer(inbox.done(g.person, wanted, size))


@room.operation("GET", "/user-tasks/counts", schemas.Counts)
def count_user_tasks() -> Json:
    """待办数量

    How many open tasks wait for you, by role, and how many of them are past their date.
    """
    tabs = inbox.tabs(g.person, inbox.Wanted())
    return {
        "roles": tabs,
        "total": sum(tab.count for tab in tabs),
        "overdue": sum(tab.overdue for tab in tabs),
    }


@room.operation(
    "GET", "/user-tasks/<item_id>", schemas.TaskDetail, needs="user-task:see", tagged=True
)
def get_user_task(item_id: str) -> ResponseReturnValue:
    """一项待办

    A task you may do, or one of a case you may read, with its deadline's arithmetic and its legal
    basis.
    """
    told = reading.task_told(g.person, item_id)
    return told, tagged(told["version"])


@room.operation(
    "GET", "/user-tasks/<item_id>/form", Form, needs="user-task:hold", tagged=True, refuses=(403,)
)
def get_user_task_form(item_id: str) -> ResponseReturnValue:
    """待办的表单

    The form as published when the procedure began, with the values it shows and your draft. Claim
    the task first.
    """
    item, form = reading.task_form(g.person, item_id)
    if item["form"] is None:
        raise NotFound("该事项没有表单")
    if form is None:
        raise NotAllowed("签收后才能填写", code="not_claimed")
    return form, tagged(item["version"])


@room.operation(
    "POST",
    "/user-tasks/<item_id>/assignment",
    schemas.Claimed,
    guard=acting,
    needs="user-task:do",
    tagged=True,
    refuses=(409,),
)
def claim_user_task(item_id: str) -> ResponseReturnValue:
    """签收

    Take a task of your office for yourself. Again by the same person changes nothing; 409 when
    somebody else has it.
    """
    return _claimed(worklist.claim, item_id)


@room.operation(
    "DELETE",
    "/user-tasks/<item_id>/assignee",
    schemas.Claimed,
    guard=acting,
    needs="user-task:hold",
    tagged=True,
    refuses=(409,),
)
def release_user_task(item_id: str) -> ResponseReturnValue:
    """退回待签

    Hand a task you have claimed back to your office.
    """
    return _claimed(worklist.release, item_id)


def _claimed(act: Callable[[Person, str], Json], item_id: str) -> ResponseReturnValue:
    with as_conflicts():
        answer = act(g.person, item_id)
    return answer, tagged(answer["version"])


@contextmanager
def as_conflicts() -> Iterator[None]:
    """What somebody else did first, by the statuses of HTTP: 409 when they have the task or it is
    no longer open, 412 when its version has changed."""
    try:
        yield
    except NotAllowed as refusal:
        raise (Stale(refusal.detail, code=refusal.code) if _is_held(refusal) else refusal) from None
    except Stale as stale:
        raise (stale if stale.code == "not_open" else Outdated(stale.detail)) from None


def _is_held(refusal: NotAllowed) -> bool:
    return refusal.code == "claimed"


@room.operation(
    "POST",
    "/user-tasks/<item_id>/completion",
    schemas.Completed,
    guard=acting,
    needs="user-task:do",
    body=schemas.Completion,
    query=schemas.CompletionQuery,
    keyed=True,
    versioned=True,
)
def complete_user_task(item_id: str, body: Json, query: Json) -> Json:
    """办结

    Hand in the form. All or nothing: the procedure moves on and the next tasks open in the same
    transaction. With `dryRun=true` everything is done and then taken back.
    """
    key, version, data = conditions.key(), conditions.seen_version(), body["data"]
    is_dry = query.get("dry_run", False)
    with as_conflicts():
        if is_dry:
            answer = worklist.try_complete(g.person, item_id, version, data)
        else:
            answer = worklist.complete(g.person, item_id, version, data, key)
    return {**answer, "dry_run": is_dry}


# --- drafts -------------------------------------------------------------------------------------


@room.operation(
    "GET", "/user-tasks/<item_id>/draft", schemas.Draft, needs="user-task:see", tagged=True
)
def get_draft(item_id: str) -> ResponseReturnValue:
    """草稿

    What you have kept of this task; empty when you have kept nothing. Nobody sees it but you.
    """
    with db.read() as tx:
        cases.task(tx, g.person, item_id)
        kept = submission.kept_draft(tx, item_id, g.person)
    return kept, tagged(submission.draft_tag(kept["data"]))


@room.operation(
    "PUT",
    "/user-tasks/<item_id>/draft",
    schemas.Draft,
    guard=acting,
    needs="user-task:do",
    body=schemas.DraftContent,
    versioned=True,
    tagged=True,
)
def keep_draft(item_id: str, body: Json) -> ResponseReturnValue:
    """暂存

    Keep what is filled in so far; checked for kind and size only. `If-Match` names the draft that
    it replaces (GET answers an ETag when there is none, too).
    """
    data = body["data"]
    with as_conflicts():
        answer = worklist.save_draft(g.person, item_id, data, conditions.seen())
    saved_at = datetime.fromisoformat(answer["saved_at"])
    return {"data": data, "saved_at": saved_at}, tagged(submission.draft_tag(data))


@room.operation(
    "DELETE",
    "/user-tasks/<item_id>/draft",
    None,
    status=204,
    guard=acting,
    needs="user-task:do",
    versioned=True,
)
def discard_draft(item_id: str) -> ResponseReturnValue:
    """删除草稿

    Forget what you have kept of this task.
    """
    with as_conflicts():
        worklist.discard_draft(g.person, item_id, conditions.seen())
    return conditions.nothing()
