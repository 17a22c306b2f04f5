"""The yearly counters of the quotas: what was put out in a calendar year, against what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.ports import Register, Table
from handlers.rules.answers import Row, row

COUNTED = ("association_standards", "local_standards", "pilots")
"""Kinds of output that the quotas count (rows of the table `quotas`)."""

OUTPUTS = "counted_output"
CHECKS = "quota_check"


@dataclass(frozen=True, slots=True)
class Tally:
    """One quota with what counts towards it."""

    title: str
    count: int
    amount: int
    clause: str

    @property
    def met(self) -> bool:
        """Whether the count reaches the quota (D-07)."""
        return self.count >= self.amount

    def told(self) -> str:
        """The counter in words."""
        return f"{self.title}（{self.clause}）：{self.count}／{self.amount}"


def tally(case: Row, year: int, register: Register, table: Table) -> list[Tally]:
    """The counters of one calendar year."""
    entries = register.records(OUTPUTS, case=case["id"], year=year)
    quotas = [(kind, row(table("quotas", quota=kind))) for kind in COUNTED]
    return [_counted(kind, quota, entries) for kind, quota in quotas if quota]


def summary(year: int, tallies: Sequence[Tally]) -> str:
    """All counters of a year in one text."""
    return "\n\n".join([f"{year}年度", *(each.told() for each in tallies)])


def enter_check(
    today: date, case: Row, year: int, register: Register, table: Table
) -> dict[str, object]:
    """Enter whether what was put out in a year reaches its quotas, as it is known today."""
    counted = tally(case, year, register, table)
    met, told = all(each.met for each in counted), summary(year, counted)
    title = f"{year}年度产出{'已' if met else '未'}完成"
    entry = {"case": case["id"], "year": year, "met": met, "title": title}
    register.record(CHECKS, entry | {"counters": told, "effective_on": today})
    return {"quota_year": year, "quota_met": met, "quota_summary": told}


def found_unmet(case: Row, year: int, register: Register) -> bool:
    """Whether the last check of the year found its quotas not reached."""
    checks = register.records(CHECKS, case=case["id"], year=year)
    return bool(checks) and not checks[-1]["met"]


def _counted(kind: str, quota: Row, entries: Sequence[Mapping[str, object]]) -> Tally:
    count = sum(each["output"] == kind for each in entries)
    return Tally(str(quota["title"]), count, int(quota["amount"]), str(quota["clause"]))
