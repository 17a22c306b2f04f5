"""What every version of a diagram must keep: processes/law/obligations.toml.

``before``: no way leads to ``then`` that has not passed ``first`` (with ``after``: since that).
``lane``: the elements stand in a lane.  ``apart``: no two of ``first`` and ``then`` share a lane.

In ``then``, ``begins:NAME`` means every element that begins the procedure NAME. ``owing`` are
variables with the value they have as long as ``first`` is owed, ``settled`` afterwards: with them
the decision tables are asked, so that only what the law's rows allow counts as a way.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.engine.dialect import ProcessDescription
from server.feel.sentence import told

PATH = "processes/law/obligations.toml"
KINDS = ("before", "lane", "apart")
BEGINS = "begins:"


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
    owing: Mapping[str, object] = field(default_factory=dict)
    settled: Mapping[str, object] = field(default_factory=dict)

    @property
    def elements(self) -> tuple[str, ...]:
        """Every element the rule names; a version without them does not keep it."""
        named = (each for each in self.then if not each.startswith(BEGINS))
        return (*self.after, *self.first, *named)

    def guarded(self, diagram: ProcessDescription) -> frozenset[str]:
        """The elements of a diagram that ``then`` means."""
        begun = {each.removeprefix(BEGINS) for each in self.then if each.startswith(BEGINS)}
        beginning = (e.id for e in diagram.elements if begun & set(e.words("begins")))
        return frozenset({*self.then, *beginning} & diagram.by_id.keys())


def load(content: bytes) -> list[Obligation]:
    """The obligations of a file; raises ObligationError."""
    try:
        rows = tomllib.loads(content.decode()).get("obligation", [])
        return [_read(row) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ObligationError(told("必须遵守的规则表不能读取：%(error)s", error=error)) from error


def _read(row: Mapping[str, Any]) -> Obligation:
    if row["kind"] not in KINDS:
        raise ObligationError(told("没有“%(row)s”这种规则", row=row["kind"]))
    return Obligation(**{name: _value(given) for name, given in row.items()})


def _value(given: Any) -> Any:
    if isinstance(given, list):
        return tuple(given)
    return given if isinstance(given, Mapping) else str(given)
