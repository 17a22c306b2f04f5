"""What can go wrong, and the one place that says so over HTTP.

Rooms raise the plain exceptions below; none of them knows HTTP. ``register`` maps each to an
RFC 9457 problem document for programs and to a page for people.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from server import db

log = logging.getLogger(__name__)


class Problem(Exception):
    """An act could not be done: ``code`` is stable, for programs; ``detail`` is for people."""

    status = 500
    code = "internal"
    title = "系统发生错误"
    headers: ClassVar[Mapping[str, str]] = {}
    """What the answer says beside its document."""

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        clauses: Sequence[str] = (),
        errors: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.code = code or self.code
        self.clauses = tuple(clauses)
        self.errors = {path: list(sentences) for path, sentences in (errors or {}).items()}


class Malformed(Problem):
    """The request itself cannot be read."""

    status, code, title = 400, "malformed", "请求格式不正确"


class NotSignedIn(Problem):
    """Nobody is signed in, or the session has ended."""

    status, code, title = 401, "not_signed_in", "请先登录"
    headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "Bearer"}


class NotAllowed(Problem):
    """The person may know of the thing but not do this with it."""

    status, code, title = 403, "not_allowed", "无权办理"


class NotFound(Problem):
    """It does not exist, or the person may not know that it does."""

    status, code, title = 404, "not_found", "没有找到"


class Stale(Problem):
    """Somebody else acted first."""

    status, code, title = 409, "stale", "内容已被他人更新"


class Outdated(Problem):
    """The version that the sender names is no longer the present one."""

    status, code, title = 412, "outdated", "版本已经变化"


class TooLarge(Problem):
    """More bytes than the limit."""

    status, code, title = 413, "too_large", "内容过大"


class WrongMedia(Problem):
    """The body is of a kind that is not read here."""

    status, code, title = 415, "wrong_media", "不接受这种格式的内容"


class Invalid(Problem):
    """Submitted values do not fit; ``errors`` maps a field's path to sentences."""

    status, code, title = 422, "invalid", "填写内容有误"


class Refused(Problem):
    """A rule said no; ``clauses`` are the legal basis."""

    status, code, title = 422, "refused", "不符合规定"


class Unconditional(Problem):
    """The sender must say which version they have seen."""

    status, code, title = 428, "version_required", "请说明所依据的版本"


class TooMany(Problem):
    """Too many attempts in a short time."""

    status, code, title = 429, "too_many", "操作过于频繁，请稍后再试"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "60"}


class Busy(Problem):
    """The database is not there, or let the act wait for too long; nothing was done."""

    status, code, title = 503, "busy", "系统繁忙，请稍后再试"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "2"}


Page = Callable[[Problem, str], str]
"""Renders a problem (and the incident number, "" when there is none) as an HTML page."""

Document = Callable[[Problem, str], dict[str, Any]]
"""Makes the JSON document of a problem and its incident number."""

PROGRAMS = "/api/"
"""Addresses where only programs ask."""


def wants_json() -> bool:
    """True for programs: a JSON body, or JSON preferred over HTML, or no preference and an address
    of theirs."""
    accept = request.accept_mimetypes
    if request.path.startswith(PROGRAMS):
        return accept.best_match(["application/json", "text/html"]) != "text/html"
    return request.is_json or accept.best_match(["text/html", "application/json"]) != "text/html"


def document(problem: Problem, incident: str = "") -> dict[str, Any]:
    """The RFC 9457 document of a problem."""
    body: dict[str, Any] = {
        "type": f"urn:guicheng:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
    }
    optional = {"clauses": problem.clauses, "errors": problem.errors, "incident": incident}
    return body | {name: value for name, value in optional.items() if value}


def from_http(error: HTTPException) -> Problem:
    """The problem that stands for one of werkzeug's own refusals."""
    status = error.code or 500
    known: dict[int, type[Problem]] = {
        kind.status: kind
        for kind in (
            Malformed,
            NotSignedIn,
            NotAllowed,
            NotFound,
            TooLarge,
            WrongMedia,
            TooMany,
            Busy,
        )
    }
    if status in known:
        return known[status]()
    problem = Problem(error.description or "", code=error.name.lower().replace(" ", "_"))
    problem.status, problem.title = status, error.name
    return problem


def register(app: Flask, page: Page, document: Document = document) -> None:
    """Install the one handler per family; ``page`` draws the HTML answer, ``document`` makes the
    one for programs."""

    def answer(problem: Problem, incident: str = "") -> Response:
        if wants_json():
            response = jsonify(document(problem, incident))
            response.content_type = "application/problem+json"
        else:
            response = Response(page(problem, incident), content_type="text/html; charset=utf-8")
        response.status_code = problem.status
        response.headers.update(problem.headers)
        return response

    @app.errorhandler(Problem)
    def known(problem: Problem) -> Response:
        return answer(problem)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        response = answer(from_http(error))
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response

    @app.errorhandler(DBAPIError)
    @app.errorhandler(PendingRollbackError)
    def database(error: DBAPIError | PendingRollbackError) -> Response:
        told = db.is_away(error) or db.is_passing(error)
        return answer(Busy()) if told else unforeseen(error)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        incident = uuid.uuid4().hex[:12]
        log.exception("incident %s", incident, exc_info=error)
        return answer(Problem("系统发生错误，已记录。请把编号告诉运维人员。"), incident)
