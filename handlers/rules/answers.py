"""What tables, registers and forms answer, read with the type a rule expects."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

Row = Mapping[str, Any]


def row(answer: object) -> Row:
    """The one row a table answered; empty when no rule matched."""
    return answer if isinstance(answer, Mapping) else {}


def rows(answer: object) -> Sequence[Row]:
    """All rows of a table that collects; empty when no rule matched."""
    found = answer if isinstance(answer, list) else []
    return [each for each in found if isinstance(each, Mapping)]


def day(value: object) -> date | None:
    """A civil day given as a date or as `2025-04-01`; None when nothing was given."""
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)) if value else None


def filled(value: object) -> bool:
    """Whether somebody wrote something: spaces alone are nothing."""
    return bool(str(value).strip()) if value is not None else False


def cite(regime: Row, clauses: str) -> tuple[str, ...]:
    """Those of the clauses that belong to the regime's own texts."""
    own = set(regime["instruments"])
    return tuple(clause for clause in clauses.split() if clause.partition("-")[0] in own)


def listed(names: Sequence[object]) -> str:
    """A Chinese enumeration."""
    return "、".join(map(str, names))
