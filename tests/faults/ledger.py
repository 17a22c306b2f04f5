"""The checker after a fault run: what was acknowledged happened once, nothing is half done, no
case stands still. Each invariant gives sentences about what is wrong; none is the aim.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select, text

from server import db
from server.engine import runtime
from server.engine.errors import NotOpen
from server.models import (
    cases,
    counters,
    idempotency,
    instances,
    jobs,
    journal,
    records,
    subscriptions,
    work_items,
)
from server.work import desk as desks
from server.work import journal as book
from server.work.surroundings import spec_of

COMMANDS = frozenset({"start", "complete", "fire", "message", "deliver", "resume", "migrate"})
"""Journal entries of acts that move an instance, one version each."""


class Ledger:
    """Everything in the database and in the clerks' logs, read once."""

    def __init__(self, logs: list[Path]) -> None:
        self.results = dict(_results(logs))
        with db.read() as tx:
            self.tables = {t.name: _rows(tx, t) for t in TABLES}

    def wrong(self) -> list[str]:
        """All violated invariants."""
        return [sentence for check in CHECKS for sentence in check(self)]

    def figures(self) -> dict[str, Any]:
        """How much the run was about."""
        sizes = {name: len(rows) for name, rows in self.tables.items()}
        return {"requests": dict(Counter(self.results.values())), "rows": sizes}


TABLES = (
    cases,
    instances,
    work_items,
    jobs,
    journal,
    idempotency,
    records,
    counters,
    subscriptions,
)


def _rows(tx: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in tx.execute(select(table)).mappings()]


def _results(logs: list[Path]) -> Iterator[tuple[str, str]]:
    """Key -> ok, fail or unknown; the last line about a key decides."""
    for log in logs:
        for line in log.read_text().splitlines():
            entry = json.loads(line)
            yield entry["key"], entry.get("result", "unknown")


def acknowledged_requests_happened_once(ledger: Ledger) -> Iterator[str]:
    """I1: ok exactly once, fail never, unknown at most once (the key is unique by itself)."""
    stored = {row["key"] for row in ledger.tables["idempotency"]}
    for key, result in ledger.results.items():
        if result == "ok" and key not in stored:
            yield f"I1 lost: {key}"
        if result == "fail" and key in stored:
            yield f"I1 refused and yet done: {key}"
    if extra := stored - ledger.results.keys():
        yield f"I1 done without a request: {sorted(extra)[:3]}"


def items_and_entries_agree(ledger: Ledger) -> Iterator[str]:
    """I2: an item is completed exactly when one entry of the journal says so."""
    told = Counter(
        entry["detail"]["item"] for entry in ledger.tables["journal"] if entry["act"] == "complete"
    )
    for item in ledger.tables["work_items"]:
        if told[item["id"]] != (item["status"] == "completed"):
            yield f"I2 item {item['id']} {item['status']} told {told[item['id']]} times"


def answers_and_entries_agree(ledger: Ledger) -> Iterator[str]:
    """I2: as many stored answers as acts of people."""
    acts = sum(entry["actor_id"] is not None for entry in ledger.tables["journal"])
    if acts != len(ledger.tables["idempotency"]):
        yield f"I2 {acts} acts but {len(ledger.tables['idempotency'])} answers"


def versions_have_no_gaps(ledger: Ledger) -> Iterator[str]:
    """I3: an instance's version is the number of acts that moved it."""
    entries = ledger.tables["journal"]
    moved = Counter(entry["case_id"] for entry in entries if entry["act"] in COMMANDS)
    for row in ledger.tables["instances"]:
        if row["version"] != moved[row["case_id"]]:
            yield f"I3 instance {row['id']}: version {row['version']}, {moved[row['case_id']]} acts"


def journals_are_whole(ledger: Ledger) -> Iterator[str]:
    """I3: every chain verifies up to its head."""
    for number, sentences in book.broken_cases().items():
        yield f"I3 {number}: {sentences}"


def nothing_stands_still(ledger: Ledger) -> Iterator[str]:
    """I4: each running instance has an open item, a job, or something it waits for."""
    tables = ledger.tables
    going = {row["instance_id"] for row in tables["work_items"] if row["status"] == "open"}
    going |= {row["instance_id"] for row in tables["jobs"] if row["status"] != "done"}
    going |= {row["instance_id"] for row in tables["subscriptions"]}
    for row in tables["instances"]:
        if row["status"] in ("running", "failed") and row["id"] not in going:
            yield f"I4 stuck: {row['id']}"


def numbers_have_no_gap(ledger: Ledger) -> Iterator[str]:
    """I5: each number of the register was given once, none is missing."""
    permits = (r["data"]["number"] for r in ledger.tables["records"] if r["kind"] == "permit")
    given = sorted(permits, key=int)
    taken = {row["series"]: row["value"] for row in ledger.tables["counters"]}
    if given != [f"{n:04}" for n in range(1, taken.get("permit", 0) + 1)]:
        yield f"I5 numbers {len(given)} of {taken.get('permit', 0)}"
    numbers = sorted(int(case["number"].rpartition("-")[2]) for case in ledger.tables["cases"])
    if numbers != list(range(1, len(numbers) + 1)):
        yield "I5 numbers of cases have a gap"


def timers_fired_once(ledger: Ledger) -> Iterator[str]:
    """I6: a watch that was started is inspected once."""
    inspected = Counter(
        item["instance_id"]
        for item in ledger.tables["work_items"]
        if item["element_id"] == "inspect"
    )
    for row in ledger.tables["instances"]:
        if row["process_id"] == "watch" and inspected[row["id"]] != 1:
            yield f"I6 watch {row['id']} inspected {inspected[row['id']]} times"


def jobs_end_in_time_or_in_words(ledger: Ledger) -> Iterator[str]:
    """I7: no job is tried beyond its limit without being an incident with its reason."""
    for job in ledger.tables["jobs"]:
        if job["status"] == "due" and job["attempts"] > job["max_attempts"]:
            yield f"I7 job {job['id']} tried {job['attempts']} times"
        if job["status"] == "dead" and not job["last_error"]:
            yield f"I7 job {job['id']} dead without a reason"


def states_and_items_agree(ledger: Ledger) -> Iterator[str]:
    """I8: what is open in the table waits in the stored state, and nothing else does."""
    with db.read() as tx:
        for item in ledger.tables["work_items"]:
            if _waits(tx, item) != (item["status"] == "open"):
                yield f"I8 item {item['id']} is {item['status']} but the state says otherwise"


def _waits(tx: Connection, item: dict[str, Any]) -> bool:
    desk = desks.of_item(tx, item["id"], "", lock=False)
    try:
        runtime.local_variables(spec_of(desk), desk.instance["state_blob"], item["task_id"])
    except NotOpen:
        return False
    return True


def the_database_is_sound(ledger: Ledger) -> Iterator[str]:
    """I9: no foreign key points nowhere, no page is broken (PostgreSQL checks its keys itself)."""
    if db.engine().dialect.name == "sqlite":
        with db.read() as tx:
            if found := tx.execute(text("PRAGMA foreign_key_check")).all():
                yield f"I9 {found[:3]}"
            if tx.execute(text("PRAGMA integrity_check")).scalar_one() != "ok":
                yield "I9 the file is damaged"


CHECKS = (
    acknowledged_requests_happened_once,
    items_and_entries_agree,
    answers_and_entries_agree,
    versions_have_no_gaps,
    journals_are_whole,
    nothing_stands_still,
    numbers_have_no_gap,
    timers_fired_once,
    jobs_end_in_time_or_in_words,
    states_and_items_agree,
    the_database_is_sound,
)
