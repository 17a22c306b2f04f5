"""``make load``: people at a running office, then more of them than it can serve.

Two web processes of gunicorn on PostgreSQL, the whole application over real sockets, a shipped
procedure with its forms (tests/bench/applications.py). First so many users with a second of
thought, one answer in four a completion; before it a task is claimed where it is nobody's, and its
form is read; all else is reading. A completion is followed by the list at once, as a browser goes
on; who is refused, for a colleague was faster, looks again at once too; who has nothing to do looks
at the list and around. Then a crowd with less and less thought, of which the best is the peak, and
the same people without any, who come back when they are told to. Every process, the database and
the crowd share this machine. Writes ``tests/bench/results/load.json``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docker.cluster import free_port, stop
from server import create_app, db
from server.config import Config
from server.ids import new_id
from server.migrations import migrate
from server.work.people import Person
from tests.bench import applications, rows
from tests.bench.__main__ import address
from tests.bench.applications import STEPS, Applications
from tests.bench.office import Desk
from tests.bench.province import analyse
from tests.bench.rows import Row, p50, p95
from tests.procedures import ROOT

USERS, CROWD = 100, 400
"""With a second of thought; without any, beyond what can be served."""

THOUGHT = 1.0
PACES = (3.0, 2.4, 2.0, 1.6, 1.3, 1.0)
"""Seconds of thought of the crowd, from what is served easily to what is not: fewer people instead
would have more to do each, so ask for other pages, which cost something else."""

COMPLETIONS = 0.42
"""Of what a user does with a task in hand; taking it up is an act too, and some have to wait."""

GLANCED = 4
"""Tasks of a list that somebody has a mind to do; colleagues see the same list."""

ON_THE_WAY = 1200
"""Cases that stand somewhere on their way when the users come, so that everybody has work."""

LIST = "/api/v1/user-tasks"
READS = ("/inbox", "/cases", "/done", "/search?q=基地", "/deadlines", LIST)
REFUSED = (403, 409)
STEPS_PER_MINUTE = 60 * 50
"""Enough for the crowd too, of whom units and experts beyond the first hundred have nothing."""

PATIENCE = 30


def main(arguments: list[str]) -> int:
    """Serve, simulate, tell; returns the exit code: 0 where every target is reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="of the users with thought")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), given.minutes) as office:
        found = list(measured(office, given.minutes))
    rows.keep("load", rows.document(f"make load MINUTES={given.minutes:g}", found))
    for row in found:
        print(f"{row.name}: {row.value} {row.unit} {'' if row.reached is not False else 'MISSED'}")
    return 1 if any(row.reached is False for row in found) else 0


def measured(office: Office, minutes: float) -> Iterator[Row]:
    """The three phases."""
    people_at_work = phase(office, USERS, 60 * minutes, THOUGHT)
    yield from _told("100 users", people_at_work)
    yield Row("100 users: completions", people_at_work.rate("complete"), "/s", 30, least=True)
    yield Row("100 users: reads", people_at_work.rate("read"), "/s", 70, least=True)
    yield Row("100 users: claims", people_at_work.rate("claim"), "/s")
    yield Row("100 users: p95", p95(people_at_work.seconds), "ms", 500)
    yield Row("100 users: 5xx", people_at_work.failures, "", 0)
    for second, often in sorted(Counter(people_at_work.failed).items()):
        yield Row(f"100 users: 5xx asked for after {second} s", often, "")
    yield Row("100 users: without an answer", people_at_work.statuses[0], "", 0)
    paces = [phase(office, CROWD, max(20, 2 * minutes), thought) for thought in PACES]
    peak = max(paces, key=Seen.rate)
    crowd = phase(office, CROWD, max(20, 6 * minutes), 0)
    for thought, seen in zip(PACES, paces, strict=True):
        yield Row(f"crowd with {thought} s of thought: answered well", seen.rate(), "/s")
    yield from _told("peak", peak)
    yield from _told("crowd", crowd)
    yield Row("crowd: answered well", crowd.rate(), "/s")
    for kind in ("complete", "claim", "read"):
        yield Row(f"peak: {kind}", peak.rate(kind), "/s")
        yield Row(f"crowd: {kind}", crowd.rate(kind), "/s")
    share = round(crowd.rate() / max(peak.rate(), 0.1), 2)
    yield Row("crowd of 400: share of the peak", share, "", 0.8, least=True)
    told = crowd.statuses[503] + crowd.statuses[429]
    yield Row("crowd of 400: told to come again", told, "")
    yield Row("crowd of 400: told so without saying when", crowd.silent, "", 0)
    yield Row("crowd of 400: other 5xx", crowd.failures - crowd.statuses[503], "", 0)


