"""Cases that stand: the scenarios of the law are played until a chosen step and left there.

Each is played in an office of its own, on its own days, and then laid beside the others in one
database. From there each goes on, on its own days again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
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
from server.studio.scenarios.scenario import Scenario, Step, load
from server.studio.scenarios.stage import Stage, StageError
from tests.walk import shipped

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
    halt: Halt
    names: tuple[tuple[str, str], ...]
    """What the scenario calls its cases, and which they are."""

    @property
    def rest(self) -> list[Step]:
        """The steps with which its scenario goes on."""
        return _steps_of(self.halt.path)[self.halt.steps :]


def halts(catalogue: Catalogue, paths: Sequence[Path], size: int, seed: int) -> list[Halt]:
    """Where to halt: at each wait that any scenario comes to, then at others by chance."""
    places = [place for path in paths for place in _places(catalogue, path)]
    Random(seed).shuffle(places)
    places.sort(key=lambda place: not place[2])
    chosen, seen = [], set[Wait]()
    for halt, waits, _ in places:
        if waits - seen:
            seen |= waits
            chosen.append(halt)
    rest = [halt for halt, *_ in places if halt not in chosen]
    return [*chosen, *rest][:size]


def _places(catalogue: Catalogue, path: Path) -> Iterator[tuple[Halt, frozenset[Wait], bool]]:
    """Each halt of a scenario, its waits, and whether the scenario itself passes all of them."""
    found: list[tuple[Halt, frozenset[tuple[str, Wait]]]] = []
    last = frozenset[tuple[str, Wait]]()
    with _played(catalogue, path) as (_, _, steps):
        for number in steps:
            last = frozenset(waiting())
            found.append((Halt(path, number), last))
    for halt, waits in found:
        if waits:
            yield halt, frozenset(each for _, each in waits), not waits & last


def lay(catalogue: Catalogue, found: Sequence[Halt], target: Engine) -> list[Standing]:
    """Play each as far as it goes and lay it into the target, which has the schema."""
    known = {table.name: set[tuple[object, ...]]() for table in db.db.metadata.sorted_tables}
    told: list[Standing] = []
    for number, halt in enumerate(found):
        with _played(catalogue, halt.path) as (office, play, steps):
            for done in steps:
                if done == halt.steps:
                    break
            told += _standing(office.now, halt, play)
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
def _played(catalogue: Catalogue, path: Path) -> Iterator[tuple[Stage, Play, Iterator[int]]]:
    """A scenario's office, who plays it, and its steps: each is done when it is asked for."""
    scenario = load(path.read_bytes(), path.stem, path.parent.name)
    habits = usual.of(catalogue, scenario.regime)
    steps = _steps_of(path)
    begin = usual.opening(steps)
    with quiet_worker(), stage.raised(catalogue, machinery(), begin) as office:
        if not scenario.empty:
            day = stage.civil(begin).date()
            stage.put_on_record(scenario.regime, stage.PREREQUISITES, day)
        for record in scenario.records:
            stage.enter(scenario.regime, record)
        play = Play(catalogue, scenario.regime, habits, office, _title(scenario))
        yield office, play, _steps(play, steps)


@lru_cache(maxsize=256)
def _steps_of(path: Path) -> list[Step]:
    """The steps of a scenario, every way to a state written out."""
    scenario = load(path.read_bytes(), path.stem, path.parent.name)
    return list(usual.of(shipped(), scenario.regime).expand(scenario.steps))


def _title(scenario: Scenario) -> str:
    return f"{scenario.id} {scenario.title}"[:200]


def _steps(play: Play, steps: Sequence[object]) -> Iterator[int]:
    for number, step in enumerate(steps, 1):
        try:
            play.attempt(step)  # type: ignore[arg-type]
        except StageError:
            return
        yield number


def _standing(moment: datetime, halt: Halt, play: Play) -> Iterator[Standing]:
    found: dict[str, set[Wait]] = {}
    for case, wait in waiting():
        found.setdefault(case, set()).add(wait)
    for case, waits in found.items():
        regime, names = next(iter(waits))[0], tuple(play.cases.items())
        yield Standing(case, regime, moment, frozenset(waits), halt, names)


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
