"""``python -m tests.faults.upgrade``: an upgrade of schema and states, while people work on.

Cases stand at the waits of every procedure in a database whose schema is six revisions old and
whose states are of an older format. The present software works on them from several processes
while the schema is brought up to date: the migrations must neither wait for these acts nor make
them fail. In the end each wait has been passed, the journals verify, the states are new.

The revisions are the real ones, reached by their own downgrades, and so is the format; the older
software itself is not at hand.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import orjson
import zstandard
from lxml import etree
from sqlalchemy import Engine, func, select, update

from server import clock, db
from server.engine import columns, identity, runtime
from server.engine.migration.fitting import CHILD
from server.engine.multi import COUNTER
from server.errors import Invalid
from server.jobs import claims, worker
from server.migrations import downgrade, migrate
from server.models import instances, jobs, journal, memberships, subscriptions, work_items
from server.rehearsal import machinery
from server.studio import scenarios
from server.studio.scenarios import finding, usual
from server.studio.scenarios.finding import NotWaiting
from server.studio.scenarios.play import Play
from server.studio.scenarios.scenario import Step
from server.studio.scenarios.stage import Stage, StageError
from server.work import desk as desks
from server.work import inbox
from server.work.inbox import Wanted
from server.work.people import find_person
from server.work.sql import Row
from server.work.surroundings import spec_of
from tests import databases
from tests.faults import standing
from tests.faults.standing import Standing
from tests.nation import invariants
from tests.nation.people import Citizens, Habits
from tests.walk import ROOT, shipped

OLD = "0010"
"""The oldest revision on which the acts of the present software still run: what came later they
do not touch."""

OLD_FORMAT = 1
FAR = timedelta(days=366 * 6)
"""How far a case may be carried on: a time of construction, extended."""

PAUSE = timedelta(days=20)
"""So long people wait where nothing falls due and a rule says that it is too early."""

ROUNDS, TRIES, CLERKS = 60, 4, 2
PATIENCE = 40
"""Rounds after which whoever cannot go on begins another procedure, such as a withdrawal."""

LOOKED_AT, LIMIT = 200, 300
STARTING, AT_WORK = 60, 20
"""Seconds to wait for so many entries of the journal before the schema changes."""


# --- the older format ---------------------------------------------------------------------------


def aged(state: bytes) -> bytes:
    """A state as the first format had it: tasks by rows, each id in full, nothing folded, and the
    item of a multi-instance element among its own variables."""
    body = orjson.loads(zstandard.decompress(state))
    _, mark, count, (outcome, done, processes) = body
    around: dict[str | None, Row] = {}
    was = []
    for graph, inside, variables, tasks, _, tables, _ in processes:
        known = around[inside] if variables is None else _in_full(variables, tables)
        rows = _rows(tasks, known)
        around |= dict.fromkeys([row[0] for row in rows], known)
        was.append([graph, inside, variables and known, rows])
    return zstandard.compress(orjson.dumps([OLD_FORMAT, mark, count, [outcome, done, was]]))


def _in_full(variables: Row, tables: list[str]) -> Row:
    return {
        name: columns.unfolded(value) if name in tables else value
        for name, value in variables.items()
    }


def _rows(tasks: list[Any], known: Row) -> list[list[Any]]:
    ids: list[str] = []
    for written, parent in zip(*tasks[:2], strict=True):
        ids.append(identity.read(written, ids[parent] if parent >= 0 else None))
    internal = columns.unfolded(tasks[4])
    lists = [_items(held, known) for held in internal]
    own = [
        of if of == 0 or COUNTER in of else of | _element(node, place, lists[parent])
        for place, parent, node, of in zip(tasks[0], tasks[1], tasks[2], tasks[5], strict=True)
    ]
    return [list(row) for row in zip(ids, *tasks[1:4], internal, own, tasks[6], strict=True)]


def _items(held: Any, known: Row) -> list[Any]:
    """What a multi-instance is about, which the first format did not keep."""
    if not held or "items" not in held:
        return []
    items = held.pop("items")
    items = known[items] if isinstance(items, str) else items
    held["rest"] = items[held["next"] - 1 :]
    return items


def _element(node: str, place: int, items: list[Any]) -> Row:
    name = item_names().get(node.removesuffix(CHILD))
    return {COUNTER: place} | ({name: items[place - 1]} if name else {})


@cache
def item_names() -> Row:
    """Box to the name of its element's item, in all diagrams."""
    trees = [etree.parse(path) for path in ROOT.glob("processes/**/*.bpmn")]
    return {
        loop.xpath("ancestor::*[@id][1]/@id")[0]: loop.get("inputElement")
        for tree in trees
        for loop in tree.xpath("//*[local-name()='loopCharacteristics']")
    }


