"""Filling in a form as a person would: what stands there already, the usual, the step's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from server import clock, db
from server.ids import new_id
from server.law.forms import Component, Schema, read
from server.models import documents
from server.studio.scenarios.scenario import Answers

TODAY = "today"
"""In the usual answers: the day on which the form is filled in; ``today+15`` is later."""

LATER = re.compile(r"today(?:\+(\d{1,4}))?", re.ASCII)

REQUIRED_FILE = "附件.pdf"
NO_CONTENT = "0" * 64
"""The hash that stands for the content of a file which exists by name only."""

TEXTS = ("textfield", "textarea")


def fill(
    form: bytes, known: Answers, usual: Answers, own: Answers, person: str, loose: bool
) -> dict[str, Any]:
    """What is submitted with a form; ``loose`` leaves out own answers that it does not ask.

    ``known`` is what the page was filled with, lists of choices included. Files are uploaded for
    the person by their names.
    """
    schema = read(form)
    keys = schema.writes
    given = {key: value for key, value in _offered(schema, usual, known).items() if key in keys}
    given |= {key: value for key, value in own.items() if not loose or key in keys}
    shown = {key: known[key] for key in keys if key in known and known[key] is not None}
    left = {k: v for k, v in _obvious(schema) if k not in shown and k not in given}
    sent = _sent({**left, **given})
    return {**_sent(shown), **_uploaded(sent, set(_attachments(schema)), person)}


def as_given(form: bytes, data: Answers, person: str) -> dict[str, Any]:
    """What a person has filled in themselves; files by their names become documents."""
    given: dict[str, Any] = _uploaded(data, set(_attachments(read(form))), person)
    return given


def _offered(schema: Schema, usual: Answers, known: Answers) -> Answers:
    """The usual answers; what is not among the choices offered is the first of them instead."""
    fitting = dict(usual)
    for component in schema.walk():
        choices, key = known.get(str(component.more.get("valuesKey"))), ".".join(component.path)
        if choices is not None and key in usual:
            fitting[key] = _first(usual[key], [choice["value"] for choice in choices])
    return fitting


def _first(usual: Any, offered: list[Any]) -> Any:
    if not isinstance(usual, list):
        return usual if usual in offered else next(iter(offered), None)
    return usual if set(usual) <= set(offered) else offered[: len(usual)]


def _obvious(schema: Schema) -> Iterator[tuple[str, Any]]:
    """Answers to required fields whose content no rule reads: texts, days, files."""
    for component in _always_shown(schema.components):
        if component.required and len(component.path) == 1:
            if component.type in TEXTS and not component.validate.get("pattern"):
                yield component.path[0], component.name
            elif component.type == "attachment":
                yield component.path[0], [REQUIRED_FILE]
            elif component.more.get("subtype") == "date":
                yield component.path[0], TODAY


def _always_shown(components: Iterable[Component]) -> Iterator[Component]:
    for component in components:
        if component.type == "group" and not component.hide and not component.path:
            yield from _always_shown(component.components)
        elif not component.hide:
            yield component


def _attachments(schema: Schema) -> Iterator[str]:
    return (each.path[-1] for each in schema.walk() if each.type == "attachment" and each.path)


def _sent(value: Any) -> Any:
    """A value as the browser sends it."""
    if isinstance(value, str) and (later := LATER.fullmatch(value)):
        return (clock.today() + timedelta(days=int(later[1] or 0))).isoformat()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _sent(each) for key, each in value.items()}
    return [_sent(each) for each in value] if isinstance(value, list) else value


def _uploaded(value: Any, fields: set[str], person: str) -> Any:
    """The same with the names of files replaced by documents of this person."""
    if isinstance(value, list):
        return [_uploaded(each, fields, person) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: [_document(str(name), person) for name in each]
        if key in fields and isinstance(each, list)
        else _uploaded(each, fields, person)
        for key, each in value.items()
    }


def _document(name: str, person: str) -> str:
    row = {"id": new_id(), "sha": NO_CONTENT, "name": name, "media_type": "application/pdf"}
    told = {"size": 1, "uploaded_by": person, "uploaded_at": clock.now()}
    with db.transaction() as tx:
        tx.execute(insert(documents).values(**row, **told))
    return row["id"]
