"""Every request has a number; whatever is logged while it runs carries it."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from server import logs

log = logging.getLogger("server.requests")

HEADER = "X-Request-ID"
FITTING = re.compile(r"[A-Za-z0-9_-]{8,64}")
QUIET = ("/healthz", "/readyz", "/metrics", "/static/")


def register(app: Flask) -> None:
    """Number each request, answer with the number, write one line about it."""
    app.before_request(_number)
    app.after_request(_tell)
    app.teardown_request(_forget)


def _number() -> None:
    """The number a proxy has given, where it is one, else a new one."""
    given = request.headers.get(HEADER, "")
    g.request_id = given if FITTING.fullmatch(given) else secrets.token_hex(8)
    g.arrived = time.monotonic()
    case = (request.view_args or {}).get("case_id", "")
    told = {"request": g.request_id, "case": case}
    logs.context.set({name: value for name, value in told.items() if value})


def _tell(response: Response) -> Response:
    if "request_id" in g:
        response.headers[HEADER] = g.request_id
        if not request.path.startswith(QUIET):
            _write(response)
    return response


def _forget(_: BaseException | None) -> None:
    logs.context.set(None)


def _write(response: Response) -> None:
    person = g.get("person")
    told = {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "milliseconds": round((time.monotonic() - g.arrived) * 1000),
        "person": person.id if person else "",
    }
    log.info("%s %s %s", request.method, request.path, response.status_code, extra={"told": told})
