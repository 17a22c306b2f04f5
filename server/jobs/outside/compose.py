"""The words of a message: number, title, task, date and link, from a template in each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

import server
from server.config import Config
from server.work.sql import Row

HERE = Path(__file__).parent
LABELS = Path(server.__file__).parent / "views/translations/en/LC_MESSAGES/labels.po"
"""The English names of the steps, which the pages use as well."""

MOST = 50
"""Things that one message tells; further ones are counted."""

LIMIT_SUBJECT = 150


@dataclass(slots=True)
class _Rules:
    public_url: str = ""


_rules = _Rules()


@dataclass(frozen=True, slots=True)
class Text:
    """A message in words."""

    subject: str
    body: str


def use(config: Config) -> None:
    """Where links lead."""
    address = f"http://{config.host}:{config.port}" if config.demonstration else ""
    _rules.public_url = (config.public_url or address).rstrip("/")


def text(lines: Sequence[Row], locale: str) -> Text:
    """What a person or a robot reads."""
    said = [described(line, locale) for line in lines]
    words = _words(locale)
    told = [_paragraph(each, words) for each in said[:MOST]]
    if len(said) > MOST:
        told.append(words["more"].format(count=len(said) - MOST))
    head = words["one"].format(**said[0]) if len(said) == 1 else _many(len(said), words)
    return Text(head[:LIMIT_SUBJECT], "\n\n".join([*told, words["closing"]]))


def described(line: Row, locale: str) -> Row:
    """A thing with its event and its step in words and its link."""
    words = _words(locale)
    title = (line.get("title_en") or _label(line["title"])) if locale == "en" else line["title"]
    told = {name: line[name] for name in ("number", "case_title", "due_on")}
    return told | {"title": title, "event": _event(line, words), "link": link(line)}


def link(line: Row) -> str:
    """Where it is done or read; empty where the office has not said under which address it is."""
    place = f"/tasks/{line['item']}" if line.get("item") else f"/cases/{line['case']}"
    return _rules.public_url and _rules.public_url + place


def _many(count: int, words: Mapping[str, str]) -> str:
    return words["many"].format(count=count)


def _paragraph(said: Row, words: Mapping[str, str]) -> str:
    lines = [words["line"].format(**said), words["case"].format(**said)]
    lines += [words["due"].format(**said)] if said["due_on"] else []
    return "\n".join([*lines, said["link"]]).rstrip()


def _event(line: Row, words: Mapping[str, str]) -> str:
    days = line.get("days")
    if line["event"] != "due" or days is None:
        return words.get(line["event"], words["other"])
    name = "due_today" if days == 0 else "due_after" if days > 0 else "due_before"
    return words[name].format(days=abs(days))


@cache
def _words(locale: str) -> Mapping[str, str]:
    return tomllib.loads((HERE / f"{locale}.toml").read_text(encoding="utf-8"))


def _label(name: str) -> str:
    return _labels().get(name) or name


@cache
def _labels() -> Mapping[str, Any]:
    with LABELS.open("rb") as file:
        return {str(message.id): message.string for message in read_po(file, "en")}
