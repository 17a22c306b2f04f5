"""Signing in through a provider (OpenID Connect) beside local accounts.

The provider says who somebody is, an administrator has said which account that is, and nobody gets
an account or an office on the way. The routes are there only where a provider is configured.
"""

from __future__ import annotations

from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError

from server.config import Config
from server.errors import NotSignedIn, Problem
from server.views.guards import anyone
from server.views.session import config, form, inside, with_token
from server.work import sessions
from server.work.people import identified

NEXT = "single_sign_on_next"
EXTENSION = "authlib.integrations.flask_client"
FAULTS = (AuthlibBaseError, JoseError, ValueError, KeyError, OSError)
"""What goes wrong at the provider, on the way to it, or in what it says."""

bp = Blueprint("single_sign_on", __name__, url_prefix="/sign-in/provider")


@bp.get("")
@anyone
def ask() -> ResponseReturnValue:
    """Send the person to the provider."""
    wanted = session[NEXT] = inside(request.args.get("next", ""))
    back = url_for("single_sign_on.come_back", _external=True)
    try:
        sent: ResponseReturnValue = _provider().authorize_redirect(back)
    except FAULTS:
        problem = _refusal()
        return form(wanted, problem=problem), problem.status
    return sent


@bp.get("/back")
@anyone
def come_back() -> ResponseReturnValue:
    """A session for whoever the provider says it is, or the form with the reason."""
    wanted = inside(session.pop(NEXT, ""))
    try:
        token = _enter(_subject())
    except NotSignedIn as problem:
        return form(wanted, problem=problem), problem.status
    return with_token(redirect(wanted, 303), token)


def _subject() -> str:
    """Who the provider says it is; state, nonce, PKCE and the ID token are checked by Authlib."""
    try:
        told: dict[str, Any] = _provider().authorize_access_token()
    except FAULTS as error:
        raise _refusal() from error
    claims = told.get("userinfo") or {}
    if claims.get("iss") != config().oidc_issuer or not claims.get("sub"):
        raise _refusal()
    return str(claims["sub"])


def _provider() -> Any:
    return current_app.extensions[EXTENSION].provider


def _refusal() -> Problem:
    return NotSignedIn("统一身份认证没有通过，请重试或用本系统账号登录。", code="provider")


def _enter(subject: str) -> str:
    address = request.remote_addr or ""
    person_id = identified(config().oidc_issuer, subject, address)
    return sessions.enter(person_id, address, "oidc")


def register(app: Flask, settings: Config) -> None:
    """Install the routes where a provider is configured."""
    if not settings.oidc_issuer:
        return
    OAuth(app).register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_secret_file.read_text(encoding="utf-8").strip(),
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256"},
    )
    app.register_blueprint(bp)
