"""Hit policies: what the rules that hold make together (DMN 1.3 clause 8.2.10)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from server.feel.builtins import BUILTINS
from server.feel.operators import equal
from server.feel.runtime import Run
from server.feel.sentence import told

SINGLE: Final = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST"})
"""Policies whose result is one output; the others give a list."""

POLICIES: Final = SINGLE | {"RULE ORDER", "OUTPUT ORDER", "COLLECT"}
AGGREGATIONS: Final[Mapping[str, str]] = {
    "SUM": "sum",
    "MIN": "min",
    "MAX": "max",
    "COUNT": "count",
}
"""The built-in that each aggregation of COLLECT applies."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that holds: its id and its outputs, one per output column."""

    rule: str
    outputs: tuple[object, ...]


Rank = Callable[[Hit], tuple[int, ...]]
"""The place of a hit among the output values that the table lists, first column first."""


class ConflictError(Exception):
    """Rules contradict each other under the table's hit policy; the text names them."""


def choose(policy: str, hits: Sequence[Hit], rank: Rank, run: Run) -> list[Hit]:
    """The hits that count, in the order of the result. Raises ConflictError."""
    if policy == "UNIQUE" and len(hits) > 1:
        raise ConflictError(
            told("唯一命中（U）的决策表有多条规则同时成立：%(names)s。", names=_names(hits))
        )
    if policy == "ANY" and not _agree(hits, run):
        raise ConflictError(told("任一命中（A）的规则结果不同：%(names)s。", names=_names(hits)))
    if policy in ("PRIORITY", "OUTPUT ORDER"):
        hits = sorted(hits, key=rank)
    return list(hits[:1]) if policy in SINGLE else list(hits)


def aggregate(aggregation: str, outputs: list[object], run: Run) -> object:
    """What COLLECT makes of the outputs: sum, least, greatest or number."""
    if aggregation == "COUNT":
        return Decimal(len(outputs))
    return BUILTINS[AGGREGATIONS[aggregation]].invoke(run, [outputs], {})


def _agree(hits: Sequence[Hit], run: Run) -> bool:
    first = list(hits[0].outputs) if hits else []
    return all(equal(first, list(hit.outputs), run) is True for hit in hits)


def _names(hits: Sequence[Hit]) -> str:
    return "、".join(hit.rule for hit in hits)