def formats() -> Counter[tuple[str, int]]:
    """Status of instances and format of their states, to how many there are."""
    with db.read() as tx:
        rows = tx.execute(select(instances.c.status, instances.c.state_blob)).all()
    return Counter((row[0], orjson.loads(zstandard.decompress(row[1]))[0]) for row in rows)


# --- one case on its own days -------------------------------------------------------------------


class OwnDays(Stage):
    """The days of one case; what falls due in the others waits for them."""

    case = ""

    def next_due(self, end: datetime) -> datetime | None:
        job = next_job(self.case, end)
        return job["run_at"] if job else None

    def until_instant(self, instant: datetime) -> None:
        self.now = max(self.now, instant)
        self.settle()

    def settle(self) -> None:
        while (job := next_job(self.case, self.now)) is not None:
            perform(job)

    def go_on(self, end: datetime) -> None:
        """To the next moment at which something falls due, at most by ``end``."""
        job = next_job(self.case, end)
        self.until_instant(job["run_at"] if job else min(self.now + PAUSE, end))


def next_job(case: str, end: datetime) -> Row | None:
    """The first job of a case that is due by then."""
    own = jobs.c.case_id == case, jobs.c.status == "due", jobs.c.run_at <= end
    wanted = select(jobs).where(*own, jobs.c.kind.in_(claims.QUEUES[claims.ENGINE]))
    with db.read() as tx:
        row = tx.execute(wanted.order_by(jobs.c.run_at, jobs.c.id).limit(1)).mappings().first()
    return dict(row) if row else None


def perform(job: Row) -> None:
    """Effect and end of a job in one transaction, as a worker does it."""

    def act() -> None:
        with db.transaction() as tx:
            worker.RUNNERS[job["kind"]](tx, job)
            claims.finish(tx, job)

    db.run(act)


def held(case: str) -> list[tuple[str, str]]:
    """Kind and id of all that waits in a case: tasks, timers, messages that a person may bring."""
    tasks = select(work_items.c.id).filter_by(case_id=case, status="open")
    timers = select(jobs.c.id).filter_by(case_id=case, status="due", kind="timer")
    brought = select(subscriptions.c.id).where(
        subscriptions.c.case_id == case,
        subscriptions.c.form.is_not(None),
        subscriptions.c.role.is_not(None),
    )
    told = {"task": tasks, "timer": timers, "message": brought}
    with db.read() as tx:
        return [(kind, id) for kind, wanted in told.items() for id in tx.execute(wanted).scalars()]


