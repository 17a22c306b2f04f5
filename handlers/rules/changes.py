"""What a change or an adjustment makes of the entry of a base: its name, field and unit."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.ports import Table
from handlers.rules import names
from handlers.rules.answers import Row, filled, row
from handlers.rules.cases import recorded

ESTABLISHED = frozenset({"established", "rectifying_evaluation", "rectifying_assessment"})
"""States after the establishment: the final name is in use."""

FIELDS = ("field_name", "field_name_en", "undertaker_id", "undertaker_name")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked to be different; None leaves a thing as it is."""

    field_name: str | None = None
    field_name_en: str | None = None
    undertaker_id: str | None = None
    undertaker_name: str | None = None

    def entry(self, case: Row, table: Table) -> dict[str, object]:
        """The entry with the change in it; the name follows the pattern of the case's phase."""
        kept = standing(case)
        told = {name: getattr(self, name) or kept.get(name) for name in FIELDS}
        return told | named(case, table, told) | {"applicant_id": kept["applicant_id"]}

    def same_as(self, case: Row) -> list[str]:
        """The Chinese words of what is asked to become what it already is."""
        entry = standing(case)
        found = []
        if self.field_name and names.same_name(self.field_name, str(entry.get("field_name"))):
            found.append("名称")
        if self.keeps_unit(case) and self.undertaker_name in (None, "", entry["undertaker_name"]):
            found.append("承担单位")
        return found

    def keeps_unit(self, case: Row) -> bool:
        """Whether the unit named is the present one: then it only takes another name."""
        return bool(self.undertaker_id) and self.undertaker_id == standing(case)["undertaker_id"]


def standing(case: Row) -> dict[str, object]:
    """The entry before a change: before the first one the unit is the party of the case, which is
    then the applicant for good (D-16)."""
    entry = recorded(case)
    unit = entry.get("undertaker_id") or case.get("undertaker_id")
    name = entry.get("undertaker_name") or case.get("undertaker_name")
    kept = {"undertaker_id": unit, "undertaker_name": name}
    return {**entry, **kept, "applicant_id": entry.get("applicant_id") or unit}


def named(case: Row, table: Table, entry: Mapping[str, object]) -> dict[str, object]:
    """Chinese and English name of an entry in the present phase (D-26, D-27)."""
    phase = "established" if case["state"] in ESTABLISHED else "construction"
    pattern = row(table("names", phase=phase))
    return {
        "base_name_zh": names.chinese_name(pattern["zh"], str(entry["field_name"])),
        "base_name_en": names.english_name(pattern["en"], str(entry["field_name_en"] or "")),
    }


def summary(wanted: Wanted, other: str | None) -> str:
    """What changes, in one sentence."""
    told = []
    if filled(wanted.field_name):
        told.append(f"名称（领域）改为“{wanted.field_name}”")
    if wanted.undertaker_id:
        told.append(f"承担单位改为{wanted.undertaker_name}")
    if filled(other):
        told.append(str(other).strip())
    return "；".join(told)
