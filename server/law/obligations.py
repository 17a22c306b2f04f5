"""What every version of a diagram must keep: processes/law/obligations.toml.

``before``: no way leads to ``then`` that has not passed ``first`` (with ``after``: since that).
``lane``: the elements stand in a lane.  ``apart``: no two of ``first`` and ``then`` share a lane.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PATH = "processes/law/obligations.toml"
KINDS = ("before", "lane", "apart")


class ObligationError(ValueError):
    """A list of obligations that cannot be read; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One rule over one diagram in the regimes named; ``then`` are the elements it guards."""

    id: str
    title: str
    kind: str
    process: str
    regimes: tuple[str, ...]
    clauses: tuple[str, ...]
    then: tuple[str, ...]
    first: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    lane: str = ""

    @property
    def elements(self) -> tuple[str, ...]:
        """Every element the rule speaks of; a version without them does not keep it."""
        return (*self.after, *self.first, *self.then)


def load(content: bytes) -> list[Obligation]:
    """The obligations of a file; raises ObligationError."""
    try:
        rows = tomllib.loads(content.decode()).get("obligation", [])
        return [_read(row) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ObligationError(f"必须遵守的规则表不能读取：{error}") from error


def _read(row: Mapping[str, Any]) -> Obligation:
    if row["kind"] not in KINDS:
        raise ObligationError(f"没有“{row['kind']}”这种规则")
    told = {name: tuple(value) if isinstance(value, list) else str(value)
            for name, value in row.items()}  # fmt: skip
    return Obligation(**told)  # type: ignore[arg-type]