def _told(name: str, seen: Seen) -> Iterator[Row]:
    yield Row(f"{name}: p50", p50(seen.seconds), "ms")
    for status, count in sorted(seen.statuses.items()):
        yield Row(f"{name}: answers {status or 'none'}", count, "")


# --- the office -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Office:
    """A served office: where it is and who works there."""

    port: int
    work: Applications


@contextmanager
def serving(folder: Path, minutes: float) -> Iterator[Office]:
    """Two web processes on a database with enough cases for so long."""
    url, port = address("postgresql", folder, "load"), free_port()
    migrate(url)
    create_app(Config(database_url=url, data_dir=folder))
    work = _furnished(round(STEPS_PER_MINUTE * (minutes + 2) / STEPS))
    analyse()
    settings = os.environ | {
        "GUICHENG_DATABASE_URL": url,
        "GUICHENG_DATA_DIR": str(folder),
        "GUICHENG_SECRET_KEY": "only for a simulated crowd, never for people",
        "BIND": f"127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "docker/gunicorn.conf.py"]
    with (folder / "web.log").open("wb") as log:
        served = [*command, "server:create_app()"]
        process = subprocess.Popen(served, env=settings, cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait(port)
        yield Office(port, work)
    finally:
        stop(process)
        db.engine().dispose()


def _furnished(cases: int) -> Applications:
    """Applications under way, and as many that wait for their units."""
    work = applications.furnished(CROWD, USERS)
    for number in range(cases):
        case = work.begin(number)
        if number < ON_THE_WAY:
            work.carry_on(case, number % STEPS)
    return work


def _wait(port: int) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        with suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.3)
    raise TimeoutError("the office does not answer")


# --- the users ------------------------------------------------------------------------------------


@dataclass
class Seen:
    """What one phase saw; ``seconds`` are milliseconds of what was answered well."""

    lasted: float = 0.0
    seconds: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    silent: int = 0
    begun: float = field(default_factory=time.monotonic)
    failed: list[int] = field(default_factory=list)
    """Seconds after the begin at which an answer said that the fault is the office's."""

    def rate(self, kind: str = "") -> float:
        """Answered well in a second."""
        count = self.kinds[kind] if kind else sum(self.kinds.values())
        return round(count / self.lasted, 1)

    @property
    def failures(self) -> int:
        """Answers that say the fault is the office's."""
        return sum(count for status, count in self.statuses.items() if status >= 500)


def phase(office: Office, users: int, seconds: float, thought: float) -> Seen:
    """So many users at work for so long, the first of the staff."""
    seen, until = Seen(), time.monotonic() + seconds
    staff = list(zip(office.work.staff, office.work.desks, strict=True))[:users]
    threads = [
        threading.Thread(target=User(office, person, desk, seen, thought, until).work)
        for person, desk in staff
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen.lasted = time.monotonic() - begun
    return seen


@dataclass
class User:
    """One person with one connection, which is opened anew where it was cut."""

    office: Office
    person: Person
    desk: Desk
    seen: Seen
    thought: float
    until: float
    items: list[dict[str, Any]] = field(default_factory=list)
    held: tuple[dict[str, Any], dict[str, Any]] | None = None
    """The task in hand, and what its form shows."""

    version: int = 0
    connection: http.client.HTTPConnection | None = None

    def work(self) -> None:
        """Until the time is over."""
        if self.thought:
            time.sleep(random.uniform(0, self.thought))
        while time.monotonic() < self.until:
            begun = time.monotonic()
            if self.act() in REFUSED:
                continue
            pause = self.thought * random.uniform(0.5, 1.5) - (time.monotonic() - begun)
            time.sleep(max(pause, 0))

    def act(self) -> int:
        """Hand in what is in hand, take up something, or look around; the last answer's status."""
        if self.held and random.random() < COMPLETIONS / (1 - COMPLETIONS):
            return self.complete(*self.held)
        if self.held:
            return self.read(random.choice(READS))
        if self.items:
            return self.take(self.items.pop())
        return self.read(random.choice((LIST, random.choice(READS))))

    def read(self, path: str) -> int:
        """Look at a page; the list of a program says what there is to do."""
        status, body = self.ask("GET", path, "read")
        if status == 200 and path == LIST:
            waiting = json.loads(body)["items"]
            self.items = random.sample(waiting, min(GLANCED, len(waiting)))
        return status

    def take(self, item: dict[str, Any]) -> int:
        """Claim a task that is nobody's, and read its form; where somebody else was faster, look at
        the list again."""
        task = f"{LIST}/{item['id']}"
        if item["assigneeId"] is None:
            status, body = self.ask("POST", f"{task}/assignment", "claim", {})
            if status != 200:
                self.items = []
                return status
            item |= {"version": json.loads(body)["version"]}
        status, body = self.ask("GET", f"{task}/form", "read")
        if status == 200:
            self.held = item, json.loads(body)["data"]
        return status

    def complete(self, item: dict[str, Any], known: dict[str, Any]) -> int:
        """Fill in the form and hand it in."""
        self.held, place = None, (item["form"], item["elementId"])
        data = self.office.work.answers(*place, known, self.person)
        self.version = item["version"]
        status, _ = self.ask("POST", f"{LIST}/{item['id']}/completion", "complete", {"data": data})
        return self.read(LIST) if status == 200 else status

    def ask(self, method: str, path: str, kind: str, body: Any = None) -> tuple[int, bytes]:
        """One request, and what became of it."""
        begun = time.monotonic()
        try:
            status, content, again = self._send(method, path, body)
        except http.client.RemoteDisconnected:  # it was idle for long; nothing was read of it
            self.connection = None
            return self.ask(method, path, kind, body)
        except (OSError, http.client.HTTPException):
            self.connection = None
            self.seen.statuses[0] += 1
            return 0, b""
        self.seen.statuses[status] += 1
        if status >= 500:
            self.seen.failed.append(round(begun - self.seen.begun))
        if status < 400:
            self.seen.seconds.append(1000 * (time.monotonic() - begun))
            self.seen.kinds[kind] += 1
        elif status in (429, 503):
            self.seen.silent += again is None
            time.sleep(min(float(again or 1), max(self.until - time.monotonic(), 0)))
        return status, content

    def _send(self, method: str, path: str, body: Any) -> tuple[int, bytes, str | None]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.office.port, timeout=PATIENCE
            )
        headers = {"Cookie": f"guicheng={self.desk.cookie}", "Accept": "text/html"}
        if path.startswith("/api"):
            headers["Accept"] = "application/json"
        if method == "POST":
            sent = {"Content-Type": "application/json", "Accept": "application/json"}
            headers |= sent | {"X-CSRFToken": self.desk.csrf, "Idempotency-Key": new_id()}
            headers["If-Match"] = f'"{self.version}"'
        content = None if body is None else json.dumps(body).encode()
        self.connection.request(method, quote(path, "/?=&"), content, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read(), answer.getheader("Retry-After")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
