"""Logs: one line of JSON for each message, with the request and the case it belongs to.

What people typed never stands in a log; who, which request and which case do.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from typing import Any

from server import clock
from server.config import Config

context: ContextVar[dict[str, str] | None] = ContextVar("log_context", default=None)
"""What every line of the request under way carries: request, person, case."""

PLAIN = "%(levelname)s %(name)s %(message)s"


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time (UTC), level, logger, message; the context; the traceback of an exception."""
        line: dict[str, Any] = {
            "at": clock.machine().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **(context.get() or {}),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def use(config: Config) -> None:
    """Send what the process logs to standard error, as JSON or as plain text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines() if config.log_json else logging.Formatter(PLAIN))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
