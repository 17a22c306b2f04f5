"""What a command is given from outside: the clock, the rules and the tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Decided:
    """The answer of a decision table and the ids of the rules that gave it."""

    result: object
    matched: tuple[str, ...] = ()


def _no_handler(kind: str, variables: Mapping[str, object]) -> Mapping[str, object]:
    raise LookupError(f"没有为“{kind}”配置办理函数")


def _no_decision(decision: str, variables: Mapping[str, object]) -> Decided:
    raise LookupError(f"没有为“{decision}”配置决策表")


def _nothing_forbidden(before: str, after: str) -> str:
    return ""


HOST_FUNCTIONS: Final = frozenset({"step", "decide", "deadline", "working_days_after"})
"""Functions that every expression may call besides FEEL's own."""

HIDDEN: Final = frozenset({"case", "regime", "today"})
"""Variables that every expression sees and nobody can write."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Built anew for each command; the engine keeps nothing of it.

    ``now`` is aware. ``call(type, variables)`` runs a handler and returns what it changed;
    ``functions`` are the host functions of expressions; ``decide(decision_id, variables)`` asks a
    table; ``hidden`` holds ``case``, ``regime`` and ``today``: seen everywhere, stored nowhere;
    ``forbids(before, after)`` says why a case may not go from one state to another, or nothing.
    """

    now: datetime
    call: Callable[[str, Mapping[str, object]], Mapping[str, object] | None] = _no_handler
    functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    decide: Callable[[str, Mapping[str, object]], Decided] = _no_decision
    hidden: Mapping[str, object] = field(default_factory=dict)
    forbids: Callable[[str, str], str] = _nothing_forbidden
