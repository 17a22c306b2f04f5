"""How JSON and numbers in addresses are read: what cannot be kept is malformed, not a fault."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1
"""The largest number in an address: those of the database have 32 bits."""


class StrictJson(DefaultJSONProvider):
    """Reads JSON as RFC 8259 has it: no NaN, no half of a surrogate pair, at most 1024 levels."""

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)


class SmallInteger(IntegerConverter):
    """A number that the database can look for; a larger one is the address of nothing."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"max": LARGEST, **settings})


def register(app: Flask) -> None:
    """Read so from now on; before any route."""
    app.json = StrictJson(app)
    app.url_map.converters["int"] = SmallInteger
