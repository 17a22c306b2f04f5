"""Two acts on one case at the same moment: what is left is what one of the two orders leaves.

Each pair is played twice in a row first, one order after the other, then both at once. Each time a
new case is made for it; what is left of a case is told without identifiers and times.

``python -m tests.server.work.pairs`` plays every pair 100 times on both databases (``make races``).
Last results, 2026-11-27, two busy cores, 57 pairs × 100 rounds each, 0 wrong: SQLite 1792 s,
PostgreSQL 546 s.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server import clock, db
from server.errors import Problem
from server.migrations import migrate
from server.models import consultations, copies, corrections, instances, jobs, urges, work_items
from server.work import automatic, journal, together, worklist
from server.work.sql import Row
from tests import databases
from tests.office import Office, furnish
from tests.server.work import shared
from tests.server.work.helpers import rows
from tests.server.work.test_races import at_once

ROUNDS = 100

Act = Callable[["Scene"], Any]


@dataclass(frozen=True)
class Scene:
    """A case of ``plain`` whose reading the reviewer has in hand."""

    office: Office
    case: str
    written: str
    item: str
    version: int

    @property
    def reviewer(self) -> Any:
        return self.office["reviewer"]

    @property
    def officer(self) -> Any:
        return self.office["officer"]


def scene(office: Office, claimed: bool) -> Scene:
    """A new case; the reading is claimed, or waits untouched so that it may be withdrawn."""
    case = office.start("plain")["case"]
    written = _open(case, "write")
    claim = worklist.claim(office["applicant"], written["id"])
    worklist.complete(office["applicant"], written["id"], claim["version"], {})
    item = _open(case, "read")
    version = worklist.claim(office["reviewer"], item["id"])["version"] if claimed else 1
    return Scene(office, case, written["id"], item["id"], version)


def _open(case: str, element: str) -> Row:
    return rows(work_items, case_id=case, element_id=element, status="open")[0]


def complete(at: Scene) -> Any:
    return worklist.complete(at.reviewer, at.item, at.version, {})


def claim(at: Scene) -> Any:
    return worklist.claim(at.reviewer, at.item)


def transfer(at: Scene) -> Any:
    return together.transfer(at.reviewer, at.item, at.version, at.office["successor"].id)


def ask(at: Scene) -> Any:
    return together.ask(at.reviewer, at.item, at.version, at.officer.id, "是否合规？")


def send_back(at: Scene) -> Any:
    until = clock.today() + timedelta(days=9)
    return together.send_back(at.reviewer, at.item, at.version, "write", ["缺附件"], until)


def withdraw(at: Scene) -> Any:
    return together.withdraw(at.office["applicant"], at.written)


def copy(at: Scene) -> Any:
    return together.copy(at.reviewer, at.item, [at.officer.id])


def urge(at: Scene) -> Any:
    return together.urge(at.office["applicant"], at.item)


def hand_over(at: Scene) -> Any:
    place = at.office.organisations["reviewer"]
    head, to = at.office["head"], at.office["successor"].id
    order = together.hand_over(head, at.reviewer.id, to, place, "shanxi")
    found = together.go_on(head, order, most=10_000)
    return [each["reason"] for each in found["items"] if each["work_item_id"] == at.item]


def comment(at: Scene) -> Any:
    return together.comment(at.officer, at.case, "请尽快", internal=True)


def fire(at: Scene) -> Any:
    """The timer on the reading; done as a worker does it, though not by way of its queue."""
    job = next(job for job in rows(jobs, case_id=at.case, kind="timer"))
    with db.transaction() as tx:
        automatic.fire(tx, job)


CLAIMED = (
    complete,
    transfer,
    ask,
    send_back,
    copy,
    urge,
    hand_over,
    comment,
    fire,
)
"""Acts on a reading in hand."""

WAITING = (withdraw, claim, transfer, copy, urge, comment, fire)
"""Acts on a reading that nobody has taken."""

PAIRS: tuple[tuple[bool, Act, Act], ...] = (
    *((True, one, other) for one, other in combinations(CLAIMED, 2)),
    *((False, one, other) for one, other in combinations(WAITING, 2)),
)
AGAINST = (complete, withdraw, fire)
"""What the acts are raced against in the suite; the other pairs are played by ``make races``."""


def name(pair: tuple[bool, Act, Act]) -> str:
    return f"{pair[1].__name__}-{pair[2].__name__}{'' if pair[0] else '-waiting'}"


def serial(office: Office, pair: tuple[bool, Act, Act]) -> list[Row]:
    """What the two orders leave."""
    claimed, one, other = pair
    return [_left(office, claimed, order) for order in ((one, other), (other, one))]


def _left(office: Office, claimed: bool, order: tuple[Act, Act]) -> Row:
    at = scene(office, claimed)
    for act in order:
        _try(lambda act=act: db.run(lambda: act(at)))
    return left(at.case)


def at_the_same_time(office: Office, pair: tuple[bool, Act, Act]) -> Row:
    """What both at once leave."""
    claimed, one, other = pair
    at = scene(office, claimed)
    at_once([lambda: db.run(lambda: one(at)), lambda: db.run(lambda: other(at))])
    return left(at.case)


def _try(act: Callable[[], Any]) -> None:
    try:
        act()
    except Problem:
        return


def left(case: str) -> Row:
    """A case without identifiers and times; its journal is whole."""
    with db.read() as tx:
        assert journal.verify(tx, case) == []
        told = tx.execute(
            select(journal.journal.c.act, journal.journal.c.actor_name)
            .where(journal.journal.c.case_id == case)
            .order_by(journal.journal.c.seq)
        ).all()
    items = rows(work_items, case_id=case)
    return {
        "items": sorted(
            (i["element_id"], i["status"], i["assignee_id"] or "", i["version"]) for i in items
        ),
        "instance": [(i["status"], i["version"]) for i in rows(instances, case_id=case)],
        "acts": sorted((act, actor) for act, actor in told),
        "timers": sorted(job["status"] for job in rows(jobs, case_id=case, kind="timer")),
        "asked": len(rows(consultations, case_id=case)),
        "returned": len(rows(corrections, case_id=case)),
        "copied": len(rows(copies, case_id=case)),
        "urged": sum(len(rows(urges, work_item_id=i["id"])) for i in items),
    }


# --- all of it -----------------------------------------------------------------------------------


@contextmanager
def bound(kind: str) -> Iterator[Office]:
    """An office on a database of a kind, with the people whom the pairs need."""
    folder = Path(tempfile.mkdtemp())
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'races.sqlite'}"
    else:
        server = databases.start_postgresql(uuid.uuid4().hex)
        url = databases.create(server, "races", "synchronous_commit = off")
    migrate(url)
    engine = db.connect(url)
    db.bind(engine)
    try:
        yield people(furnish())
    finally:
        engine.dispose()
        shutil.rmtree(folder)


def people(office: Office) -> Office:
    """The office with a successor for the reviewer and a head, and the shared procedures."""
    shared.publish()
    office.people["successor"] = shared.newcomer(office, "successor", "reviewer", "formal_reviewer")
    office.people["head"] = shared.newcomer(office, "head", "reviewer", "leader")
    return office


def main(rounds: int = ROUNDS) -> int:
    wrong = 0
    for kind in databases.KINDS:
        with bound(kind) as office:
            began = time.monotonic()
            for pair in PAIRS:
                allowed = serial(office, pair)
                bad = sum(at_the_same_time(office, pair) not in allowed for _ in range(rounds))
                wrong += bad
                if bad:
                    print(f"{kind} {name(pair)}: {bad} of {rounds} no serial order", flush=True)
            took = time.monotonic() - began
            told = f"{kind}: {len(PAIRS)} pairs × {rounds} rounds, {took:.0f} s, {wrong} wrong"
            print(told, flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
