"""Requests straight into the WSGI application: no socket, no client library in the measure."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import orjson
from flask import Flask

from tests.bench.office import Desk


def post(app: Flask, path: str, body: Any, desk: Desk | None = None, key: str = "") -> None:
    """POST JSON; raises AssertionError for any answer but 200."""
    content = orjson.dumps(body)
    answer = _call(app, _environ(path, content, desk, key))
    assert answer[0].startswith("200"), f"{path}: {answer}"


def get(app: Flask, path: str, desk: Desk, accept: str = "text/html") -> bytes:
    """GET a page; raises AssertionError for any answer but 200."""
    path, _, query = path.partition("?")
    asked = {"REQUEST_METHOD": "GET", "QUERY_STRING": quote(query, "=&"), "HTTP_ACCEPT": accept}
    answer = _call(app, _environ(path, b"", desk, "") | asked)
    assert answer[0].startswith("200"), f"{path}: {answer}"
    return answer[1]


def _environ(path: str, content: bytes, desk: Desk | None, key: str) -> dict[str, Any]:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return environ | (_signed(desk, key) if desk else {})


def _signed(desk: Desk, key: str) -> dict[str, str]:
    return {
        "HTTP_COOKIE": f"guicheng={desk.cookie}",
        "HTTP_X_CSRFTOKEN": desk.csrf,
        "HTTP_IDEMPOTENCY_KEY": key,
    }


def _call(app: Flask, environ: dict[str, Any]) -> tuple[str, bytes]:
    told: list[str] = []

    def start_response(status: str, headers: Any, error: Any = None) -> Any:
        told.append(status)
        return None

    parts: Iterable[bytes] = app(environ, start_response)
    return told[0], b"".join(parts)
