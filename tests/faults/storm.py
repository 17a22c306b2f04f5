"""``python -m tests.faults.storm``: kill -9 over a whole province, then the ledger is checked.

Clerks hand in forms over HTTP, each with a key that it repeats until it knows what came of it.
After a chance number of acknowledged acts something is killed: a web process or all of them, a
worker or a process of its pool or the one that looks for work, PostgreSQL or one of its sessions,
the broker with its data. Sixty seconds after the last kill nothing may be left that is due, and
every invariant of the ledger must hold.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from server import clock, db
from server.migrations import migrate
from server.models import jobs
from server.work import publications
from tests import databases
from tests.bench import rows
from tests.bench.office import Desk, signed_in
from tests.bench.rows import Row
from tests.faults.client import Clerk
from tests.faults.kill import finish
from tests.faults.ledger import Ledger
from tests.faults.province import Database, Part, Province, wait_until
from tests.office import furnish
from tests.procedures import tree

CLERKS = 6
ACTS = (5, 35)
"""So many acknowledged acts, at least and at most, from one kill to the next."""

SHARES = {
    "web process": 20,
    "all of web": 5,
    "worker": 20,
    "pool child": 15,
    "ticker": 5,
    "database": 5,
    "database process": 5,
    "session": 15,
    "broker": 10,
}
"""What is killed how often, in hundredths."""

BACK = 60
"""Seconds in which the office must serve again, and in which all that is due must be done."""

WATCH = "processes/watch.bpmn"
AGAIN = 0.1
TIMEOUT = 30


@dataclass
class Seen:
    """What all clerks saw together."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    acknowledged: int = 0
    slowest: float = 0.0
    took: list[float] = field(default_factory=list)
    """Seconds of each form that was handed in and taken."""


class Gone(Exception):
    """No answer, or one that says nothing about the act."""


