"""A sentence for people that remembers how it was made, so that a page can say it in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

STOP = "。"


class Sentence(str):
    """The Chinese text itself; ``pattern`` is the key of its English, ``given`` what stands in it:
    texts, numbers, sentences, or tuples of texts that are enumerated."""

    __slots__ = ("given", "pattern")
    pattern: str
    given: Mapping[str, object]

    def said(self, say: Callable[[str], str], comma: str, stop: str) -> str:
        """The same in the words of ``say``; what ends twice ends once."""
        found = {name: _said(value, say, comma, stop) for name, value in self.given.items()}
        return (say(self.pattern) % found).replace(stop + stop, stop)


def told(pattern: str, **given: object) -> Sentence:
    """``told("没有“%(name)s”。", name=name)``."""
    plain = _bare(pattern, given)
    sentence = Sentence(plain.said(str, "、", STOP))
    sentence.pattern, sentence.given = pattern, plain.given
    return sentence


def kept(value: object) -> object:
    """A sentence, or a tuple of them, as JSON keeps it; what JSON has no word for as its text."""
    if isinstance(value, Sentence):
        return {"pattern": value.pattern, "given": {k: kept(v) for k, v in value.given.items()}}
    if isinstance(value, tuple):
        return [kept(each) for each in value]
    return value if value is None or isinstance(value, int | float) else str(value)


def recalled(value: Any) -> Any:
    """What ``kept`` made JSON of."""
    if isinstance(value, dict):
        return told(value["pattern"], **{k: recalled(v) for k, v in value["given"].items()})
    return tuple(map(recalled, value)) if isinstance(value, list) else value


def _bare(pattern: str, given: Mapping[str, object]) -> Sentence:
    sentence = Sentence(pattern)
    sentence.pattern = pattern
    sentence.given = {name: _told(value) for name, value in given.items()}
    return sentence


def _told(value: object) -> object:
    """Lists as tuples, exceptions as what they say."""
    if isinstance(value, Exception):
        return value.args[0] if value.args and isinstance(value.args[0], str) else str(value)
    return tuple(value) if isinstance(value, list) else value


def _said(value: object, say: Callable[[str], str], comma: str, stop: str) -> object:
    if isinstance(value, tuple):
        return comma.join(str(_said(each, say, comma, stop)) for each in value)
    if isinstance(value, Sentence):
        return value.said(say, comma, stop)
    return say(value) if isinstance(value, str) else value
