"""What the browser gets to draw a form: the schema in its language and only the data it names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask import current_app, url_for

from server.feel.values import from_host, to_json
from server.views.form_language import choices, in_language
from server.views.language import current

IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
CHOICES = "_choices"


def payload(
    form: bytes,
    context: Mapping[str, Any],
    urls: Mapping[str, str],
    draft: Mapping[str, Any] | None = None,
    documents: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The JSON in the page that src/form.js reads.

    ``urls`` has ``submit`` and, where drafts are kept, ``draft``; ``documents`` are those whose
    names the form may have to show.
    """
    return {
        "schema": _schema(form, current()),
        "data": {**named_data(form, context), **(draft or {})},
        "documents": [{name: one[name] for name in ("id", "name", "size")} for one in documents],
        "urls": {**shared_urls(), **urls},
        "limit": current_app.config["GUICHENG"].upload_limit,
    }


@lru_cache(maxsize=512)
def _schema(form: bytes, language: str) -> dict[str, Any]:
    """What a form looks like in a language; the same for the same content, and read only."""
    shown: dict[str, Any] = in_language(json.loads(form), language)
    return shown


@lru_cache(maxsize=512)
def _names(form: bytes) -> tuple[str, ...]:
    return tuple(sorted(set(IDENTIFIER.findall(form.decode()))))


def named_data(form: bytes, context: Mapping[str, Any]) -> dict[str, Any]:
    """The variables a form names somewhere, as JSON; nothing else of a case leaves the server."""
    found: dict[str, Any] = {
        name: to_json(from_host(context[name])) for name in _names(form) if name in context
    }
    return {
        name: choices(value, current()) if name.endswith(CHOICES) else value
        for name, value in found.items()
    }


def shared_urls() -> dict[str, str]:
    """Addresses every form may need."""
    return {
        "upload": url_for("documents.upload"),
        "document": url_for("documents.download", document_id="DOCUMENT"),
        "clause": url_for("clauses.one", clause_id="CLAUSE"),
        "token": url_for("session.token"),
        "signIn": url_for("session.sign_in"),
        "draft": "",
    }
