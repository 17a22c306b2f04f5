"""The built scripts and styles: names with a hash, so a browser may keep them for ever."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from flask import url_for
from markupsafe import Markup

DIST = Path(__file__).parent / "static" / "dist"


class Entry(TypedDict):
    """One entry of the bundle; file names inside ``static/dist``."""

    js: str
    preload: list[str]
    css: str | None


class NotBuilt(RuntimeError):
    """The bundle is missing; the sentence says how to make it."""


@cache
def manifest() -> dict[str, Entry]:
    """What ``npm run build`` in server/views/web wrote."""
    try:
        text = (DIST / "manifest.json").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotBuilt("the pages' scripts are not built: run `make web`") from error
    return cast("dict[str, Entry]", json.loads(text))


def asset(name: str) -> Markup:
    """The tags that bring one entry (``app``, ``form``, ``diagram``) into a page's head."""
    entry = manifest()[name]
    style = [_STYLE.format(_url(entry["css"]))] if entry["css"] else []
    preload = [_PRELOAD.format(_url(chunk)) for chunk in entry["preload"]]
    return Markup("\n").join([*style, *preload, _SCRIPT.format(_url(entry["js"]))])


_STYLE = Markup('<link rel="stylesheet" href="{}">')
_PRELOAD = Markup('<link rel="modulepreload" href="{}">')
_SCRIPT = Markup('<script type="module" src="{}"></script>')


def _url(name: str) -> str:
    return url_for("static", filename=f"dist/{name}")
