"""The construction plan of a case: its addressees and its versions (SX-16.2, SX-19.3, JX-16.2)."""

from collections.abc import Collection
from datetime import date

from handlers.ports import Register, Table
from handlers.rules.answers import row

ADDRESSEES = {"recommender": "推荐单位", "authority": "批准机关"}
"""Whom the form can name; whether both must have the plan is the step `plan_to_recommender`."""


def missing_addressees(table: Table, filed_with: Collection[str]) -> list[str]:
    """The addressees that have no copy yet; none when the filing is whole.

    Where only the authority receives the plan, filing it here is the delivery.
    """
    if not row(table("steps", step="plan_to_recommender")).get("on"):
        return []
    return [title for code, title in ADDRESSEES.items() if code not in filed_with]


def file_plan(register: Register, title: str, version: int, today: date) -> None:
    """Enter a version of the plan in the register."""
    entry = {"title": title, "version": version, "effective_on": today}
    register.record("construction_plan", entry)
