"""``python -m tests.faults.migration``: a batch of cases goes over, with kill -9 in the middle.

Two workers move the cases; at random moments one of them is killed and another takes its place
(on PostgreSQL now and then one session of the server is cut instead). In the end each case has been
moved once or not at all, with all that it had.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from server import clock, db
from server.jobs import worker
from server.migrations import migrate
from server.models import drafts, instances, jobs, journal, migration_cases, work_items
from server.work import migration, worklist
from server.work.journal import broken_cases
from server.work.people import Person
from tests import databases
from tests.faults.kill import CUT_A_SESSION
from tests.office import REGIME, Office, furnish
from tests.server.work.migrated import official, publish, second

CASES = 1_000
WORKERS = 2
TABLES = (instances, work_items, jobs, drafts)


@dataclass
class Batch:
    """A furnished database with an order that has been agreed to."""

    url: str
    office: Office
    owner: Person
    order_id: str
    target: int
    before: dict[str, dict[str, dict[str, Any]]]

    @classmethod
    def prepare(cls, url: str, cases: int) -> Batch:
        """Start the cases, publish a second version, order and agree."""
        migrate(url)
        db.bind(db.connect(url))
        office = furnish()
        for number in range(cases):
            _start(office, number)
        owner, approver = (official(office, r, r) for r in ("process_owner", "approver"))
        target, before = publish(second()), _everything()
        order_id = migration.order(owner, REGIME, "permit", {}, "改用第二版")
        migration.consent(approver, order_id)
        return cls(url, office, owner, order_id, target, before)

    def run(self, kills: int, chance: random.Random) -> int:
        """Let workers do it while some are killed; returns how many kills hit it under way."""
        held = [self._worker(chance) for _ in range(WORKERS)]
        hit = 0
        try:
            for kill in range(kills):
                self._until(lambda left, k=kill: left <= self.size * (1 - k / (kills + 1)))
                time.sleep(chance.uniform(0, 0.2))
                hit += self.left() > 0
                self._strike(held, chance)
            self._until(lambda left: not left, seconds=5)
        finally:
            for one in held:
                _kill(one)
        return hit

    def finish(self) -> None:
        """What a killed worker held is done when its lease has run out."""
        with clock.frozen(clock.machine() + timedelta(minutes=10)):
            while worker.drain(seconds=60):
                pass

    def left(self) -> int:
        """Cases still to be moved."""
        with db.read() as tx:
            own = migration_cases.c.migration_id == self.order_id
            waiting = own & (migration_cases.c.status == "waiting")
            wanted = select(func.count()).select_from(migration_cases).where(waiting)
            return int(tx.execute(wanted).scalar_one())

    @property
    def size(self) -> int:
        """All its cases."""
        return len(self.before["instances"])

    def _until(self, reached: Any, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not reached(self.left()):
            time.sleep(0.05)

    def _worker(self, chance: random.Random) -> subprocess.Popen[bytes]:
        seed = str(chance.getrandbits(32))
        code = "import sys; from tests.faults import migration; migration.do_jobs(sys.argv[1])"
        return subprocess.Popen([sys.executable, "-c", code, self.url, seed])

    def _strike(self, held: list[subprocess.Popen[bytes]], chance: random.Random) -> None:
        if db.engine().dialect.name == "postgresql" and chance.random() < 0.2:
            with db.transaction() as tx:
                tx.execute(text(CUT_A_SESSION))
            return
        place = chance.randrange(len(held))
        _kill(held[place])
        held[place] = self._worker(chance)


def do_jobs(url: str) -> None:
    """A worker that works until it is killed."""
    from tests.office import bind_rules

    bind_rules()
    db.bind(db.connect(url))
    while True:
        if not worker.drain():
            time.sleep(0.05)


def _start(office: Office, number: int) -> None:
    """Every third case has a claimed item with a draft."""
    office.start()
    if number % 3 == 0:
        with db.read() as tx:
            newest = select(work_items.c.id).order_by(work_items.c.id.desc()).limit(1)
            item = tx.execute(newest).scalar_one()
        worklist.claim(office["applicant"], item)
        worklist.save_draft(office["applicant"], item, {"summary": f"第 {number} 份"})


def _everything() -> dict[str, dict[str, dict[str, Any]]]:
    """Table, and its key (the first column), to the row."""
    with db.read() as tx:
        return {table.name: dict(_rows(tx, table)) for table in TABLES}


def _rows(tx: Connection, table: Table) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in tx.execute(select(table)):
        yield row[0], dict(row._mapping)


def _kill(one: subprocess.Popen[bytes]) -> None:
    one.send_signal(signal.SIGKILL)
    one.wait()


# --- what must hold -----------------------------------------------------------------------------

KEPT = ("id", "case_id", "task_id", "assignee_id", "claimed_at", "deadline_id", "due_on", "status")


def wrong(batch: Batch) -> list[str]:
    """All that is not as it must be."""
    return [*_moved_once(batch), *_kept(batch), *_whole()]


def _moved_once(batch: Batch) -> Iterator[str]:
    with db.read() as tx:
        told = select(journal.c.case_id).where(journal.c.act == "migrate")
        entries = Counter(tx.execute(told).scalars())
        status = dict(
            tx.execute(select(migration_cases.c.instance_id, migration_cases.c.status)).all()
        )
    now, old = _everything()["instances"], batch.before["instances"]
    for id, row in now.items():
        acts = entries[row["case_id"]]
        expected = (1, batch.target) if status[id] == "moved" else (0, old[id]["publication_id"])
        if (acts, row["publication_id"]) != expected:
            yield f"{id} {status[id]}: told {acts} times, on {row['publication_id']}"
        if row["version"] != old[id]["version"] + acts:
            yield f"{id}: version {row['version']} after {acts} moves"
        if status[id] != "moved":
            yield f"{id}: {status[id]}"


def _kept(batch: Batch) -> Iterator[str]:
    now = _everything()
    for id, row in batch.before["work_items"].items():
        after = now["work_items"].get(id, {})
        if any(after.get(name) != row[name] for name in KEPT):
            yield f"item {id} is not what it was"
    if now["work_items"].keys() != batch.before["work_items"].keys():
        yield "items have come or gone"
    if now["drafts"] != batch.before["drafts"]:
        yield "drafts have changed"
    timers = {id: row for id, row in now["jobs"].items() if row["kind"] != "migrate"}
    if timers != batch.before["jobs"]:
        yield "other jobs have changed"


def _whole() -> Iterator[str]:
    for number, sentences in broken_cases().items():
        yield f"{number}: {sentences}"


def run(url: str, cases: int, kills: int, seed: int) -> dict[str, Any]:
    """One batch on an empty database; the figures with everything that is wrong."""
    batch = Batch.prepare(url, cases)
    began = time.monotonic()
    hit = batch.run(kills, random.Random(seed))
    took = time.monotonic() - began
    batch.finish()
    with db.read() as tx:
        counts = migration.find(tx, batch.owner, batch.order_id).counts
    figures = {"cases": cases, "kills": kills, "under way": hit, "seconds": round(took, 1)}
    return figures | {"counts": dict(counts), "wrong": wrong(batch)}


def on(kind: str, cases: int, kills: int, seed: int) -> dict[str, Any]:
    """A run on one kind of database, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as name:
        if kind == "sqlite":
            url = f"sqlite:///{Path(name) / 'migration.sqlite'}"
        else:
            server = databases.start_postgresql(f"migration-{seed}")
            url = databases.create(server, "migration")
        try:
            return {"database": kind, "seed": seed, **run(url, cases, kills, seed)}
        finally:
            db.engine().dispose()


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON object per database; exit code 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.migration", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--databases", nargs="+", default=list(databases.KINDS))
    given = parser.parse_args(arguments)
    bad = False
    for kind in given.databases:
        figures = on(kind, given.cases, given.kills, given.seed)
        print(json.dumps(figures, ensure_ascii=False), flush=True)
        bad = bad or bool(figures["wrong"]) or not figures["under way"]
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
