"""The register entry of a case through time: what stood on record on which day.

The present entry lies in the case's row. Every change is told in the journal, in the entry of the
act that made it, so what was in force on an earlier day is read from there, hash-chained.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from server import clock
from server.engine.outcome import Outcome
from server.work import journal
from server.work.sql import Row

DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)

REGIONS = "regions"
"""Where the parallel regions of a case stand on its record."""


def changed(outcome: Outcome) -> Row:
    """What an outcome enters on record; empty for most."""
    regions = {REGIONS: dict(outcome.life.regions)} if outcome.life.regions else {}
    return {**outcome.record, **regions}


def entered(record: Mapping[str, Any], changes: Mapping[str, Any]) -> Row:
    """A record after changes; regions that a change does not name stay where they are."""
    after = {**record, **changes}
    if REGIONS in changes:
        after[REGIONS] = {**record.get(REGIONS, {}), **changes[REGIONS]}
    return after


def history(tx: Connection, case_id: str) -> Iterator[tuple[date, Row]]:
    """Each change of the record with its day, oldest first."""
    for entry in journal.entries(tx, case_id):
        if changes := entry["detail"].get("record"):
            yield clock.civil_day(entry["at"]), revived(changes)


def record_at(tx: Connection, case_id: str, day: date) -> Row:
    """The record as it stood at the end of a civil day: names, T, office-holders in force then."""
    record: Row = {}
    for changed_on, changes in history(tx, case_id):
        if changed_on <= day:
            record = entered(record, changes)
    return record


def revived(value: Any) -> Any:
    """A part of a record with its days as days; JSON keeps them as text."""
    if isinstance(value, dict):
        return {name: revived(each) for name, each in value.items()}
    if isinstance(value, list):
        return [revived(each) for each in value]
    return _day(value) if isinstance(value, str) and DAY.fullmatch(value) else value


def _day(text: str) -> date | str:
    """30 February looks like a day and is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
