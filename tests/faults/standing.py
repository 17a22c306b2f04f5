"""Cases that stand: the scenarios of the law are played until a chosen step and left there.

Each is played in an office of its own, on its own days, and then laid beside the others in one
database. From there each goes on, on its own days again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import Connection, Engine, insert, select, update

from server import db
from server.law.catalogue import Catalogue
from server.models import (
    cases,
    counters,
    instances,
    issued_papers,
    jobs,
    subscriptions,
    work_items,
)
from server.rehearsal import machinery
from server.studio.scenarios import stage, usual
from server.studio.scenarios.play import Play
from server.studio.scenarios.run import quiet_worker
from server.studio.scenarios.scenario import Scenario, load
from server.studio.scenarios.stage import Stage, StageError

KINDS = ("userTask", "receiveTask", "intermediateCatchEvent", "boundaryEvent")
"""Elements of diagrams at which a procedure waits."""

SERIALS = 1_000
"""More than one office gives."""

SHARED = frozenset(
    {"blobs", "publications", "publication_files", "people", "organisations", "memberships"}
)
"""Tables that all these offices have in common."""

Wait = tuple[str, str, str, str]
"""Regime, kind (task, timer or message), procedure, element."""


@dataclass(frozen=True)
class Halt:
    """A scenario and the number of steps after which it stands."""

    path: Path
    steps: int


@dataclass(frozen=True)
class Standing:
    """A case in the common database, and the moment of its own at which it stands."""

    case: str
    regime: str
    moment: datetime
    waits: frozenset[Wait]


def halts(catalogue: Catalogue, paths: Sequence[Path], size: int, seed: int) -> list[Halt]:
    """Where to halt: at each wait that any scenario comes to, then at others by chance."""
    places: list[tuple[Halt, frozenset[Wait]]] = []
    for path in paths:
        with _played(catalogue, path) as (_, steps):
            for number in steps:
                if waits := frozenset(each for _, each in waiting()):
                    places.append((Halt(path, number), waits))
    chance = Random(seed)
    chance.shuffle(places)
    chosen, seen = [], set[Wait]()
    for halt, waits in places:
        if waits - seen:
            seen |= waits
            chosen.append(halt)
    rest = [halt for halt, _ in places if halt not in chosen]
    return [*chosen, *rest][:size]


def lay(catalogue: Catalogue, found: Sequence[Halt], target: Engine) -> list[Standing]:
    """Play each as far as it goes and lay it into the target, which has the schema."""
    known = {table.name: set[tuple[object, ...]]() for table in db.db.metadata.sorted_tables}
    told: list[Standing] = []
    for number, halt in enumerate(found):
        with _played(catalogue, halt.path) as (office, steps):
            for done in steps:
                if done == halt.steps:
                    break
            told += _standing(office.now)
            _renumber(number)
            _copy(target, known)
    return told


def waiting() -> Iterator[tuple[str, Wait]]:
    """Case and place of all that waits in the bound office."""
    case, own = cases.c.regime, instances.c.process_id
    tables = {
        "task": (work_items, work_items.c.process_id, work_items.c.status == "open"),
        "message": (subscriptions, subscriptions.c.process_id, cases.c.closed_at.is_(None)),
    }
    with db.read() as tx:
        for kind, (table, process, still) in tables.items():
            wanted = select(table.c.case_id, case, process, table.c.element_id)
            joined = wanted.join(cases, cases.c.id == table.c.case_id)
            for row in tx.execute(joined.where(still)):
                yield row[0], (row[1], kind, row[2], row[3])
        timers = select(jobs.c.case_id, case, own, jobs.c.payload)
        joined = timers.join(cases, cases.c.id == jobs.c.case_id)
        joined = joined.join(instances, instances.c.id == jobs.c.instance_id)
        for row in tx.execute(joined.where(jobs.c.kind == "timer", jobs.c.status == "due")):
            yield row[0], (row[1], "timer", row[2], row[3]["element"])


@contextmanager
def _played(catalogue: Catalogue, path: Path) -> Iterator[tuple[Stage, Iterator[int]]]:
    """A scenario's office, and its steps: each is done when it is asked for."""
    scenario = load(path.read_bytes(), path.stem, path.parent.name)
    habits = usual.of(catalogue, scenario.regime)
    steps = list(habits.expand(scenario.steps))
    begin = usual.opening(steps)
    with quiet_worker(), stage.raised(catalogue, machinery(), begin) as office:
        if not scenario.empty:
            day = stage.civil(begin).date()
            stage.put_on_record(scenario.regime, stage.PREREQUISITES, day)
        for record in scenario.records:
            stage.enter(scenario.regime, record)
        play = Play(catalogue, scenario.regime, habits, office, _title(scenario))
        yield office, _steps(play, steps)


def _title(scenario: Scenario) -> str:
    return f"{scenario.id} {scenario.title}"[:200]


def _steps(play: Play, steps: Sequence[object]) -> Iterator[int]:
    for number, step in enumerate(steps, 1):
        try:
            play.attempt(step)  # type: ignore[arg-type]
        except StageError:
            return
        yield number


def _standing(moment: datetime) -> Iterator[Standing]:
    found: dict[str, set[Wait]] = {}
    for case, wait in waiting():
        found.setdefault(case, set()).add(wait)
    for case, waits in found.items():
        yield Standing(case, next(iter(waits))[0], moment, frozenset(waits))


def _renumber(number: int) -> None:
    """Each office counts cases and papers from one; together they need other numbers."""
    serial = issued_papers.c.serial
    with db.transaction() as tx:
        tx.execute(update(cases).values(number=cases.c.number + f"-{number:04}"))
        tx.execute(update(issued_papers).values(serial=serial + number * SERIALS))


def _copy(target: Engine, known: dict[str, set[tuple[object, ...]]]) -> None:
    shared = SHARED if known["people"] else frozenset()
    with db.read() as source, target.begin() as tx:
        for table in (one for one in db.db.metadata.sorted_tables if one.name not in shared):
            keys = [column.name for column in table.primary_key]
            rows = [dict(row) for row in source.execute(select(table)).mappings()]
            new = [row for row in rows if tuple(row[key] for key in keys) not in known[table.name]]
            known[table.name] |= {tuple(row[key] for key in keys) for row in new}
            if new:
                tx.execute(insert(table), new)
        _count_on(source, tx)


def _count_on(source: Connection, tx: Connection) -> None:
    """Counters go on from the highest number that any office has given."""
    for series, value in source.execute(select(counters.c.series, counters.c.value)):
        higher = counters.c.series == series, counters.c.value < value
        tx.execute(update(counters).where(*higher).values(value=value))
