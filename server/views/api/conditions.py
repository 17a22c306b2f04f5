"""Headers that make a request safe to repeat or to race: Idempotency-Key, If-Match, ETag."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, request
from flask_babel import gettext

from server.errors import Malformed, Unconditional
from server.work.journal import fingerprint

KEY = r"^[!-~]{1,100}$"
TAG = r'^"[0-9a-f]{1,16}"$'

NO_VERSION = -1
"""A version that nothing has, so that what is not found is told before what is outdated."""

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "Chosen by the sender, unique per act. The same key with the same body gets the "
    "stored answer; with another body it is refused (422).",
    "schema": {"type": "string", "pattern": KEY, "minLength": 1, "maxLength": 100},
    "example": "5f0c1c9e-6a53-4a55-8a0e-6f2f2a1f7f10",
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "The ETag of what the sender has seen. 428 without it, 412 when it is outdated.",
    "schema": {"type": "string", "pattern": TAG, "maxLength": 18},
    "example": '"3"',
}
ETAG = {"ETag": {"description": "For If-Match.", "schema": {"type": "string", "pattern": TAG}}}


def key() -> str:
    """The request's own name; raises Malformed."""
    given = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(KEY, given, re.ASCII):
        raise Malformed(gettext("请给出请求标识 Idempotency-Key"), code="idempotency_key_required")
    return given


def seen() -> str:
    """The tag that the sender has seen, without quotes; raises Unconditional or Malformed."""
    given = request.headers.get("If-Match")
    if given is None:
        raise Unconditional
    if not re.fullmatch(TAG, given, re.ASCII):
        raise Malformed(gettext("If-Match 应为带引号的版本标识"), code="bad_tag")
    return given.strip('"')


def seen_version() -> int:
    """The version number that the sender has seen; that of nothing for a tag that is none."""
    tag = seen()
    return int(tag) if re.fullmatch("[0-9]{1,9}", tag, re.ASCII) else NO_VERSION


def tag_of(content: Any) -> str:
    """A tag for something that has no version of its own."""
    return fingerprint(content)[:16]


def tagged(tag: object) -> dict[str, str]:
    """The header that names the present version."""
    return {"ETag": f'"{tag}"'}


def nothing() -> Response:
    """Done, with nothing to say."""
    return Response(status=204)
