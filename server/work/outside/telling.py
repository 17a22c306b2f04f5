"""What is to be told: a job in the transaction of the act, so it is told if the act happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert

from server import clock
from server.config import Config
from server.ids import new_id
from server.models import jobs
from server.work import access
from server.work.desk import Desk
from server.work.people import Person
from server.work.sql import Row

TASK: Final = "task"
"""A task has opened for somebody or for an office."""

DUE: Final = "due"
"""A legal date comes near, is today, or has passed."""

LINE = ("case", "number", "case_title", "item", "title", "title_en", "due_on", "days")
"""All that a message says of a thing, beside its ``event``; what a notice says besides stays here:
words of people, names, reasons."""

MAX_ATTEMPTS = 5


@dataclass(slots=True)
class _Rules:
    on: bool = False


_rules = _Rules()


def use(config: Config) -> None:
    """Whether anything leaves this house at all."""
    _rules.on = config.tells


def opened(desk: Desk, items: Sequence[Row], person: Person | None) -> list[Row]:
    """The job that tells of tasks that an act has opened; its actor is not told."""
    if not _rules.on or not items:
        return []
    told = [_opened(desk, item) for item in items]
    return [job({"items": told, "by": person.id if person else None}, desk.case["id"])]


def _opened(desk: Desk, item: Row) -> Row:
    due = item["due_on"].isoformat() if item["due_on"] else None
    said = {"event": TASK, "item": item["id"], "title": item["name"], "due_on": due}
    held = {name: item[name] for name in ("role", "organisation_id", "assignee_id", "regime")}
    return _of_case(desk.case) | said | held | {"independent": access.is_independent(item)}


def _of_case(case: Row) -> Row:
    return {"case": case["id"], "number": case["number"], "case_title": case["title"]}


def told(tx: Connection, person_id: str, notices: Iterable[Row]) -> None:
    """Say outside what a person is told inside (server/work/reminders.py)."""
    if _rules.on:
        lines = [_line(notice) for notice in notices]
        tx.execute(insert(jobs).values(job({"person": person_id, "lines": lines}, None)))


def dates(tx: Connection, rows: Iterable[Row]) -> None:
    """Tell offices, beside their people, of legal dates."""
    lines = [_date(row) for row in rows if row["organisation_id"]]
    if _rules.on and lines:
        tx.execute(insert(jobs).values(job({"dates": lines}, None)))


def _date(row: Row) -> Row:
    due = row | {"due_on": row["due_on"].isoformat()}
    office = {"regime": row["regime"], "organisation_id": row["organisation_id"]}
    return _line(due) | office | {"independent": row["role"] == access.EXPERTS}


def _line(notice: Row) -> Row:
    return {name: notice.get(name) for name in LINE} | {"event": notice.get("kind") or DUE}


def job(payload: dict[str, Any], case_id: str | None) -> Row:
    """A job of this kind, to be done at once."""
    identity = new_id()
    return {
        "id": identity,
        "kind": "tell",
        "case_id": case_id,
        "payload": payload,
        "run_at": clock.now(),
        "ref": "",
        "attempts": 0,
        "max_attempts": MAX_ATTEMPTS,
        "fence": 0,
        "status": "due",
        "key": f"tell:{identity}",
    }
