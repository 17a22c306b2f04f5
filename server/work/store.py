"""The write set: everything one act changes, sent to the database at once.

On PostgreSQL the whole set is one statement (data-modifying CTEs), so an act costs one round trip
however much it changes; SQLite, where a statement crosses no network, takes them one by one. The
statements themselves are the same text. Guarded ones must hit exactly one row, or somebody else
acted first.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

from server.db import ask
from server.errors import Stale
from server.models import (
    case_parties,
    cases,
    comments,
    consultations,
    copies,
    corrections,
    deadlines,
    idempotency,
    instances,
    issued_papers,
    jobs,
    journal,
    records,
    subscriptions,
    urges,
    work_items,
)
from server.work.sql import Row, encode, insert_text, render

UPDATES = {
    "case": """
        UPDATE cases SET state = :case_state, moves = :case_moves, record = :case_record,
            title = :case_title, journal_head = :case_head, journal_seq = :case_seq,
            closed_at = :case_closed, version = version + 1
        WHERE id = :case_id AND version = :case_version""",
    "new_instance": """
        INSERT INTO instances (id, case_id, publication_id, process_id, digest,
            calendar_version, state_blob, version, status, started_at, ended_at, outcome)
        VALUES (:instance_id, :case_id, :publication_id, :process_id, :digest,
            :calendar_version, :blob, 1, :instance_status, :now, :ended_at, :outcome)""",
    "instance": """
        UPDATE instances SET state_blob = :blob, status = :instance_status, ended_at = :ended_at,
            outcome = :outcome, version = version + 1
        WHERE id = :instance_id AND version = :instance_version""",
    "item": """
        UPDATE work_items SET status = 'completed', completed_at = :now, completed_by = :person,
            result = :result, version = version + 1
        WHERE id = :item AND status NOT IN ('completed', 'cancelled')
            AND version = :item_version""",
    "claim": """
        UPDATE work_items SET assignee_id = :person, claimed_at = :now, version = version + 1
        WHERE id = :item AND status NOT IN ('completed', 'cancelled')
            AND assignee_id IS NULL""",
    "release": """
        UPDATE work_items SET assignee_id = NULL, claimed_at = NULL, version = version + 1
        WHERE id = :item AND status NOT IN ('completed', 'cancelled')
            AND coalesce(assignee_id, '') = :person""",
    "assign": """
        UPDATE work_items SET assignee_id = :to, claimed_at = :now, version = version + 1
        WHERE id = :item AND status NOT IN ('completed', 'cancelled')
            AND version = :item_version""",
    "draft_moved": """
        UPDATE drafts SET person_id = :to WHERE work_item_id = :item AND person_id = :from_person
            AND NOT EXISTS (
                SELECT 1 FROM drafts d WHERE d.work_item_id = :item AND d.person_id = :to)""",
    "party_ended": """
        UPDATE case_parties SET until_on = :today
        WHERE case_id = :case_id AND role = :role AND until_on IS NULL""",
    "handed_on": """
        UPDATE work_items SET organisation_id = :organisation, assignee_id = NULL,
            claimed_at = NULL, version = version + 1
        WHERE case_id = :case_id AND status NOT IN ('completed', 'cancelled')
            AND id IN {strings(held)}""",
    "readdressed": """
        UPDATE subscriptions SET organisation_id = :organisation
        WHERE case_id = :case_id AND role = :role AND organisation_id IS NOT NULL""",
    "opinion": """
        UPDATE consultations SET answer = :answer, answered_at = :now
        WHERE id = :consultation AND answer IS NULL""",
    "met": """
        UPDATE deadlines SET status = 'met', met_on = :today
        WHERE id = :deadline AND status NOT IN ('met', 'void')""",
    "milestones_met": """
        UPDATE deadlines SET status = 'met', met_on = :today
        WHERE case_id = :case_id AND status NOT IN ('met', 'void')
            AND milestone IN {strings(met)}""",
    "void_instance": """
        UPDATE deadlines SET status = 'void'
        WHERE instance_id = :instance_id AND status NOT IN ('met', 'void')""",
    "void_others": """
        UPDATE deadlines SET status = 'void'
        WHERE case_id = :case_id AND status NOT IN ('met', 'void')
            AND instance_id <> :instance_id""",
    "void": """
        UPDATE deadlines SET status = 'void' WHERE status NOT IN ('met', 'void') AND id IN (
            SELECT deadline_id FROM work_items
            WHERE instance_id = :instance_id AND task_id IN {strings(closed)})""",
    "cancelled": """
        UPDATE work_items SET status = 'cancelled', version = version + 1
        WHERE instance_id = :instance_id AND status NOT IN ('completed', 'cancelled')
            AND task_id IN {strings(closed)}""",
    "timers_gone": """
        UPDATE jobs SET status = 'done' WHERE instance_id = :instance_id AND kind = 'timer'
            AND status = 'due' AND ref IN {strings(timers_gone)}""",
    "waiting_gone": """
        DELETE FROM subscriptions
        WHERE instance_id = :instance_id AND id IN {strings(waiting_gone)}""",
    "drafts": "DELETE FROM drafts WHERE work_item_id = :item",
    "attached": """
        UPDATE documents SET case_id = :case_id
        WHERE case_id IS NULL AND uploaded_by = :person AND id IN {strings(documents)}""",
    "resolved": """
        UPDATE jobs SET status = 'done' WHERE instance_id = :instance_id AND kind = 'resume'
            AND status = 'dead'""",
    "recomputed": """
        UPDATE deadlines SET anchor_on = :anchor_on, opens_on = :opens_on, due_on = :due_on,
            nominal_on = :nominal_on, provisional = :provisional, proof = :proof,
            calendar_version = :calendar_version
        WHERE id = :deadline AND status NOT IN ('met', 'void')""",
    "moved": """
        UPDATE work_items SET due_on = :due_on WHERE deadline_id = :deadline
            AND case_id = (SELECT d.case_id FROM deadlines d WHERE d.id = :deadline)""",
    "retried": """
        UPDATE jobs SET status = 'due', attempts = 0, run_at = :now, lease_until = NULL
        WHERE id = :job AND status = 'dead'""",
    "running": """
        UPDATE instances SET status = 'running' WHERE id = :instance_id AND status = 'failed'""",
    "failed": """
        UPDATE instances SET status = 'failed' WHERE id = :instance_id AND status = 'running'""",
}
"""Statements beside plain inserts, by name. What is open is told by what it is not: to find one row
the planner would else walk the index of all that is open, while a young table has no statistics."""

GUARDED = ("case", "instance", "item", "claim", "release", "assign", "opinion", "retried")
"""Statements that must hit one row. The case comes first: whoever holds its lock is waited for
before any other row is touched."""

SINGLE = "WITH w_case AS"
"""How the write set of an act on a case begins on PostgreSQL (db.single)."""

DIVISION_BY_ZERO = "22012"

TABLES = {
    table.name: table
    for table in (
        cases,
        instances,
        case_parties,
        deadlines,
        work_items,
        subscriptions,
        jobs,
        issued_papers,
        records,
        corrections,
        consultations,
        copies,
        urges,
        comments,
        journal,
        idempotency,
    )
}

ORDER = (
    "cases", "case", "new_instance", "instance", "party_ended", "case_parties", "item",
    "claim", "release", "assign", "handed_on", "readdressed", "draft_moved", "opinion", "met",
    "milestones_met", "void", "void_instance", "void_others",
    "cancelled", "timers_gone", "waiting_gone", "drafts", "attached",
    "recomputed", "moved", "resolved", "retried", "running", "failed", "deadlines",
    "work_items", "subscriptions", "jobs", "issued_papers", "records", "corrections",
    "consultations", "copies", "urges", "comments", "journal", "idempotency",
)  # fmt: skip
"""A statement comes after those whose rows it points to; tables stand for inserts."""

ONCE = {
    "jobs": " WHERE true ON CONFLICT (key) DO NOTHING",
    "case_parties": (
        " WHERE true ON CONFLICT (case_id, role, organisation_id, from_on)"
        " DO UPDATE SET until_on = NULL"
    ),
}
"""A job whose key exists already is not entered twice; a party that comes back on the day on which
it came goes on."""


class Writes:
    """Collects what an act changes; ``apply`` sends it."""

    def __init__(self) -> None:
        self.parameters: dict[str, Any] = {}
        self.updates: set[str] = set()
        self.rows: dict[str, list[Row]] = {}

    def update(self, name: str, **parameters: Any) -> None:
        """Include a statement of ``UPDATES``; parameters of the same name are shared."""
        self.updates.add(name)
        self.parameters |= parameters

    def replace(self, name: str, other: str, **parameters: Any) -> None:
        """Send ``other`` instead of a statement already included, with the same parameters."""
        self.updates.remove(name)
        self.update(other, **parameters)

    def insert(self, table: Table, *rows: Row) -> None:
        """Include rows of a table."""
        if rows:
            self.rows.setdefault(table.name, []).extend(rows)

    def apply(self, tx: Connection) -> None:
        """Send everything; raises Stale when a guarded statement finds its row changed."""
        included = tuple(n for n in ORDER if n in self.updates or n in self.rows)
        parameters = self.parameters | {
            f"rows_{name}": encode(TABLES[name], rows) for name, rows in self.rows.items()
        }
        send = _send_at_once if tx.dialect.name == "postgresql" else _send_one_by_one
        if not send(tx, included, parameters):
            raise Stale("该事项刚刚已被办理，请刷新后查看")


@cache
def _statement(name: str, dialect: str) -> str:
    if name in UPDATES:
        return render(UPDATES[name], dialect)
    return render(insert_text(TABLES[name], dialect) + ONCE.get(name, ""), dialect)


@cache
def _single_statement(included: tuple[str, ...]) -> str:
    """All in one; it fails as a whole, by a division by zero, where a guarded part hits no row."""
    parts = ", ".join(f"w_{n} AS ({_statement(n, 'postgresql')} RETURNING 1)" for n in included)
    hits = " + ".join(f"1 / (SELECT count(*) FROM w_{n})" for n in GUARDED if n in included)
    return f"WITH {parts} SELECT {hits or 1}"


def _send_at_once(tx: Connection, included: tuple[str, ...], parameters: dict[str, Any]) -> bool:
    try:
        ask(tx, _single_statement(included), parameters)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == DIVISION_BY_ZERO:
            return False
        raise
    return True


def _send_one_by_one(tx: Connection, included: tuple[str, ...], parameters: dict[str, Any]) -> bool:
    for name in included:
        done = ask(tx, _statement(name, "sqlite"), parameters)
        if name in GUARDED and done.changed != 1:
            return False
    return True
