"""Legal dates that hang on the case rather than on a task: opened, met, moved with their anchor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from server import clock
from server.engine.outcome import Milestone, Outcome
from server.feel.sentence import told
from server.ids import new_id
from server.law.deadlines import Deadline, NoDeadline
from server.models import deadlines
from server.models.waiting import DEADLINE_KINDS
from server.work import parties
from server.work.desk import Desk
from server.work.journal import Entry
from server.work.record import changed, entered, revived
from server.work.sql import Query, Row, columns, json_text, readers, strings
from server.work.store import Writes
from server.work.surroundings import Surroundings

KINDS = DEADLINE_KINDS
"""How a date bounds what is due; words of the table of deadlines."""

HANGING = Query(
    f"""SELECT {columns(deadlines, "d")} FROM deadlines d
        WHERE d.case_id = :case AND d.status = 'open' AND d.anchor_name IN {{strings(names)}}
        ORDER BY d.id""",
    readers(deadlines),
)


def settle_dates(desk: Desk, outcome: Outcome, around: Surroundings, writes: Writes) -> list[Entry]:
    """Add what the boxes passed mean for the case's dates; returns what the journal tells of it."""
    life = outcome.life
    if life.met:
        today = clock.civil_day(desk.now).isoformat()
        writes.update("milestones_met", met=strings(life.met), today=today)
        writes.parameters["case_id"] = desk.case["id"]
    if not (life.milestones or life.moves):
        return []
    record = revived(entered(desk.case["record"], changed(outcome)))
    writes.insert(deadlines, *_opened(desk, life.milestones, record, around))
    return list(_moved(desk, life.moves, record, around)) if life.moves else []


def _opened(
    desk: Desk, milestones: tuple[Milestone, ...], record: Mapping[str, Any], around: Surroundings
) -> Iterator[Row]:
    """Raises NoDeadline for a date of the regime whose anchor has no day."""
    for each in milestones:
        if around.has_deadline(each.name):
            if not each.day:
                raise NoDeadline(
                    told(
                        "“%(name)s”的起算日“%(anchor)s”没有登记", name=each.name, anchor=each.anchor
                    )
                )
            day = anchor_day(each.day, desk.now)
            owner = {"case_id": desk.case["id"], "instance_id": desk.instance["id"]}
            hangs = {"anchor_name": each.anchor, "role": _owing(desk, each.name)}
            row = columns_of(around.deadline(each.name, day, record))
            yield {"id": new_id(), "status": "open", **owner, **hangs, **row}


def anchor_day(value: Any, now: datetime) -> date:
    """The anchor of a deadline: the day the diagram gives, or the day the task opens."""
    if isinstance(value, datetime):
        return clock.civil_day(value)
    if value is None or isinstance(value, date):
        return value or clock.civil_day(now)
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise NoDeadline(told("起算日“%(value)s”不是日期", value=value)) from error


def _owing(desk: Desk, milestone: str) -> str | None:
    regime = desk.case["regime"]
    lane = desk.catalogue.duties(regime).get(milestone)
    return parties.acting(desk.catalogue, regime, lane) if lane else None


def _moved(
    desk: Desk, names: tuple[str, ...], record: Mapping[str, Any], around: Surroundings
) -> Iterator[Entry]:
    """A date is computed anew from where its anchor lies now; both days go into the journal."""
    for row in HANGING.all(desk.tx, case=desk.case["id"], names=strings(names)):
        anchor = record.get(row["anchor_name"])
        if isinstance(anchor, date):
            deadline = around.deadline(row["milestone"], anchor, record)
            moved = Writes()
            recompute(row["id"], deadline, moved)
            moved.apply(desk.tx)
            yield _told(row, deadline)


def _told(row: Row, deadline: Deadline) -> Entry:
    detail = {"milestone": row["milestone"], "before": row["due_on"], "after": deadline.due_on}
    return Entry("move", name=row["title"], detail=detail, clauses=(row["clause"],))


# --- a computed date as a row -------------------------------------------------------------------


def columns_of(deadline: Deadline) -> Row:
    """What a deadline's row holds of a computed date, with the proof as stored."""
    return {
        "milestone": deadline.milestone,
        "title": deadline.title,
        "title_en": deadline.title_en,
        "kind": deadline.kind,
        "opens_on": deadline.opens_on,
        "due_on": deadline.due_on,
        "nominal_on": deadline.nominal_on,
        "provisional": deadline.provisional,
        "anchor_on": deadline.anchor_on,
        "soft": deadline.soft,
        "clause": deadline.clause,
        "calendar_version": deadline.calendar_version,
        "proof": [{"zh": step.zh, "en": step.en} for step in deadline.proof],
    }


def recompute(deadline_id: str, deadline: Deadline, writes: Writes) -> None:
    """Include the new values of an open date, and of the task that waits by it."""
    writes.update(
        "recomputed",
        deadline=deadline_id,
        anchor_on=deadline.anchor_on.isoformat(),
        opens_on=deadline.opens_on and deadline.opens_on.isoformat(),
        due_on=deadline.due_on.isoformat(),
        nominal_on=deadline.nominal_on.isoformat(),
        provisional=deadline.provisional,
        calendar_version=deadline.calendar_version,
        proof=json_text(columns_of(deadline)["proof"]),
    )
    writes.update("moved")
