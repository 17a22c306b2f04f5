"""The checker finds what it is there to find: each damage is made and must be named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from server import db
from server.jobs import worker
from server.models import (
    cases,
    counters,
    idempotency,
    instances,
    jobs,
    records,
    subscriptions,
    work_items,
)
from server.work import worklist
from tests.faults.ledger import Ledger, numbers_have_no_gap
from tests.office import REGIME, Office
from tests.server.work.helpers import FILLED, open_item


@pytest.fixture
def log(office: Office, tmp_path: Path) -> Path:
    """A short, clean history and the log of the clerk who made it."""
    path = tmp_path / "clerk.log"
    data = {"field_name": "绿色生态"}
    applicant = office["applicant"]
    for process in ("permit", "notice", "watch"):
        worklist.start_case(applicant, REGIME, process, "某基地", {}, data, process)
        write(path, {"key": process, "result": "ok"})
    filled = FILLED | {"panel": [office["expert_1"].id]}
    worklist.complete(applicant, open_item("fill")["id"], 1, filled, "fill")
    write(path, {"key": "fill", "result": "ok"})
    write(path, {"key": "stale", "result": "fail"})
    write(path, {"key": "lost on the way", "op": "complete"})
    assert worker.drain() == 0
    return path


def write(path: Path, entry: dict[str, Any]) -> None:
    with path.open("a") as log:
        log.write(json.dumps(entry) + "\n")


def wrong(log: Path) -> list[str]:
    """What is found, without the watch whose timer is still to come."""
    return [found for found in Ledger([log]).wrong() if not found.startswith("I6")]


def test_a_clean_history_is_found_clean(log: Path) -> None:
    assert wrong(log) == []
    assert Ledger([log]).figures()["requests"] == {"ok": 4, "fail": 1, "unknown": 1}


def test_a_watch_that_was_never_inspected_is_found(log: Path) -> None:
    assert [found[:8] for found in Ledger([log]).wrong()] == ["I6 watch"]


DAMAGES: dict[str, Callable[[], Any]] = {
    "I1 lost": lambda: delete(idempotency).where(idempotency.c.key == "fill"),
    "I1 refused and yet": lambda: (
        update(idempotency).where(idempotency.c.key == "fill").values(key="stale")
    ),
    "I1 done without": lambda: (
        update(idempotency).where(idempotency.c.key == "fill").values(key="another")
    ),
    "I2 item": lambda: update(work_items).values(
        status="open", completed_at=None, completed_by=None
    ),
    "I2 4 acts": lambda: delete(idempotency).where(idempotency.c.key == "fill"),
    "I3 instance": lambda: update(instances).values(version=instances.c.version + 1),
    "I3 SHANXI": lambda: update(cases).values(journal_seq=cases.c.journal_seq + 1),
    "I4 stuck": lambda: delete(jobs),
    "I5 numbers 0": lambda: delete(records),
    "I5 numbers of cases": lambda: update(cases).values(number=text("number || '7'")),
    "I7 job": lambda: update(jobs).values(attempts=99),
    "I8 item": lambda: update(work_items).values(task_id=text("task_id || 'x'")),
}


@pytest.mark.parametrize("found", DAMAGES)
def test_damage_is_found(log: Path, found: str) -> None:
    with db.transaction() as tx:
        tx.execute(DAMAGES[found]())
    assert any(sentence.startswith(found) for sentence in wrong(log))


def test_a_gap_in_the_numbers_is_found(log: Path) -> None:
    with db.transaction() as tx:
        tx.execute(update(counters).values(value=counters.c.value + 1))
    assert "I5 numbers 1 of 2" in wrong(log)


def test_numbers_of_five_digits_come_after_those_of_four() -> None:
    ledger = object.__new__(Ledger)
    given = [{"kind": "permit", "data": {"number": f"{n:04}"}} for n in range(1, 10_002)]
    taken = [{"series": "permit", "value": 10_001}]
    ledger.tables = {"records": given, "counters": taken, "cases": []}
    assert list(numbers_have_no_gap(ledger)) == []
    del given[9_999]
    assert list(numbers_have_no_gap(ledger)) == ["I5 numbers 10000 of 10001"]


def test_an_instance_that_waits_for_nothing_is_found(log: Path) -> None:
    with db.transaction() as tx:
        tx.execute(delete(subscriptions))
        tx.execute(
            update(work_items).where(work_items.c.status == "open").values(status="cancelled")
        )
    assert any(sentence.startswith("I4 stuck") for sentence in wrong(log))