class Clerk:
    """Carries cases on, one after another, until all at which they stood has been passed."""

    def __init__(self, seed: int) -> None:
        self.days = OwnDays(clock.machine(), machinery())
        self.habits = Habits(random.Random(seed))
        self.offices: dict[str, Citizens] = {}
        self.figures: Counter[str] = Counter()
        self.acts: list[tuple[float, float]] = []
        """When each act ended, and how long it took."""

    def carry_on(self, stood: Standing) -> list[tuple[str, str]]:
        """What of all that waited has not been passed in the end."""
        self.days.case, self.days.now = stood.case, stood.moment
        end, first = stood.moment + FAR, held(stood.case)
        self._as_written(stood)
        for number in range(ROUNDS):
            left = [each for each in held(stood.case) if each in first]
            if not left or self.days.now >= end:
                return left
            done = self._do_something(stood)
            if not done and not (number >= PATIENCE and self._begin_another(stood)):
                self.days.go_on(end)
        return left

    def _as_written(self, stood: Standing) -> None:
        """As the scenario goes on in this case; what it says of its others is theirs."""
        play = Play(shipped(), stood.regime, usual.of(shipped(), stood.regime), self.days)
        play.cases |= dict(stood.names)
        own = {name for name, case in stood.names if case == stood.case}
        for step in stood.rest:
            if step.case not in own:
                continue
            begun = time.time()
            try:
                problem = play.attempt(step)
            except StageError:
                return
            self.acts.append((time.time(), time.time() - begun))
            self.figures["acts" if problem is None else f"{step.target} {problem.code}"] += 1

    def _do_something(self, stood: Standing) -> bool:
        people = self._people(stood)
        done = False
        for item in finding.items(stood.case, status="open"):
            done |= self._attempt(people, stood, "do_usually", item["element_id"], item["id"])
        for message in () if done else self._messages(stood.case):
            done |= self._attempt(people, stood, "bring", message, "")
        return done

    def _begin_another(self, stood: Standing) -> bool:
        people = self._people(stood)
        offered = [p for p in shipped().diagrams(stood.regime) if _may_start(people, stood, p)]
        chance = self.habits.chance
        return bool(offered) and self._attempt(people, stood, "start", chance.choice(offered), "")

    def _people(self, stood: Standing) -> Citizens:
        if stood.regime not in self.offices:
            answers = usual.of(shipped(), stood.regime)
            office = Citizens(self.habits, shipped(), stood.regime, answers, self.days)
            self.offices[stood.regime] = office
        people = self.offices[stood.regime]
        people.cases[stood.case] = stood.case
        return people

    def _messages(self, case: str) -> list[str]:
        own = subscriptions.c.case_id == case, subscriptions.c.form.is_not(None)
        wanted = select(subscriptions.c.message).where(*own, subscriptions.c.role.is_not(None))
        with db.read() as tx:
            return list(tx.execute(wanted).scalars())

    def _attempt(self, people: Citizens, stood: Standing, act: str, target: str, item: str) -> bool:
        """Act as usual, then otherwise; what a form asks for is filled in, what a rule forbids
        waits."""
        people.begin()
        people.plainly = True
        manner = {"item": item} if item else {}
        step = Step(act, case=stood.case, act=act, target=target, manner=manner, loose=True)
        for attempt in range(TRIES):
            people.otherwise = attempt >= TRIES // 2
            begun = time.time()
            problem = people.attempt(step)
            self.acts.append((time.time(), time.time() - begun))
            if problem is None:
                self.figures["acts"] += 1
                return True
            self.figures[f"{target} {problem.code}"] += 1
            if isinstance(problem, Invalid):
                people.amend(problem.errors)
        return False


def _may_start(people: Citizens, stood: Standing, process: str) -> bool:
    with suppress(NotWaiting):
        return people.may_start(Step("", case=stood.case), process)
    return False


def clerk(url: str, cases: Sequence[Standing], seed: int) -> dict[str, Any]:
    """A process that carries cases on."""
    db.bind(db.connect(url))
    one, left = Clerk(seed), dict[str, list[tuple[str, str]]]()
    wrong: list[str] = []
    with clock.following(one.days.read_clock):
        for stood in cases:
            try:
                left[stood.case] = one.carry_on(stood)
            except Exception as error:  # what a person would see as a failure of the system
                at = traceback.extract_tb(error.__traceback__)[-1]
                place = f"{Path(at.filename).name}:{at.lineno}"
                wrong.append(f"{stood.case}: {type(error).__name__}: {error} ({place})"[:LIMIT])
    db.engine().dispose()
    return {"left": left, "wrong": wrong, "acts": one.acts, "figures": dict(one.figures)}


def reader(url: str, stop: Path, seed: int) -> dict[str, Any]:
    """A process that looks into inboxes and tasks until it is told to stop."""
    db.bind(db.connect(url))
    chance, reads, wrong = random.Random(seed), list[tuple[float, float]](), list[str]()
    while not stop.exists():
        begun = time.time()
        try:
            _look(chance)
        except Exception as error:
            wrong.append(f"reading: {type(error).__name__}: {error}"[:LIMIT])
        reads.append((time.time(), time.time() - begun))
        time.sleep(0.05)
    db.engine().dispose()
    return {"wrong": wrong, "reads": reads}


