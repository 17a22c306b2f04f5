"""Logs: lines of JSON that carry their context."""

from __future__ import annotations

import json
import logging
import sys

from server.logs import Lines, context


def record(message: str, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("server.x", logging.WARNING, "x.py", 1, message, None, None)
    made.__dict__.update(more)
    return made


def test_a_line_is_one_line_of_json() -> None:
    line = Lines().format(record("两\n行"))
    assert "\n" not in line
    assert json.loads(line)["message"] == "两\n行"


def test_a_line_carries_the_context_of_its_request() -> None:
    token = context.set({"request": "r1", "case": "c1"})
    told = json.loads(Lines().format(record("x")))
    context.reset(token)
    assert (told["request"], told["case"], told["level"]) == ("r1", "c1", "warning")
    assert "request" not in json.loads(Lines().format(record("x")))


def test_an_exception_comes_with_its_traceback() -> None:
    try:
        raise ValueError("kaputt")
    except ValueError:
        failed = record("x", exc_info=sys.exc_info())
    assert "ValueError: kaputt" in json.loads(Lines().format(failed))["traceback"]
