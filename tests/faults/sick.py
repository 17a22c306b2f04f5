"""``python -m tests.faults.sick``: a province whose broker or database is slow, silent or gone.

The same processes and clerks as in the storm, with a wire between office and database. Broker away:
no request fails or is slower for it, and what is due is done. Database far away: the slowest act
but for one in twenty is within three seconds. Database gone or silent: everybody is told so within
three seconds and when to come again, and the office works again without a restart.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from docker.cluster import free_port
from server import clock, db
from server.models import jobs
from tests import databases
from tests.bench import rows
from tests.bench.office import Desk
from tests.bench.rows import Row
from tests.faults.kill import finish
from tests.faults.ledger import Ledger
from tests.faults.province import Database, Province, wait_until
from tests.faults.proxy import Proxy
from tests.faults.storm import BACK, Seen, Visitor, at_work, furnished, overdue

CLERKS = 4
FAR = 0.2
"""Seconds of a round trip to a database that is far away."""

PROMPT, SLOW, TOLD = 2.0, 3.0, 3.0
PAGES = ("/inbox", "/cases", "/api/v1/user-tasks", "/sign-in", "/public")
QUIET = 0.2


@dataclass
class Sick:
    """A province at work whose wire to the database is in our hand."""

    province: Province
    proxy: Proxy
    clerks: list[Visitor]
    seen: Seen
    desk: Desk
    wrong: list[str] = field(default_factory=list)

    # --- the broker -----------------------------------------------------------------------------

    def without_broker(self, seconds: float) -> Iterator[Row]:
        """Nobody waits for the broker, and what falls due is done."""
        broker = self.province.broker
        if broker is None:
            return
        self._start_anew()
        self._work(min(seconds, 30))
        usual = self.seen.slowest
        before, done = self._start_anew(), _done()
        broker.stop()
        latest = self._work(seconds)
        acts = self.seen.acknowledged - before
        slowest, failed = self.seen.slowest, _failures(self.seen.statuses)
        yield Row("broker away", seconds, "s")
        yield Row("broker away: acts acknowledged", acts, "")
        yield Row("broker away: requests that failed", failed, "", 0)
        yield Row("broker there: slowest answer", round(usual, 2), "s")
        yield Row("broker away: slowest answer", round(slowest, 2), "s")
        yield Row("broker away: slower by", round(max(slowest - usual, 0), 2), "s", PROMPT)
        yield Row("broker away: jobs done", _done() - done, "", 1, least=True)
        yield Row("broker away: latest job", round(latest, 1), "s", 10)
        broker.start()

    def _work(self, seconds: float) -> float:
        """So long; the lateness of the latest job seen."""
        until, latest = time.monotonic() + seconds, 0.0
        while time.monotonic() < until:
            time.sleep(QUIET)
            latest = max(latest, lateness())
        return latest

    # --- the database ---------------------------------------------------------------------------

    def far_away(self, seconds: float) -> Iterator[Row]:
        """Every round trip takes its time."""
        before = self._start_anew()
        self.proxy.delay = FAR
        time.sleep(seconds)
        self.proxy.delay = 0.0
        acts = self.seen.acknowledged - before
        yield Row("database 200 ms away: acts acknowledged", acts, "", 20, least=True)
        yield Row("database 200 ms away: p95", rows.p95(self.seen.took), "s", SLOW)
        failed = _failures(self.seen.statuses)
        yield Row("database 200 ms away: requests that failed", failed, "", 0)

    def gone(self, seconds: float, is_silent: bool) -> Iterator[Row]:
        """Whoever asks is told so, in time; then it is there again."""
        name = "database silent" if is_silent else "database gone"
        processes = self._processes()
        (self.proxy.silence if is_silent else self.proxy.cut)()
        answers = list(self._ask_for(seconds))
        if is_silent:
            self.proxy.cut()
        self.proxy.open()
        back = wait_until(lambda: self._ask("/inbox")[0] == 200, BACK)
        yield Row(f"{name}: requests", len(answers), "", 3, least=True)
        yield Row(f"{name}: slowest answer", round(max(s for *_, s in answers), 2), "s", TOLD)
        other = [each for each in answers if each[0] != 503]
        self.wrong += [f"{name}: {path} {status}" for status, path, *_ in other]
        yield Row(f"{name}: answers other than 503", len(other), "", 0)
        silent = sum(told is None for status, _, told, _ in answers if status == 503)
        yield Row(f"{name}: told so without saying when", silent, "", 0)
        yield Row(f"{name}: works again after", round(back, 1), "s", 10)
        yield Row(f"{name}: processes begun anew", len(self._processes() - processes), "", 0)

    def _ask_for(self, seconds: float) -> Iterator[tuple[int, str, str | None, float]]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for path in PAGES:
                yield self._ask(path)
                time.sleep(QUIET)

    def _ask(self, path: str) -> tuple[int, str, str | None, float]:
        """Status, path, when to come again, seconds."""
        begun, status, again = time.monotonic(), 0, None
        wire = http.client.HTTPConnection("127.0.0.1", self.province.port, timeout=30)
        with suppress(OSError, http.client.HTTPException):
            accept = "application/json" if path.startswith("/api") else "text/html"
            cookie = f"guicheng={self.desk.cookie}"
            wire.request("GET", path, headers={"Cookie": cookie, "Accept": accept})
            answer = wire.getresponse()
            answer.read()
            status, again = answer.status, answer.getheader("Retry-After")
        wire.close()
        return status, path, again, time.monotonic() - begun

    def _processes(self) -> set[int]:
        """All of web and of the workers."""
        firsts = [part.process.pid for part in self.province.parts if part.process]
        pools = [child for pid in firsts for child in psutil.Process(pid).children()]
        return {*firsts, *(child.pid for child in pools)}

    def _start_anew(self) -> int:
        """What was seen until now counts no more; the acts so far."""
        self.seen.statuses, self.seen.slowest, self.seen.took = Counter(), 0.0, []
        return self.seen.acknowledged


def _failures(statuses: Counter[str]) -> int:
    """Requests without an answer, or whose answer says that the fault is the office's."""
    return sum(n for told, n in statuses.items() if told.startswith(("none", "5")))


