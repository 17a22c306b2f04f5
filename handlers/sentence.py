"""A sentence of a rule that remembers how it was made, so that a page can say it in English."""

from collections.abc import Mapping
from datetime import date


class Sentence(str):
    """The Chinese text itself; ``pattern`` is the key of its English, ``given`` what stands in it:
    texts, numbers, dates, sentences, or lists of them, which are enumerated."""

    __slots__ = ("given", "pattern")
    pattern: str
    given: Mapping[str, object]


def told(pattern: str, **given: object) -> str:
    """``told("%(year)s年尚未结束。", year=2026)``; days are written 2026-01-31."""
    known = {name: _known(value) for name, value in given.items()}
    sentence = Sentence(pattern % {name: _text(value) for name, value in known.items()})
    sentence.pattern, sentence.given = pattern, known
    return sentence


def _known(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return [_known(each) for each in value]
    if isinstance(value, Exception):
        return value.args[0] if value.args else str(value)
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else value


def _text(value: object) -> str:
    return "、".join(map(_text, value)) if isinstance(value, list) else str(value)
