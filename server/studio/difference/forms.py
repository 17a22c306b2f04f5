"""Two versions of a form, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from server.studio.difference.change import LABEL, Change, Facts, changes

IGNORED = frozenset({"components", "layout", "id"})


def compare(before: bytes, after: bytes) -> Iterator[Change]:
    """Fields by their key, texts by their id; one line for each setting that differs."""
    return changes(_facts(before), _facts(after))


def _facts(content: bytes) -> Facts:
    try:
        schema = json.loads(content) if content else {}
    except ValueError:
        return {}
    fields = _fields(schema if isinstance(schema, dict) else {}, "")
    return {name: _of_field(field) for name, field in fields}


def _fields(holder: Mapping[str, Any], place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for field in holder.get("components", ()):
        name = str(field.get("key") or field.get("path") or field.get("id"))
        yield place + name, field
        yield from _fields(field, f"{place}{name}/")


def _of_field(field: Mapping[str, Any]) -> dict[str, str]:
    told = {key: _text(value) for key, value in field.items() if key not in IGNORED}
    label = field.get("label") or field.get("dateLabel") or field.get("text") or field.get("key")
    return {LABEL: str(label or field.get("id"))[:60], **told}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
