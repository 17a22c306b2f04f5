"""What came of a rehearsal, for pages and for the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import orjson
import zstandard

from server.feel.sentence import kept, recalled
from server.studio.rehearsal.visits import Visits

Standing = Literal["passed", "worse", "failed", "better"]
"""Passed; failed though it passes in force; failed in both; passed though it fails in force."""


@dataclass(frozen=True)
class Told:
    """One scenario on one version: a line for each difference, none when all is as it says."""

    path: str
    title: str
    clauses: tuple[str, ...]
    lines: tuple[str, ...]
    seconds: float
    visits: Visits = field(default_factory=Visits)

    @property
    def regime(self) -> str:
        """The folder it lies in."""
        return self.path.split("/")[-2]

    @property
    def name(self) -> str:
        """Its number."""
        return self.path.split("/")[-1].removesuffix(".yaml")


@dataclass(frozen=True)
class Report:
    """Every scenario played on the draft, beside what the same says of the version in force."""

    told: tuple[Told, ...] = ()
    in_force: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Path of a scenario to its differences on the version in force; absent where it is new."""

    def standing(self, one: Told) -> Standing:
        """How a scenario stands beside the version in force."""
        failed_before = bool(self.in_force.get(one.path))
        if one.lines:
            return "failed" if failed_before else "worse"
        return "better" if failed_before else "passed"

    @property
    def counts(self) -> Counter[str]:
        """Standing to the number of scenarios."""
        return Counter(self.standing(each) for each in self.told)

    @property
    def failures(self) -> int:
        """Scenarios with a difference."""
        return sum(bool(each.lines) for each in self.told)

    def passed(self, path: str) -> Counter[str]:
        """How often the scenarios passed each box and flow of a diagram."""
        counts: Counter[str] = Counter()
        for each in self.told:
            counts.update(each.visits.passed.get(path, {}))
        return counts

    @property
    def diagrams(self) -> list[str]:
        """The diagrams that were visited."""
        return sorted({path for each in self.told for path in each.visits.passed})


def packed(told: Iterable[Told], in_force: Mapping[str, tuple[str, ...]]) -> bytes:
    """A report as it is stored."""
    rows = [asdict(each) | {"lines": kept(each.lines)} for each in told]
    whole = {"told": rows, "in_force": {path: kept(lines) for path, lines in in_force.items()}}
    return zstandard.ZstdCompressor().compress(orjson.dumps(whole))


def unpacked(content: bytes | None) -> Report:
    """The report that ``packed`` wrote; empty where there is none."""
    if not content:
        return Report()
    raw = orjson.loads(zstandard.ZstdDecompressor().decompress(content))
    in_force = {path: recalled(lines) for path, lines in raw["in_force"].items()}
    return Report(tuple(map(_told, raw["told"])), in_force)


def _told(row: dict[str, Any]) -> Told:
    visits = Visits(row["visits"]["passed"], tuple(row["visits"]["tables"]))
    lists = {"clauses": tuple(row["clauses"]), "lines": recalled(row["lines"])}
    return Told(**{**row, **lists, "visits": visits})
