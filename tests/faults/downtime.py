"""``python -m tests.faults.downtime``: a week without a worker, then all that fell due meanwhile.

Every timer must fire once and as of its own moment, within five minutes of the return; nobody is
told of the week's legal dates more than once; no legal date has changed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from server import clock, db
from server.ids import new_id
from server.jobs import claims, daily, worker
from server.migrations import migrate
from server.models import deadlines, instances, jobs, journal, notifications
from tests import databases
from tests.bench.office import copies
from tests.office import Office, furnish

AWAY = timedelta(days=7)
LIMIT = timedelta(minutes=5)
DATE = {
    "milestone": "plan_filing",
    "role": "undertaker",
    "title": "报送建设方案",
    "title_en": "filing of the plan",
    "kind": "within",
    "provisional": False,
    "soft": False,
    "clause": "SX-16.2",
    "calendar_version": "x",
    "proof": [],
    "status": "open",
}


def run(url: str, timers: int) -> dict[str, Any]:
    """One week on an empty database; the figures with everything that is wrong."""
    migrate(url)
    db.bind(db.connect(url))
    office = furnish()
    _tell_of_today()
    _fill(office, timers)
    before = _legal_dates()
    with clock.frozen(clock.now() + AWAY):
        begun = time.perf_counter()
        daily.plan()
        _work()
        seconds = time.perf_counter() - begun
    figures = {"database": db.engine().dialect.name, "timers": timers, "seconds": round(seconds, 1)}
    wrong = [*_timers(timers), *_reminders(), *_dates(before)]
    if seconds > LIMIT.total_seconds():
        wrong.append(f"{seconds:.0f} s until the last timer had fired")
    return {**figures, "fired": _fired().total(), "wrong": wrong}


def _tell_of_today() -> None:
    daily.plan()
    _work()


def _work() -> None:
    for queue in claims.QUEUES:
        while worker.run_one(queue):
            pass


def _fill(office: Office, timers: int) -> None:
    """So many cases that each wait for a timer of the week and owe a date of the week."""
    case = office.start("watch")["case"]
    due = clock.today() + timedelta(days=3)
    with db.transaction() as tx:
        instance = tx.execute(select(instances.c.id).filter_by(case_id=case)).scalar_one()
        own = {"id": new_id(), "case_id": case, "instance_id": instance}
        days = {"due_on": due, "nominal_on": due, "anchor_on": clock.today()}
        tx.execute(insert(deadlines).values(**DATE, **own, **days))
    copies(case, timers - 1)


# --- what must hold -----------------------------------------------------------------------------


def _fired() -> Counter[str]:
    """Case -> how often its timer has fired."""
    told = select(journal.c.case_id).where(journal.c.act == "fire")
    with db.read() as tx:
        return Counter(tx.execute(told).scalars())


def _timers(wanted: int) -> list[str]:
    often = _fired()
    wrong = [f"case {case}: fired {times} times" for case, times in often.items() if times != 1]
    if len(often) != wanted:
        wrong.append(f"{wanted} timers, fired in {len(often)} cases")
    with db.read() as tx:
        left = tx.execute(select(func.count()).select_from(jobs).filter_by(status="due")).scalar()
        told = tx.execute(select(journal.c.detail).where(journal.c.act == "fire")).scalars().all()
        due = set(tx.execute(select(jobs.c.run_at).filter_by(kind="timer")).scalars())
    if left:
        wrong.append(f"{left} jobs left")
    if {detail["scheduled"] for detail in told} != {moment.isoformat() for moment in due}:
        wrong.append("a timer was told another moment than its own")
    return wrong


def _reminders() -> list[str]:
    """One reminder for each person after the return, and somebody has been told."""
    with db.read() as tx:
        told = Counter(tx.execute(select(notifications.c.person_id)).scalars())
    wrong = [f"person {person}: {times} reminders" for person, times in told.items() if times > 1]
    return wrong if told else ["nobody was reminded"]


def _legal_dates() -> list[Any]:
    with db.read() as tx:
        return list(tx.execute(select(deadlines).order_by(deadlines.c.id)).all())


def _dates(before: list[Any]) -> list[str]:
    return [] if _legal_dates() == before else ["a legal date has changed"]


def on(kind: str, timers: int) -> dict[str, Any]:
    """One week on an empty database of a kind."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            url = f"sqlite:///{Path(folder) / 'downtime.sqlite'}"
        else:
            url = databases.create(
                databases.start_postgresql(f"downtime-{os.getpid()}"), "downtime"
            )
        found = run(url, timers)
        db.engine().dispose()
    return found


def main(arguments: list[str]) -> int:
    """Run on each database; prints JSON; 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.downtime", description=__doc__)
    parser.add_argument("--timers", type=int, default=10_000)
    parser.add_argument("--databases", nargs="+", default=list(databases.KINDS))
    given = parser.parse_args(arguments)
    runs = [on(kind, given.timers) for kind in given.databases]
    print(json.dumps({"runs": runs}, ensure_ascii=False, indent=1))
    return int(any(run["wrong"] for run in runs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
