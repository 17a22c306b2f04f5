"""What every request passes and every answer carries: session, CSRF token, headers."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from server.errors import NotAllowed

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_FIELD = "csrf_token"
TOKEN_HEADER = "X-CSRFToken"

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FOR_EVER = "public, max-age=31536000, immutable"


def refuse_forgery() -> None:
    """Refuse a changing request that another site sent, or that lacks the session's token."""
    if request.method in SAFE:
        return
    if not _same_site() or not _token_fits():
        raise NotAllowed("页面已过期，请刷新后重试。", code="csrf")


def _same_site() -> bool:
    """Browsers say where a request comes from; programs without cookies have nothing to steal."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _token_fits() -> bool:
    expected: str | None = g.get("csrf")
    if expected is None:  # nobody is signed in: there is no session to abuse
        return True
    given = request.headers.get(TOKEN_HEADER) or request.form.get(TOKEN_FIELD, "")
    return hmac.compare_digest(given.encode(), expected.encode())


def add_headers(response: Response) -> Response:
    """Nothing is framed, sniffed, loaded from elsewhere or kept by a cache that is shared."""
    given = response.headers
    given.extend([each for each in HEADERS.items() if each[0] not in given])
    if request.path.startswith("/static/dist/"):
        response.headers["Cache-Control"] = FOR_EVER
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def register(app: Flask) -> None:
    """Install the checks; the session must be known before (views/session.py)."""
    app.before_request(refuse_forgery)
    app.after_request(add_headers)
