"""What a program sends, read strictly: each argument once, nothing that is not declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from flask_babel import gettext
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from server.errors import Invalid

LIMIT_COMPLAINTS = 50

PLACES = {"json": "body", "query": "query", "files": "body"}
"""Where webargs looks, and what a problem document calls it."""


class Parser(FlaskParser):
    """Raises Invalid with a pointer for each complaint; Malformed or WrongMedia by Flask's JSON."""

    USE_ARGS_POSITIONAL = False
    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": RAISE, "files": RAISE}  # noqa: RUF012

    def load_json(self, req: Any, schema: Schema) -> Any:
        """The body; Flask refuses what is no JSON."""
        return req.get_json()

    def load_querystring(self, req: Any, schema: Schema) -> Any:
        """The arguments of the address."""
        twice = {name for name in req.args if len(req.args.getlist(name)) > 1}
        if twice:
            raise ValidationError({name: [gettext("只能给出一次。")] for name in twice})
        return super().load_querystring(req, schema)

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        """All complaints of one place."""
        [(location, messages)] = error.messages_dict.items()
        found = list(_complaints(f"{PLACES[location]}:", messages))
        raise Invalid(errors=dict(found[:LIMIT_COMPLAINTS])) from error


def _complaints(at: str, messages: Any) -> Iterator[tuple[str, list[str]]]:
    """Pointer to sentences, however deep they lie."""
    if not isinstance(messages, dict):
        yield at, [str(sentence) for sentence in messages]
        return
    for name, inner in messages.items():
        is_whole = name == "_schema"
        yield from _complaints(at if is_whole else f"{at}/{escaped(str(name))}", inner)


def escaped(name: str) -> str:
    """A name as a part of a JSON pointer (RFC 6901)."""
    return name[:100].replace("~", "~0").replace("/", "~1")
