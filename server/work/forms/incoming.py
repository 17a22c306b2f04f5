"""What arrives with a submission, before a single value is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from marshmallow import missing

from server.work.forms.choices import Attachments, Choice
from server.work.forms.complaints import Complaint
from server.work.forms.plan import Path, Plan, dig
from server.work.forms.rows import rows_of
from server.work.forms.situation import Attached, Documents, as_json

LIMIT_ALL_DOCUMENTS = 200
LIMIT_ALL_CHOSEN = 1000
"""Of more than that it is not asked one by one whether they are on offer."""

EVERYTHING = frozenset({"data", "this", "parent", "_data_", "_this_", "_parent_"})
"""Names by which an expression may read any variable."""


def undeclared(
    plan: Plan, data: Mapping[str, Any], at: str = ""
) -> Iterator[tuple[str, list[Complaint]]]:
    """Names that the form does not have, rows included: no case has a back door."""
    yield from _strangers(plan.declared, data, at)
    for leaf in plan.leaves:
        if leaf.rows:
            for number, row in rows_of(dig(data, leaf.path)):
                yield from undeclared(leaf.rows, row, f"{at}{dotted(leaf.path)}.{number}.")


def _strangers(
    declared: Mapping[str, Any], data: Mapping[str, Any], at: str
) -> Iterator[tuple[str, list[Complaint]]]:
    for name, value in data.items():
        inner = declared.get(name, missing)
        if inner is missing:
            yield f"{at}{str(name)[:64]}", [Complaint("unknown")]
        elif inner is not None and isinstance(value, Mapping):
            yield from _strangers(inner, value, f"{at}{name}.")
        elif inner is not None and value is not None:
            yield f"{at}{name}", [Complaint("type")]


def dotted(path: Path) -> str:
    """A path as form-js writes it: ``leader.name``."""
    return ".".join(path)


def known(plan: Plan, context: Mapping[str, Any]) -> dict[str, Any]:
    """The context as the browser has it: what the form asks for, as JSON."""
    wanted = plan.reads | plan.options
    found = context.keys() if plan.reads & EVERYTHING else wanted & context.keys()
    return {name: as_json(context[name]) for name in found}


def chosen(plan: Plan, data: Mapping[str, Any], name: str) -> list[str] | None:
    """What a submission has chosen of the options in a variable; None where that is not all the
    form asks of them."""
    if plan.reads & {name, *EVERYTHING}:
        return None
    found = list(islice(_chosen(plan, data, name), LIMIT_ALL_CHOSEN + 1))
    return found if len(found) <= LIMIT_ALL_CHOSEN else None


def _chosen(plan: Plan, data: Mapping[str, Any], name: str) -> Iterator[str]:
    for leaf in plan.leaves:
        value = dig(data, leaf.path)
        if isinstance(leaf.field, Choice) and leaf.field.source == name:
            values = value if isinstance(value, list) else [value]
            yield from (each for each in values if isinstance(each, str))
        elif leaf.rows:
            for _, row in rows_of(value):
                yield from _chosen(leaf.rows, row, name)


def attached_to(
    plan: Plan, data: Mapping[str, Any], documents: Documents
) -> Mapping[str, Attached]:
    """All attachments of the submission by id, asked for once."""
    ids = list(dict.fromkeys(islice(_document_ids(plan, data), LIMIT_ALL_DOCUMENTS)))
    return {document.id: document for document in documents(ids)} if ids else {}


def _document_ids(plan: Plan, data: Mapping[str, Any]) -> Iterator[str]:
    for leaf in plan.leaves:
        value = dig(data, leaf.path)
        if isinstance(leaf.field, Attachments) and isinstance(value, list):
            yield from (item for item in value if isinstance(item, str) and len(item) <= 64)
        elif leaf.rows:
            for _, row in rows_of(value):
                yield from _document_ids(leaf.rows, row)
