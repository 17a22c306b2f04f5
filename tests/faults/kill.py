"""``python -m tests.faults.kill``: kill -9 at random moments under load, then check the ledger.

Three clerks and a worker run as processes of their own. At random moments one of them is killed
(on PostgreSQL now and then one session of the server instead) and another takes its place. In the
end the jobs that are left are done and every invariant of the ledger must hold.
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
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from server import clock, db
from server.jobs import worker
from server.migrations import migrate
from tests import databases
from tests.faults.ledger import Ledger
from tests.office import furnish

CLERKS = 3
ROLES = (*("clerk",) * CLERKS, "worker")
Whose = Callable[[Iterable[bool]], bool]
CUT_A_SESSION = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"""


@dataclass
class Troop:
    """The processes of one run; each place keeps its log when its holder is replaced."""

    url: str
    folder: Path
    chance: random.Random
    holders: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def muster(self) -> None:
        """Start one process for each place."""
        self.holders = [self._start(place) for place in range(len(ROLES))]

    def replace(self, place: int) -> None:
        """Kill the holder of a place without warning and start another."""
        self._kill(place)
        self.holders[place] = self._start(place)

    def dismiss(self) -> None:
        """Kill everybody."""
        for place in range(len(self.holders)):
            self._kill(place)

    def _kill(self, place: int) -> None:
        self.holders[place].send_signal(signal.SIGKILL)
        self.holders[place].wait()

    def _start(self, place: int) -> subprocess.Popen[bytes]:
        seed = str(self.chance.getrandbits(32))
        module = ["-m", "tests.faults.client", ROLES[place], self.url]
        command = [sys.executable, *module, str(self.log(place)), seed]
        with (self.folder / f"{place}.err").open("ab") as output:
            return subprocess.Popen(command, stderr=output)

    def log(self, place: int) -> Path:
        """Where the clerk of a place writes."""
        return self.folder / f"{place}.log"

    @property
    def logs(self) -> list[Path]:
        """The logs of all clerks."""
        return [self.log(place) for place in range(CLERKS)]


def run(url: str, folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """One run on an empty database; the figures with everything that is wrong."""
    migrate(url)
    db.bind(db.connect(url))
    furnish()
    troop = Troop(url, folder, random.Random(seed))
    troop.muster()
    try:
        _wait_for_work(troop)
        for _ in range(kills):
            _strike(troop)
        _wait_for_work(troop)
    finally:
        troop.dismiss()
    finish()
    ledger = Ledger(troop.logs)
    return {"seed": seed, "kills": kills, **ledger.figures(), "wrong": ledger.wrong()}


def _wait_for_work(troop: Troop, whose: Whose = all, seconds: float = 60) -> None:
    """Until every clerk, or any, has written something new."""
    before = [log.stat().st_size if log.exists() else 0 for log in troop.logs]
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sizes = [log.stat().st_size if log.exists() else 0 for log in troop.logs]
        if whose(size > old for size, old in zip(sizes, before, strict=True)):
            return
        time.sleep(0.05)
    raise TimeoutError("the clerks do not work, see *.err")


def _strike(troop: Troop) -> None:
    _wait_for_work(troop, any)  # on a busy machine they would be killed before they have begun
    time.sleep(troop.chance.uniform(0.1, 1.2))
    if db.engine().dialect.name == "postgresql" and troop.chance.random() < 0.2:
        with db.transaction() as tx:
            tx.execute(text(CUT_A_SESSION))
        return
    troop.replace(troop.chance.randrange(len(ROLES)))


def finish(day: int = 11) -> None:
    """What made steps fail is mended; from so many days later on every job that is left is done."""
    sys.modules["handlers.trial"].MENDED = True  # type: ignore[attr-defined]
    for days in range(day, day + 4):
        with clock.frozen(clock.machine() + timedelta(days=days)):
            while worker.drain(seconds=60):
                pass


def on(kind: str, kills: int, seed: int) -> dict[str, Any]:
    """A run on one kind of database, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "sqlite":
            url = f"sqlite:///{folder / 'kill.sqlite'}"
        else:
            url = databases.create(databases.start_postgresql(f"kill-{seed}"), "kill")
        began = time.monotonic()
        try:
            figures = run(url, folder, kills, seed)
        finally:
            db.engine().dispose()
        return {"database": kind, "seconds": round(time.monotonic() - began, 1), **figures}


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON object per database; exit code 1 when an invariant is violated."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--databases", nargs="+", default=list(databases.KINDS))
    given = parser.parse_args(arguments)
    wrong = False
    for kind in given.databases:
        figures = on(kind, given.kills, given.seed)
        print(json.dumps(figures, ensure_ascii=False), flush=True)
        wrong = wrong or bool(figures["wrong"])
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
