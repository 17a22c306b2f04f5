"""Working together: acts on tasks beside handing in, opinions, copies, comments, deputies."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from server import db
from server.errors import NotFound
from server.views import together as pages
from server.views.api import conditions, listing
from server.views.api.conditions import tagged
from server.views.api.resource import Resource
from server.views.api.schemas import together as schemas
from server.views.api.schemas.common import Outcome
from server.views.api.tasks import as_conflicts
from server.views.guards import acting
from server.work import access, cases, together
from server.work.together import (
    colleagues,
    comments,
    consult,
    copying,
    deputies,
    handing_over,
)

Json = dict[str, Any]

acts = Resource("user-task-acts", __name__, description="协同办理 · Acts on a task beside its form")
opinions = Resource("consultations", __name__, description="征求意见 · Opinions asked for")
copies = Resource("copies", __name__, description="抄送 · Cases told of for information")
remarks = Resource("comments", __name__, description="留言 · Remarks beside a case")
absences = Resource("deputies", __name__, description="代理 · Who stands in for whom")
leavings = Resource("handovers", __name__, description="移交 · What a leaver has in hand")


# --- acts on a task ------------------------------------------------------------------------------


@acts.operation("GET", "/user-tasks/<item_id>/acts", schemas.Shared, needs="user-task:see")
def list_acts(item_id: str) -> Json:
    """可办的协同操作

    The acts that you may try, why the task was opened again, opinions and copies.
    """
    with db.read() as tx:
        desk = cases.task(tx, g.person, item_id)
        found = cases.dossier(tx, g.person, desk.case["id"])
    return asdict(pages.shared_on(desk.item, found))


@acts.operation(
    "GET",
    "/user-tasks/<item_id>/acts/<act>",
    schemas.Preview,
    needs="user-task:see",
    refuses=(409, 422),
)
def preview_act(item_id: str, act: str) -> Json:
    """操作预览

    What an act needs and what it will do: whom it may go to, where it may return to, what it
    cancels. Nothing happens.
    """
    page = pages.prepared(item_id, act)
    targets = [
        {"element": way.element, "last": way.last, "returns_to_person": way.back_to is not None}
        for way in page.ways
    ]
    return {
        "act": act,
        "name": page.name,
        "possible": page.is_possible,
        "people": page.people,
        "return_targets": targets,
        "drawn": page.drawn,
        "following": page.following or None,
    }


@acts.operation(
    "POST",
    "/user-tasks/<item_id>/transfer",
    schemas.Transferred,
    guard=acting,
    needs="user-task:do",
    body=schemas.Transfer,
    keyed=True,
    versioned=True,
    tagged=True,
)
def transfer_user_task(item_id: str, body: Json) -> ResponseReturnValue:
    """转办

    Give a task to somebody of the same post, with its draft.
    """
    key, version = conditions.key(), conditions.seen_version()
    with as_conflicts():
        answer = together.transfer(
            g.person, item_id, version, body["to"], body.get("reason", ""), key
        )
    return answer, tagged(answer["version"])


@acts.operation(
    "POST",
    "/user-tasks/<item_id>/consultations",
    schemas.Asking,
    status=201,
    guard=acting,
    needs="user-task:hold",
    body=schemas.QuestionAsked,
    keyed=True,
    versioned=True,
)
def ask_for_opinion(item_id: str, body: Json) -> Json:
    """征求意见

    Ask somebody who may read the case; the task stays yours.
    """
    key, version = conditions.key(), conditions.seen_version()
    with as_conflicts():
        return together.ask(g.person, item_id, version, body["of"], body["question"], key)


@acts.operation(
    "POST",
    "/user-tasks/<item_id>/return",
    Outcome,
    guard=acting,
    needs="user-task:hold",
    body=schemas.Return,
    keyed=True,
    versioned=True,
)
def return_user_task(item_id: str, body: Json) -> Json:
    """退回补正

    Return the work with one list of all defects and a period; see the preview for where to.
    """
    key, version = conditions.key(), conditions.seen_version()
    with as_conflicts():
        return together.send_back(
            g.person, item_id, version, body["to"], body["defects"], body["due_on"], key
        )


@acts.operation(
    "POST",
    "/user-tasks/<item_id>/withdrawal",
    Outcome,
    guard=acting,
    needs="user-task:own",
    keyed=True,
    refuses=(409,),
)
def withdraw_user_task(item_id: str) -> Json:
    """撤回

    Take back what you have handed in, while nobody has begun on what follows.
    """
    return together.withdraw(g.person, item_id, conditions.key())


@acts.operation(
    "POST",
    "/user-tasks/<item_id>/copies",
    schemas.Copied,
    status=201,
    guard=acting,
    needs="case:read",
    body=schemas.Copying,
    keyed=True,
    refuses=(409,),
)
def send_copies(item_id: str, body: Json) -> Json:
    """抄送

    Point people who may read the case to it, for information.
    """
    return together.copy(g.person, item_id, body["to"], body.get("note", ""), conditions.key())


@acts.operation(
    "POST",
    "/user-tasks/<item_id>/urging",
    schemas.Urged,
    guard=acting,
    needs="case:read",
    body=schemas.Urging,
    keyed=True,
    refuses=(409,),
)
def urge_user_task(item_id: str, body: Json) -> Json:
    """催办

    Press for a task of others, once a day.
    """
    return together.urge(g.person, item_id, body.get("note", ""), conditions.key())


# --- opinions ------------------------------------------------------------------------------------


@opinions.operation("GET", "/consultations", schemas.WaitingList)
def list_consultations() -> Json:
    """待我答复

    What you are asked for an opinion on, the oldest first.
    """
    with db.read() as tx:
        return {"items": consult.waiting(tx, g.person)}


@opinions.operation(
    "GET", "/consultations/<consultation_id>", schemas.OpinionAsked, needs="consultation:asked"
)
def get_consultation(consultation_id: str) -> Json:
    """一次征求意见

    The question that you were asked.
    """
    return consult.asked_of(g.person, consultation_id)


@opinions.operation(
    "POST",
    "/consultations/<consultation_id>/opinion",
    schemas.Asking,
    status=201,
    guard=acting,
    needs="consultation:asked",
    body=schemas.Opinion,
    keyed=True,
    refuses=(409,),
)
def give_opinion(consultation_id: str, body: Json) -> Json:
    """答复

    Give the opinion; the task stays with whoever asked.
    """
    return together.answer(g.person, consultation_id, body["answer"], conditions.key())


# --- copies --------------------------------------------------------------------------------------


@copies.operation("GET", "/copies", schemas.CopyPage, query=schemas.CopyQuery)
def list_copies(query: Json) -> Json:
    """抄送我的

    Cases to which you were pointed, the newest first.
    """
    return _copies(query)


@copies.operation("POST", "/copies/search", schemas.CopyPage, body=schemas.CopySearch)
def search_copies(body: Json) -> Json:
    """查询抄送

    As the list, with filter and page in the body.
    """
    return _copies(listing.flat(body))


def _copies(asked: Json) -> Json:
    return listing.answer(copying.received(g.person, listing.wanted(asked), listing.size(asked)))


@copies.operation("PUT", "/copies/<copy_id>/read-mark", schemas.ReadMark, guard=acting, needs="own")
def mark_copy_read(copy_id: str) -> Json:
    """标为已阅

    You have looked at a copy; again changes nothing.
    """
    return {"case_id": together.mark_read(g.person, copy_id)}


# --- comments ------------------------------------------------------------------------------------


@remarks.operation("GET", "/cases/<case_id>/comments", schemas.Comments, needs="case:read")
def list_comments(case_id: str) -> Json:
    """留言

    What readers of the case wrote beside it, as you may read it, the oldest first.
    """
    with db.read() as tx:
        found = cases.readable(tx, g.person, case_id)
        return {"items": comments.of_case(tx, g.person, found)}


@remarks.operation(
    "POST",
    "/cases/<case_id>/comments",
    schemas.Commented,
    status=201,
    guard=acting,
    needs="case:read",
    body=schemas.CommentWritten,
    keyed=True,
)
def write_comment(case_id: str, body: Json) -> Json:
    """写留言

    Write beside a case; nothing can be changed or taken away later.
    """
    internal = body.get("internal", False)
    return together.comment(g.person, case_id, body["body"], internal, conditions.key())


# --- deputies ------------------------------------------------------------------------------------


@absences.operation("GET", "/deputies", schemas.Deputies)
def list_deputies() -> Json:
    """代理记录

    The deputies you have named or been, and who may be yours.
    """
    with db.read() as tx:
        return {
            "items": deputies.of_person(tx, g.person),
            "candidates": deputies.offered(tx, g.person),
        }


@absences.operation(
    "POST",
    "/deputies",
    schemas.Made,
    status=201,
    guard=acting,
    needs="own",
    body=schemas.Appointing,
    keyed=True,
    refuses=(404,),
)
def appoint_deputy(body: Json) -> Json:
    """设置代理

    Name a deputy for yourself, or as the head of an office for somebody there. A second one for
    the same days is refused.
    """
    whom = body["deputy"], body["from_on"], body["until_on"], body.get("absent")
    return {"id": together.appoint_deputy(g.person, *whom, conditions.key())}


@absences.operation("DELETE", "/deputies/<deputy_id>", None, status=204, guard=acting, needs="own")
def end_deputy(deputy_id: str) -> ResponseReturnValue:
    """结束代理

    End a deputy's period now; again changes nothing.
    """
    together.end_deputy(g.person, deputy_id)
    return conditions.nothing()


# --- handing over --------------------------------------------------------------------------------


@leavings.operation("GET", "/handovers", schemas.Handovers, needs="office:head", refuses=(404,))
def list_handovers() -> Json:
    """移交记录

    The handings over in the offices you head.
    """
    offices = [m.organisation_id for m in g.person.memberships if m.role == access.HEADS]
    if not offices:
        raise NotFound("没有找到这个页面")
    with db.read() as tx:
        rows = handing_over.begun_in(tx, offices)
        return {"items": rows, "people": colleagues.of_same_organisations(tx, g.person)}


@leavings.operation(
    "POST",
    "/handovers",
    schemas.Made,
    status=201,
    guard=acting,
    needs="office:head",
    body=schemas.HandoverAsked,
    keyed=True,
)
def begin_handover(body: Json) -> Json:
    """列出移交清单

    List what a leaver has in hand for a successor. Nothing is moved yet.
    """
    office = body["organisation_id"], body["regime"]
    people = body["leaver"], body["successor"]
    return {"id": together.hand_over(g.person, *people, *office, conditions.key())}


@leavings.operation("GET", "/handovers/<handover_id>", schemas.Handover, needs="office:head")
def get_handover(handover_id: str) -> Json:
    """一次移交

    How far it has come, task by task.
    """
    return together.progress(g.person, handover_id)


@leavings.operation(
    "POST", "/handovers/<handover_id>/batches", schemas.Handover, guard=acting, needs="office:head"
)
def go_on_with_handover(handover_id: str) -> Json:
    """移交下一批

    Move the next tasks, each an act of its own; repeat until none is waiting.
    """
    return together.go_on(g.person, handover_id)
