"""The shipped catalogue, and an office that asks single handlers: its law, register and clock.

How whole procedures go is told by scenarios (server/studio/scenarios, processes/scenarios).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from server.engine.handlers import caller
from server.law import catalogue
from server.law.catalogue import Catalogue
from server.law.law import Law

ROOT = Path(__file__).parent.parent
SHANGHAI = ZoneInfo("Asia/Shanghai")


@cache
def shipped() -> Catalogue:
    """The catalogue of the working tree."""
    return catalogue.from_disk(ROOT)


class Books:
    """The register of one office, in memory."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.numbers: dict[str, int] = {}
        self.entries: list[tuple[str, dict[str, object]]] = []
        self.seats: list[dict[str, object]] = []
        self.pool: list[dict[str, object]] = [expert(number) for number in range(1, 10)]

    def next_number(self, series: str) -> str:
        self.numbers[series] = self.numbers.get(series, 0) + 1
        return f"{self.numbers[series]:04}"

    def records(self, kind: str, **where: object) -> list[dict[str, object]]:
        found = [entry for one, entry in self.entries if one == kind]
        return [each for each in found if all(each.get(k) == v for k, v in where.items())]

    def experts(self, ids: Collection[str]) -> list[dict[str, object]]:
        return [each for each in self.pool if each["id"] in ids]

    def members(self) -> list[dict[str, object]]:
        return self.seats

    def record(self, kind: str, data: Mapping[str, object]) -> None:
        self.entries.append((kind, {"effective_on": self.office.today, **data}))


def expert(number: int) -> dict[str, object]:
    """An expert of the pool: 8 works for the usual applicant, 9 did until mid-2024."""
    left = {"organisation_id": "unit_a", "kind": "worked", "until": "2024-06-30"}
    return {
        "id": f"expert_{number}",
        "name": f"专家{number}",
        "organisation_id": "unit_a" if number == 8 else f"institute_{number}",
        "organisation": f"第{number}研究所",
        "interests": [left] if number == 9 else [],
    }


@dataclass
class Office:
    """The offices of one regime: its law, its register and its clock."""

    regime: str
    now: datetime = datetime(2025, 1, 2, 9, tzinfo=SHANGHAI)

    def __post_init__(self) -> None:
        self.law = Law.of(shipped(), self.regime)
        self.books = Books(self)

    @property
    def today(self) -> date:
        return self.now.date()

    def on_record(self, *kinds: str, day: date) -> Office:
        """Plan, guide and roster as they would stand after their own procedures."""
        for kind in kinds:
            members = [each["id"] for each in self.books.pool] if kind == "panel_roster" else None
            entry = {"number": "0001", "title": "第一批次", "effective_on": day}
            self.books.record(kind, entry | ({"members": members} if members else {}))
        return self

    def ports(self) -> dict[str, object]:
        """What handlers may ask for, but the case."""
        regime = self.law.regime.as_variable()
        given = {"regime": regime, "today": self.today, "now": self.now, "register": self.books}
        return {**self.law.ports(), **given}

    def ask(self, handler: str, **variables: object) -> Any:
        """What a handler makes of process variables."""
        return caller(self.ports())(handler, variables)
