"""Who asks, their tokens and reminders; documents, messages, panels, incidents."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from server import db
from server.errors import Malformed
from server.views import reading
from server.views.api import conditions, listing
from server.views.api.resource import Resource
from server.views.api.schemas import office as schemas
from server.views.api.schemas.common import Outcome
from server.views.guards import acting, in_person
from server.work import cases, documents, incidents, reminders, worklist
from server.work.people import tokens

Json = dict[str, Any]

session = Resource("session", __name__, description="当前用户 · Who asks")
access_tokens = Resource("tokens", __name__, description="访问令牌 · Tokens of programs")
notes = Resource("reminders", __name__, description="提醒 · Reminders")
papers = Resource("documents", __name__, description="材料 · Attachments")
messages = Resource("messages", __name__, description="办理入口 · Messages a case waits for")
seats = Resource("panel-seats", __name__, description="专家席位 · Panels in session")
faults = Resource("incidents", __name__, description="故障 · Automatic steps that failed")


@session.operation("GET", "/session", schemas.Session)
def get_session() -> Json:
    """当前用户

    Who you are, the offices you hold, what your credentials may do.
    """
    person = g.person
    told = {name: getattr(person, name) for name in ("id", "login", "name", "name_en", "locale")}
    credentials = "token" if g.csrf is None else "session"
    held = {"memberships": person.memberships, "credentials": credentials, "scope": g.scope}
    return told | held


# --- tokens -------------------------------------------------------------------------------------


@access_tokens.operation("GET", "/tokens", schemas.Tokens, guard=in_person)
def list_tokens() -> Json:
    """访问令牌

    Your tokens that have not ended.
    """
    return {"items": tokens.of_person(g.person.id)}


@access_tokens.operation(
    "POST",
    "/tokens",
    schemas.TokenMade,
    status=201,
    guard=in_person,
    body=schemas.TokenAsked,
    keyed=True,
    refuses=(404,),
)
def create_token(body: Json) -> Json:
    """新建令牌

    The token is shown this once and kept nowhere; a repeated request is told of it without it, or
    404 when it has been revoked.
    """
    wanted = body["name"], body["scope"], body["days"]
    row, token = tokens.create(g.person.id, *wanted, conditions.key())
    return row | {"token": token or None}


@access_tokens.operation("DELETE", "/tokens/<token_id>", None, status=204, guard=in_person)
def revoke_token(token_id: str) -> ResponseReturnValue:
    """撤销令牌

    The token ends at once.
    """
    tokens.revoke(g.person.id, token_id)
    return conditions.nothing()


# --- reminders ----------------------------------------------------------------------------------


@notes.operation("GET", "/reminders", schemas.Reminders)
def list_reminders() -> Json:
    """提醒

    What you have been reminded of, one row a day, the newest first.
    """
    with db.read() as tx:
        rows, unread = reminders.of_person(tx, g.person), reminders.unread(tx, g.person)
    return {"items": rows, "unread": unread}


@notes.operation(
    "PUT", "/reminders/<reminder_id>/read-mark", None, status=204, guard=acting, needs="own"
)
def mark_reminder_read(reminder_id: str) -> ResponseReturnValue:
    """标为已读

    You have read a reminder.
    """
    reminders.mark_read(g.person, reminder_id)
    return conditions.nothing()


# --- documents ----------------------------------------------------------------------------------


@papers.operation(
    "POST",
    "/documents",
    schemas.Document,
    status=201,
    guard=acting,
    body=schemas.Upload,
    receives="multipart/form-data",
    keyed=True,
)
def upload_document(body: Json) -> Any:
    """上传材料

    Keep one file for a form that is still being filled in; name its id in the form's data.
    """
    key, file = conditions.key(), body["file"]
    if not file.filename:
        raise Malformed("没有收到文件")
    return documents.upload(g.person.id, file.filename, cast("BinaryIO", file.stream), key=key)


@papers.operation("GET", "/documents/<document_id>", schemas.Document, needs="document:read")
def get_document(document_id: str) -> Json:
    """一份材料

    Name, kind, size.
    """
    with db.read() as tx:
        return cases.document(tx, g.person, document_id)


@papers.operation(
    "GET",
    "/documents/<document_id>/content",
    {"type": "string", "format": "binary"},
    needs="document:read",
    media="*/*",
)
def download_document(document_id: str) -> Response:
    """下载材料

    The file as it was uploaded.
    """
    with db.read() as tx:
        document = documents.Document(**cases.document(tx, g.person, document_id))
    content = wrap_file(request.environ, documents.open_file(document))
    return Response(content, headers=documents.headers(document), direct_passthrough=True)


# --- messages -----------------------------------------------------------------------------------


@messages.operation("GET", "/messages/<waiting_id>", schemas.Message, needs="message:bring")
def get_message(waiting_id: str) -> Json:
    """办理入口

    A message that you may bring to a case, with its form: an objection for instance.
    """
    page = reading.entrance_page(g.person, waiting_id)
    return {**page.waiting, "form": page.payload}


@messages.operation(
    "POST",
    "/messages/<waiting_id>/correlation",
    Outcome,
    guard=acting,
    needs="message:bring",
    body=schemas.Delivery,
    keyed=True,
    refuses=(409,),
)
def deliver_message(waiting_id: str, body: Json) -> Json:
    """提出

    Bring the message by its form; the procedure that waits for it goes on.
    """
    return worklist.deliver(g.person, waiting_id, body["data"], conditions.key())


# --- panels -------------------------------------------------------------------------------------


@seats.operation("GET", "/panel-seats/<item_id>", schemas.Seat, needs="panel:keep")
def get_seat(item_id: str) -> Json:
    """专家席位

    A seat of a panel in session, and the experts who could take it.
    """
    page = reading.seat_page(g.person, item_id)
    return {**page.item, "case_id": page.case["id"], "experts": page.experts}


@seats.operation(
    "POST",
    "/panel-seats/<item_id>/replacement",
    Outcome,
    guard=acting,
    needs="panel:keep",
    body=schemas.Replacement,
    keyed=True,
    refuses=(409,),
)
def replace_expert(item_id: str, body: Json) -> Json:
    """更换专家

    Put another expert in the place, after the check for conflicts of interest.
    """
    key = conditions.key()
    return worklist.replace_expert(g.person, item_id, body["expert_id"], body["reason"], key)


@seats.operation(
    "POST",
    "/panel-seats/<item_id>/withdrawal",
    Outcome,
    guard=acting,
    needs="panel:keep",
    body=schemas.Withdrawal,
    keyed=True,
    refuses=(409,),
)
def withdraw_expert(item_id: str, body: Json) -> Json:
    """撤回专家

    Take an expert off the panel; the others go on.
    """
    return worklist.withdraw_expert(g.person, item_id, body["reason"], conditions.key())


# --- incidents ----------------------------------------------------------------------------------


@faults.operation(
    "GET", "/incidents", schemas.IncidentPage, needs="operate", query=schemas.IncidentQuery
)
def list_incidents(query: Json) -> Json:
    """故障

    Automatic steps that failed for good in the regimes you operate, the newest first.
    """
    wanted, size = listing.wanted(query), listing.size(query)
    return listing.answer(incidents.incidents(g.person, wanted, size))


@faults.operation(
    "POST",
    "/incidents/<job_id>/retry",
    schemas.Retried,
    guard=acting,
    needs="operate",
    refuses=(409,),
)
def retry_incident(job_id: str) -> Json:
    """重新执行

    Have the failed step tried again at once.
    """
    return worklist.retry(g.person, job_id)
