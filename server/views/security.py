"""What every request passes and every answer carries: session, CSRF token, headers."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, request

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
    "Cache-Control": "no-store",
}
"""What an answer says where it says nothing else of the same name."""


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


class Headed:
    """WSGI: nothing is framed, sniffed, loaded from elsewhere or kept by a cache, whoever of those
    inside answers."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            given = {name.title() for name, _ in headers}
            headers += [each for each in HEADERS.items() if each[0] not in given]
            return start_response(status, headers, *error)

        answer: Iterable[bytes] = self.app(environ, start)
        return answer


def register(app: Flask) -> None:
    """Install the check; the session must be known before (views/session.py)."""
    app.before_request(refuse_forgery)
