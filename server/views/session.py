"""Signing in and out, the session of a request, the language switch."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response
from werkzeug.datastructures import Authorization

from server.config import Config
from server.errors import PROGRAMS, NotSignedIn, Problem, TooMany
from server.views.guards import anyone
from server.views.language import COOKIE as LANGUAGE_COOKIE
from server.views.language import LOCALES
from server.work import arrival, sessions
from server.work.people import tokens
from server.work.sessions import Session

LIMIT_LOGIN, LIMIT_PASSWORD = 64, 200
A_YEAR = 365 * 24 * 60 * 60

bp = Blueprint("session", __name__)


def load() -> None:
    """Find out who asks: sets ``g.person``, ``g.scope`` and ``g.csrf``, all None for nobody, and
    ``g.seen``, the row of the work item that was read along (guards.with_item), or None.

    A token in the header Authorization opens the API only, and then no cookie counts.
    """
    g.person = g.scope = g.csrf = g.seen = None
    if request.path.startswith(PROGRAMS) and request.authorization:
        _load_bearer(request.authorization)
    elif request.endpoint != "static":
        _load_session(request.cookies.get(cookie_name(), ""))


def _load_bearer(given: Authorization) -> None:
    token = given.token if given.type == "bearer" else None
    if bearer := tokens.bearer(token) if token else None:
        g.person, g.scope = bearer.person, bearer.scope


def _load_session(cookie: str) -> None:
    if session := _session(cookie):
        g.person, g.scope, g.csrf = session.person, "act", session.csrf


def _session(cookie: str) -> Session | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if not hasattr(view, "with_item"):
        return sessions.current(cookie)
    key = request.headers.get("Idempotency-Key")
    item_id = (request.view_args or {})["item_id"]
    session, g.seen = arrival.at_item(cookie, item_id, key)
    return session


def cookie_name() -> str:
    """Over HTTPS the prefix makes browsers refuse the cookie from any other host or path."""
    return "__Host-guicheng" if config().secure_cookies else "guicheng"


def config() -> Config:
    """The settings of this installation."""
    settings: Config = current_app.config["GUICHENG"]
    return settings


@bp.get("/sign-in")
@anyone
def sign_in() -> ResponseReturnValue:
    """The form."""
    return form(request.args.get("next", ""))


@bp.post("/sign-in")
@anyone
def enter() -> ResponseReturnValue:
    """A new session, or the form again with the reason."""
    login = request.form.get("login", "").strip()[:LIMIT_LOGIN]
    password = request.form.get("password", "")[:LIMIT_PASSWORD]
    wanted = request.form.get("next", "")
    try:
        token = sessions.sign_in(login, password, request.remote_addr or "")
    except (NotSignedIn, TooMany) as problem:
        return form(wanted, login, problem), problem.status
    return with_token(redirect(inside(wanted), 303), token)


@bp.post("/sign-out")
@anyone
def sign_out() -> ResponseReturnValue:
    """End the session here and in the database."""
    sessions.sign_out(request.cookies.get(cookie_name(), ""))
    return with_token(redirect(url_for("session.sign_in"), 303), "")


@bp.get("/session")
@anyone
def token() -> ResponseReturnValue:
    """The CSRF token of the session, for a page that was open while the person signed in again."""
    if g.csrf is None:
        raise NotSignedIn
    return {"csrf": g.csrf}


@bp.get("/language/<code>")
@anyone
def switch_language(code: str) -> ResponseReturnValue:
    """Remember the language in this browser and go back."""
    answer = redirect(inside(request.args.get("next", "")), 303)
    if code in LOCALES:
        answer.set_cookie(LANGUAGE_COOKIE, code, max_age=A_YEAR, samesite="Lax", httponly=True)
    return answer


def form(wanted: str, login: str = "", problem: Problem | None = None) -> str:
    """The sign-in page; ``wanted`` is where to go afterwards."""
    return render_template(
        "sign_in.html",
        next=wanted,
        login=login,
        problem=problem,
        demonstration=config().demonstration,
        provider=config().oidc_name if config().oidc_issuer else "",
    )


def inside(address: str) -> str:
    """The address when it is a path of this site, else the first page: no open redirect."""
    parts = urlsplit(address)
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_path and not parts.netloc else url_for("inbox.home")


def with_token(answer: Response, value: str) -> Response:
    """The answer with the cookie of a session; an empty value takes the cookie away."""
    answer.set_cookie(
        cookie_name(),
        value,
        max_age=None if value else 0,
        secure=config().secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    return answer