def _look(chance: random.Random) -> None:
    """Somebody's inbox, and the variables of a task in it."""
    who = select(work_items.c.id, memberships.c.person_id).join(
        memberships,
        (memberships.c.role == work_items.c.role) & (memberships.c.regime == work_items.c.regime),
    )
    with db.read() as tx:
        found = tx.execute(who.where(work_items.c.status == "open").limit(LOOKED_AT)).all()
        if not found:
            return
        item, person = chance.choice(found)
        someone = find_person(tx, person)
        desk = desks.of_item(tx, item, person, lock=False)
        runtime.local_variables(spec_of(desk), desk.instance["state_blob"], desk.item["task_id"])
    if someone:
        inbox.tasks(someone, Wanted())


# --- the drill ----------------------------------------------------------------------------------


def prepare(
    url: str, cases: int, seed: int, paths: Sequence[Path], is_control: bool
) -> list[Standing]:
    """A database as an older version left it, or for a control as it is, with cases that stand."""
    migrate(url)
    engine = db.connect(url)
    found = standing.halts(shipped(), paths, cases, seed)
    laid = standing.lay(shipped(), found, engine)
    if not is_control:
        _age(url, engine)
    engine.dispose()
    return laid


def _age(url: str, engine: Engine) -> None:
    """States of the older format, then the older schema."""
    db.bind(engine)
    with db.transaction() as tx:
        for id, state in tx.execute(select(instances.c.id, instances.c.state_blob)).all():
            own = instances.c.id == id
            tx.execute(update(instances).where(own).values(state_blob=aged(state)))
    engine.dispose()
    downgrade(url, OLD)


def processes() -> Executor:
    """Everybody works in a process of their own."""
    return ProcessPoolExecutor(CLERKS + 1, get_context("spawn"))


def run(
    url: str,
    cases: int,
    seed: int,
    paths: Sequence[Path],
    pool: Callable[[], Executor] = processes,
    clerks: int = CLERKS,
    is_control: bool = False,
) -> dict[str, Any]:
    """One drill on an empty database; the figures with everything that is wrong. A control is the
    same without an upgrade: what is wrong there too is not the upgrade's doing."""
    laid = prepare(url, cases, seed, paths, is_control)
    db.bind(db.connect(url))
    before = formats()
    with tempfile.TemporaryDirectory() as folder, pool() as workers:
        told = _under_load(workers, url, [laid[n::clerks] for n in range(clerks)], Path(folder))
    wrong = [*told.pop("wrong"), *_left(laid, told.pop("left")), *_ledger(), *_still_old()]
    covered = {wait for one in laid for wait in one.waits}
    figures = {
        "cases": len(laid),
        "waits": len(covered),
        "kinds": dict(Counter(kind for _, kind, _, _ in covered)),
        "procedures": len({(regime, process) for regime, _, process, _ in covered}),
        "not_stood_at": _not_stood_at(covered),
        "formats_before": _named(before),
        "formats_after": _named(formats()),
    }
    db.engine().dispose()
    return {**figures, **told, "wrong": wrong}


def _not_stood_at(covered: set[standing.Wait]) -> list[str]:
    """Waits of the diagrams at which no case stands: no scenario comes there."""
    seen = {element for *_, element in covered}
    found = set()
    for regime in shipped().regimes:
        for process, path in shipped().diagrams(regime).items():
            drawn = shipped().read(path)
            waits = (each for kind in standing.KINDS for each in drawn.of_kind(kind))
            found |= {f"{process}.{each.id}" for each in waits if each.id not in seen}
    return sorted(found)


def _named(counts: Counter[tuple[str, int]]) -> dict[str, int]:
    return {f"{status} {form}": number for (status, form), number in sorted(counts.items())}


