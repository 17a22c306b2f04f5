"""What age and number do: a case of three years beside a fresh one, the scan for due timers beside
ever more open cases.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert, select

from server import clock, db
from server.ids import new_id
from server.jobs import claims
from server.models import cases, deadlines, instances, jobs
from tests.bench.measure import Bench, Measure
from tests.bench.office import analyse

ROUNDS = 60
"""Resubmissions of three years."""

DATES, REMINDERS = 40, 36
REVIEWERS = 5
SCANS = 200
BATCH = 1_000


def three_years(bench: Bench, wanted: int) -> dict[str, Any]:
    """Completions of an aged case and of a fresh one, in turns; processor time decides."""
    aged, fresh = Measure(), Measure()
    while len(aged.wall) < wanted:
        old = _aged(bench)
        bench.walk(bench.setting.start(), REVIEWERS, partial(bench.measured, fresh))
        bench.walk(old, REVIEWERS, partial(bench.measured, aged))
    figures, young = aged.figures(), fresh.figures()
    kept = ("completions", "sql", "commits", "cpu_ms", "state_bytes")
    cost = {"fresh_cpu_ms": young["cpu_ms"], "cost": round(figures["cpu_ms"] / young["cpu_ms"], 3)}
    shape = {"rounds": ROUNDS, "deadlines": DATES, "reminders": REMINDERS}
    return shape | {name: figures[name] for name in kept} | cost


def _aged(bench: Bench) -> str:
    case = bench.setting.start()
    for _ in range(ROUNDS):
        bench.return_once(case)
    with db.transaction() as tx:
        instance = tx.execute(select(instances.c.id).filter_by(case_id=case)).scalar_one()
        owner = {"case_id": case, "instance_id": instance}
        tx.execute(insert(deadlines), [_date(number) | owner for number in range(DATES)])
        tx.execute(insert(jobs), [_done(number) | owner for number in range(REMINDERS)])
    return case


def _date(number: int) -> dict[str, Any]:
    """Every second one met, the others still open."""
    day = clock.today() + timedelta(days=30 * number - 600)
    told = {
        "milestone": f"date_{number}",
        "role": "undertaker",
        "title": "期限",
        "title_en": "date",
    }
    days = {"due_on": day, "nominal_on": day, "anchor_on": day, "met_on": day}
    met = {**days, "status": "met"} if number % 2 else {**days, "met_on": None, "status": "open"}
    rest = {"kind": "within", "provisional": False, "soft": False, "clause": "SX-16.2"}
    return {"id": new_id(), "calendar_version": "x", "proof": [], **told, **met, **rest}


def _done(number: int) -> dict[str, Any]:
    run_at = clock.now() - timedelta(days=30 * number)
    rest = {"payload": {}, "max_attempts": 5, "attempts": 1, "status": "done"}
    return {"id": new_id(), "kind": "timer", "key": new_id(), "run_at": run_at, **rest}


def scans(bench: Bench, sizes: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    """One look for due timers, with ever more open cases that each wait for one."""
    model = bench.setting.start()
    open_cases = 1
    for size in sizes:
        with db.transaction() as tx:
            for first in range(open_cases, size, BATCH):
                _wait(tx, model, min(BATCH, size - first))
        open_cases = size
        analyse()
        yield {"open_cases": size, "scan_ms": round(1000 * _scan(), 3)}


def _wait(tx: Connection, model: str, number: int) -> None:
    """So many more cases, each with an instance and a timer of the coming years."""
    case = dict(tx.execute(select(cases).where(cases.c.id == model)).mappings().one())
    run = dict(tx.execute(select(instances).where(instances.c.case_id == model)).mappings().one())
    ids = [(new_id(), new_id()) for _ in range(number)]
    tx.execute(insert(cases), [case | {"id": one, "number": f"WAIT-{one}"} for one, _ in ids])
    tx.execute(insert(instances), [run | {"id": two, "case_id": one} for one, two in ids])
    tx.execute(insert(jobs), [_timer(number, *each) for number, each in enumerate(ids)])


def _timer(number: int, case: str, instance: str) -> dict[str, Any]:
    run_at = clock.now() + timedelta(days=1 + number)
    owner = {"case_id": case, "instance_id": instance, "ref": "timer", "payload": {}}
    return {"id": new_id(), "kind": "timer", "run_at": run_at, "status": "due", **owner} | {
        "key": new_id(),
        "max_attempts": 5,
    }


def _scan() -> float:
    """The median of many looks that find nothing, in seconds of the clock."""
    taken = []
    for _ in range(SCANS):
        begun = time.perf_counter()
        assert claims.claim(claims.ENGINE) is None
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
