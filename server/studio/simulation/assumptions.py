"""What is assumed of the days to come: answers laid over the usual ones, procedures started.

``extension_months=6`` lays an answer over the usual one wherever a form asks for it; of
``acceptance_verdict=rectify,pass`` the first form takes the first value, the next the second,
and so on. A word (``extended``) is a bundle from ``assumptions`` of the regime's usual answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from server.studio.scenarios.document import Unreadable, read
from server.studio.scenarios.usual import Usual

ORDINARY = "ordinary"
"""The bundle that always holds: what somebody starts on the last lawful day."""

LIMIT_ASSUMPTIONS = 50


@dataclass(frozen=True, slots=True)
class Start:
    """A procedure that somebody starts: so many days before the last day of an open date of the
    case, or on the day its window ``opens``; ``after`` others, where they are
    assumed or under way."""

    procedure: str
    milestone: str
    days_before: int = 0
    opens: bool = False
    after: tuple[str, ...] = ()

    def day(self, dates: tuple[date | None, date] | None) -> date | None:
        """The day, from first and last day of the milestone; None while there are none."""
        if dates is None:
            return None
        opens, last = dates
        return opens if self.opens and opens else last - timedelta(days=self.days_before)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All that is assumed, with the words for people."""

    words: tuple[str, ...] = ()
    starts: tuple[Start, ...] = ()
    answers: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def answer(self, before: Mapping[str, Set[object]], now: object) -> dict[str, Any]:
        """The answers of a form; ``before`` are the rounds in which each was given already, and
        ``now`` is the round of this one (the elements of a multi-instance are one round)."""
        return {
            key: values[min(len(before.get(key, set()) - {now}), len(values) - 1)]
            for key, values in self.answers.items()
        }


def of(usual: Usual, given: Iterable[str]) -> Assumptions:
    """Read what the command line or the page names; raises Unreadable."""
    words: list[str] = []
    starts: list[Start] = []
    answers: dict[str, tuple[Any, ...]] = {}
    for each in [ORDINARY, *list(given)[:LIMIT_ASSUMPTIONS]]:
        bundle = _bundle(usual, each)
        words.append(bundle.get("title", each))
        starts += [_start(start) for start in bundle.get("starts", ())]
        answers |= {key: _several(value) for key, value in bundle.get("answers", {}).items()}
    return Assumptions(tuple(words), tuple(reversed(starts)), answers)


def _bundle(usual: Usual, word: str) -> Mapping[str, Any]:
    field_name, equals, value = word.partition("=")
    if equals and field_name.strip():
        return {"answers": {field_name.strip(): [read(v.encode()) for v in value.split(",")]}}
    if word == ORDINARY:
        return usual.assumptions.get(word, {"title": "一切照常"})
    if word not in usual.assumptions:
        known = "、".join(usual.assumptions)
        raise Unreadable(f"没有“{word}”这个假设；有 {known}，或者写 字段=值。")
    return usual.assumptions[word]


def _start(raw: Mapping[str, Any]) -> Start:
    return Start(**{**raw, "after": tuple(raw.get("after", ()))})


def _several(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)
