"""What a program sends: JSON of the expected shape, or Malformed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from server.errors import Malformed


@dataclass(frozen=True, slots=True)
class Submission:
    """A filled-in form. ``version`` is that of the work item as the person saw it; ``key`` makes
    a repeated request count once (None: the sender does not repeat).
    """

    data: dict[str, Any]
    version: int
    key: str | None


def submission() -> Submission:
    """The form in the body of this request; raises Malformed."""
    body = request.get_json()
    if not isinstance(body, dict):
        raise Malformed
    data, version = body.get("data"), body.get("version", 0)
    if not isinstance(data, dict) or type(version) is not int:
        raise Malformed
    return Submission(data, version, request.headers.get("Idempotency-Key"))


def form_key() -> str | None:
    """The key of a page's form that makes something (macro ``csrf_once``)."""
    return request.form.get("key") or None