class Visitor(Clerk):
    """A clerk who reaches the office over HTTP."""

    def __init__(self, log: Path, port: int, desks: Mapping[str, Desk], seen: Seen) -> None:
        super().__init__(log)
        self.port, self.desks, self.seen = port, desks, seen
        self.stopped = threading.Event()
        self.connection: http.client.HTTPConnection | None = None

    def work(self) -> None:
        """Until it is told to stop; the last request is repeated until its end is known."""
        while not self.stopped.is_set():
            try:
                wanted = list(self._requests())
            except DBAPIError:  # the database is away
                time.sleep(AGAIN)
                continue
            for request in wanted:
                self._send(request)
        self._hang_up()

    def _hang_up(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def _send(self, request: dict[str, Any]) -> None:
        self._write(request)
        while True:
            try:
                status, body = self._ask(request)
            except Gone:
                time.sleep(AGAIN)
                continue
            ok = status < 400
            self.seen.acknowledged += ok
            told = {"result": "ok"} if ok else {"result": "fail", "code": body.get("code")}
            return self._write({"key": request["key"], **told})

    def _ask(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and document of an answer that says what became of the act."""
        begun = time.monotonic()
        try:
            answer = self._post(request)
            status, content = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._note(f"none: {type(error).__name__}", begun)
            self._hang_up()
            raise Gone from error
        self._note(str(status), begun)
        if status < 400 and request["op"] == "complete":
            self.seen.took.append(time.monotonic() - begun)
        if status == 503 and answer.getheader("Retry-After"):
            raise Gone
        if status >= 500:
            self.seen.wrong.append(f"{status}: {content[:300].decode(errors='replace')}")
            raise Gone
        return status, json.loads(content)

    def _post(self, request: dict[str, Any]) -> http.client.HTTPResponse:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        desk = self.desks[request["person"]]
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Cookie": f"guicheng={desk.cookie}",
            "X-CSRFToken": desk.csrf,
            "Idempotency-Key": request["key"],
        }
        path, body = _wanted(request)
        self.connection.request("POST", path, json.dumps(body).encode(), headers)
        return self.connection.getresponse()

    def _note(self, told: str, begun: float) -> None:
        self.seen.statuses[told] += 1
        self.seen.slowest = max(self.seen.slowest, time.monotonic() - begun)


def _wanted(request: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Where a request goes, and its body."""
    if request["op"] == "start":
        return f"/start/shanxi/{request['process']}", {"data": {"field_name": "某领域"}}
    told = {"version": request["version"], "data": request["data"]}
    return f"/tasks/{request['item']}/complete", told


# --- the storm ----------------------------------------------------------------------------------


@dataclass
class Storm:
    """A province, its clerks, and what strikes them."""

    province: Province
    clerks: list[Visitor]
    seen: Seen
    chance: random.Random
    struck: Counter[str] = field(default_factory=Counter)
    recoveries: list[tuple[float, str]] = field(default_factory=list)
    """Seconds from each kill to the next acknowledged act, and what was killed."""

    def rage(self, kills: int, seconds: float) -> None:
        """Kill so often, or for so long."""
        until = time.monotonic() + seconds
        for name in self._order(kills):
            if time.monotonic() > until:
                return
            self._strike(name)
            begun, acts = time.monotonic(), self.seen.acknowledged
            wait_until(lambda acts=acts: self.seen.acknowledged > acts, BACK)  # type: ignore[misc]
            self.recoveries.append((time.monotonic() - begun, name))
            wanted = acts + self.chance.randint(*ACTS)
            wait_until(lambda wanted=wanted: self.seen.acknowledged >= wanted, BACK)  # type: ignore[misc]

    def _order(self, kills: int) -> list[str]:
        """Each kind as often as its share, at least once where there is room."""
        known = {n: s for n, s in SHARES.items() if n != "broker" or self.province.broker}
        first = list(known)[:kills]
        rest = self.chance.choices(list(known), list(known.values()), k=kills - len(first))
        names = [*first, *rest]
        self.chance.shuffle(names)
        return names

    def _strike(self, name: str) -> None:
        self.struck[name] += 1
        self._means()[name]()

    def _means(self) -> dict[str, Callable[[], None]]:
        it, chance = self.province, self.chance
        worker: Part = chance.choice(it.workers)
        return {
            "web process": lambda: it.web.kill_child(chance),
            "all of web": it.web.kill,
            "worker": worker.kill,
            "pool child": lambda: worker.kill_child(chance),
            "ticker": worker.kill_first,
            "database": it.database.kill,
            "database process": it.database.kill_session,
            "session": it.database.cut_session,
            "broker": it.broker.kill if it.broker else it.web.kill,
        }


def overdue() -> int:
    """Jobs that are due and that nobody has done; -1 while the database does not tell."""
    due = jobs.c.status == "due", jobs.c.run_at <= clock.now()
    with suppress(DBAPIError), db.read() as tx:
        return int(tx.execute(select(func.count()).select_from(jobs).where(*due)).scalar_one())
    return -1


def run(folder: Path, kills: int, seed: int, seconds: float = 3600) -> dict[str, Any]:
    """One storm on an empty database, of so many kills or until the time is over; the figures with
    everything that is wrong."""
    database = Database(folder / "postgresql")
    url = databases.create(database.address, "storm")
    desks = furnished(url)
    province, seen = Province(folder, database, url), Seen()
    clerks = [Visitor(folder / f"{n}.log", province.port, desks, seen) for n in range(CLERKS)]
    storm = Storm(province, clerks, seen, random.Random(seed))
    random.seed(seed)
    begun = time.monotonic()
    try:
        province.start()
        with at_work(clerks):
            wait_until(lambda: seen.acknowledged > CLERKS, BACK)
            storm.rage(kills, seconds)
        done = _jobs_done()
        settled = wait_until(lambda: overdue() == 0, BACK)
    finally:
        province.stop()
    lasted = time.monotonic() - begun
    finish(day=1)
    ledger = Ledger([folder / f"{n}.log" for n in range(CLERKS)])
    wrong = [*ledger.wrong(), *seen.wrong]
    db.engine().dispose()
    database.stop()
    return {
        "seed": seed,
        "kills": dict(storm.struck),
        "seconds": round(lasted, 1),
        "statuses": dict(seen.statuses),
        "jobs_done_meanwhile": done,
        "back_after_p99": rows.p99([seconds for seconds, _ in storm.recoveries]),
        "back_after_most": max(storm.recoveries),
        "slowest_answer": round(seen.slowest, 2),
        "settled_after": round(settled, 1),
        **ledger.figures(),
        "wrong": [*wrong, *database.damaged()],
    }


def furnished(url: str) -> dict[str, Desk]:
    """A migrated database with an office, whose timers are due after seconds; sessions."""
    migrate(url)
    db.bind(db.connect(url))
    office = furnish()
    files = tree()
    files[WATCH] = files[WATCH].replace(b">P3D<", b">PT5S<")
    with db.transaction() as tx:
        publications.publish(tx, files, "storm", None)
        return {person.id: signed_in(tx, person) for person in office.people.values()}


def _jobs_done() -> int:
    with db.read() as tx:
        done = select(func.count()).select_from(jobs).where(jobs.c.status == "done")
        return int(tx.execute(done).scalar_one())


@contextmanager
def at_work(clerks: list[Visitor]) -> Iterator[None]:
    """While they work."""
    threads = [threading.Thread(target=clerk.work, daemon=True) for clerk in clerks]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for clerk in clerks:
            clerk.stopped.set()
        for thread in threads:
            thread.join(BACK)


def figures(found: Mapping[str, Any]) -> Iterator[Row]:
    """What the page of results shows."""
    kills = sum(found["kills"].values())
    yield Row("kill -9", kills, "")
    yield Row("acts acknowledged", found["requests"]["ok"], "", 20 * kills, least=True)
    lost = [each for each in found["wrong"] if each.startswith("I1")]
    stuck = [each for each in found["wrong"] if each.startswith(("I4", "I6"))]
    yield Row("acts lost or doubled", len(lost), "", 0)
    yield Row("cases that stand still", len(stuck), "", 0)
    yield Row("whatever else is wrong", len(found["wrong"]) - len(lost) - len(stuck), "", 0)
    yield Row("nothing due is left after", found["settled_after"], "s", 60)
    yield Row("the next act acknowledged after a kill, p99", found["back_after_p99"], "s", 10)
    for name, often in sorted(found["kills"].items()):
        yield Row(f"kill -9: {name}", often, "")
    for status, often in sorted(found["statuses"].items()):
        yield Row(f"answers: {status}", often, "")
    yield Row("jobs done under fire", found["jobs_done_meanwhile"], "")
    yield Row("lasted", found["seconds"], "s")


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON object; exit code 1 when an invariant is violated."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.storm", description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=60, help="at most")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--keep", action="store_true", help="write the results down for the page")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="guicheng-storm-") as folder:
        found = run(Path(folder), given.kills, given.seed, 60 * given.minutes)
    print(json.dumps(found, ensure_ascii=False), flush=True)
    if given.keep:
        command = f"make faults KILLS={given.kills} MINUTES={given.minutes:g}"
        rows.keep("faults", rows.document(command, list(figures(found))))
    return int(bool(found["wrong"]))


if __name__ == "__main__":
    sys.exit(main())