def lateness() -> float:
    """Seconds for which the oldest job that nobody holds has been due."""
    due = jobs.c.status == "due", jobs.c.run_at <= clock.now()
    with suppress(DBAPIError), db.read() as tx:
        oldest = tx.execute(select(func.min(jobs.c.run_at)).where(*due)).scalar_one()
        return (clock.now() - oldest).total_seconds() if oldest else 0.0
    return 0.0


def _done() -> int:
    with db.read() as tx:
        done = select(func.count()).select_from(jobs).where(jobs.c.status == "done")
        return int(tx.execute(done).scalar_one())


def run(folder: Path, away: float, each: float) -> dict[str, Any]:
    """All of it on an empty database: the broker away for so long, the others for ``each``."""
    database = Database(folder / "postgresql")
    direct = databases.create(database.address, "sick")
    desks = furnished(direct)
    port = free_port()
    proxy = Proxy(port, database.socket)
    proxy.open()
    url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/sick"
    province, seen = Province(folder, database, url), Seen()
    clerks = [Visitor(folder / f"{n}.log", province.port, desks, seen) for n in range(CLERKS)]
    sick = Sick(province, proxy, clerks, seen, next(iter(desks.values())))
    random.seed(1)
    try:
        province.start()
        with at_work(clerks):
            wait_until(lambda: seen.acknowledged > CLERKS, BACK)
            told = [
                *sick.without_broker(away),
                *sick.far_away(each),
                *sick.gone(each, is_silent=False),
                *sick.gone(each, is_silent=True),
            ]
        settled = wait_until(lambda: overdue() == 0, BACK)
    finally:
        province.stop()
    proxy.end()
    finish(day=1)
    ledger = Ledger([folder / f"{n}.log" for n in range(CLERKS)])
    wrong = [*ledger.wrong(), *seen.wrong, *sick.wrong]
    db.engine().dispose()
    database.stop()
    told.append(Row("nothing due is left after", round(settled, 1), "s", BACK))
    told.append(Row("whatever else is wrong", len(wrong), "", 0))
    missed = [f"{row.name}: {row.value} {row.unit}" for row in told if row.reached is False]
    return {"rows": told, "wrong": [*wrong, *missed]}


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; exit code 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.sick", description=__doc__)
    parser.add_argument("--away", type=float, default=120, help="seconds without a broker")
    parser.add_argument("--each", type=float, default=30, help="seconds of each other illness")
    parser.add_argument("--keep", action="store_true", help="write the results down for the page")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="guicheng-sick-") as folder:
        found = run(Path(folder), given.away, given.each)
    for row in found["rows"]:
        print(
            f"{row.name}: {row.value:g} {row.unit} {'' if row.reached is not False else 'MISSED'}"
        )
    print(json.dumps(found["wrong"], ensure_ascii=False), flush=True)
    if given.keep:
        command = f"make sick AWAY={given.away:g} EACH={given.each:g}"
        rows.keep("sick", rows.document(command, found["rows"]))
    return int(bool(found["wrong"]))


if __name__ == "__main__":
    sys.exit(main())