def _under_load(
    workers: Executor, url: str, shares: Sequence[Sequence[Standing]], folder: Path
) -> dict[str, Any]:
    """Clerks and a reader work, and after a while the schema is brought up to date."""
    stop = folder / "stop"
    reading = workers.submit(reader, url, stop, len(shares))
    clerks = [workers.submit(clerk, url, share, n) for n, share in enumerate(shares)]
    _wait_for_acts(clerks)
    begun = time.time()
    migrate(url)
    ended = time.time()
    done = [each.result() for each in clerks]
    stop.touch()
    read = reading.result()
    acts = [act for each in done for act in each["acts"]]
    figures = sum((Counter(each["figures"]) for each in done), Counter[str]())
    return {
        "migration_seconds": round(ended - begun, 2),
        "acts": figures.pop("acts"),
        "refused": dict(figures),
        "acts_before": sum(end < begun for end, _ in acts),
        "acts_during": sum(begun <= end <= ended + 1 for end, _ in acts),
        "slowest_act": round(max(took for _, took in acts), 2),
        "reads": len(read["reads"]),
        "slowest_read": round(max(took for _, took in read["reads"]), 2),
        "wrong": [*read["wrong"], *(one for each in done for one in each["wrong"])],
        "left": {case: rows for each in done for case, rows in each["left"].items()},
    }


def _wait_for_acts(clerks: Sequence[Future[Any]]) -> None:
    """Until the clerks have begun to work on the old schema."""
    with db.read() as tx:
        entries = tx.execute(select(func.count()).select_from(journal)).scalar_one()
    until = time.monotonic() + STARTING
    while time.monotonic() < until and not all(each.done() for each in clerks):
        with db.read() as tx:
            now = tx.execute(select(func.count()).select_from(journal)).scalar_one()
        if now >= entries + AT_WORK:
            return
        time.sleep(0.05)


def _left(laid: list[Standing], left: Mapping[str, list[tuple[str, str]]]) -> Iterator[str]:
    """Tasks and timers at which a case still stands."""
    for one in laid:
        for kind, id in left.get(one.case, ()):
            if kind != "message":
                yield f"{one.regime} {one.case} still stands at {kind} {_place(kind, id)}"


def _place(kind: str, id: str) -> str:
    table = work_items if kind == "task" else jobs
    with db.read() as tx:
        row = tx.execute(select(table).filter_by(id=id)).mappings().one()
    return str(row["element_id"] if kind == "task" else row["payload"]["element"])


def _ledger() -> Iterator[str]:
    """What the checker finds; that jobs of cases on other days are overdue is no fault."""
    skipped = {"is overdue"}
    for sentence in invariants.wrong(finally_=True):
        if not any(sentence.endswith(end) for end in skipped):
            yield sentence


def _still_old() -> Iterator[str]:
    """A procedure that was worked on and keeps its state in the old format."""
    for (status, form), number in formats().items():
        if form == OLD_FORMAT and status == "failed":
            yield f"{number} states of the old format cannot go on"


def on(
    kind: str, cases: int, seed: int, paths: Sequence[Path], is_control: bool = False
) -> dict[str, Any]:
    """A drill on an empty database of a kind."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            url = f"sqlite:///{Path(folder) / 'upgrade.sqlite'}"
        else:
            url = databases.create(databases.start_postgresql(f"upgrade-{os.getpid()}"), "upgrade")
        begun = time.monotonic()
        figures = run(url, cases, seed, paths, is_control=is_control)
    return {"database": kind, "seconds": round(time.monotonic() - begun, 1), **figures}


def main(arguments: list[str] | None = None) -> int:
    """Print one JSON object per database; 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.upgrade", description=__doc__)
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--databases", nargs="+", default=list(databases.KINDS))
    parser.add_argument("--control", action="store_true", help="the same without an upgrade")
    given = parser.parse_args(arguments)
    paths = scenarios.files([ROOT / "processes/scenarios"])
    bad = False
    for kind in given.databases:
        figures = on(kind, given.cases, given.seed, paths, given.control)
        print(json.dumps(figures, ensure_ascii=False, indent=1), flush=True)
        bad = bad or bool(figures["wrong"])
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
