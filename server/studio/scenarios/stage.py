"""Where a scenario is played: a fresh office in memory and a clock of its own.

The office is made once per catalogue (schema, publication, offices) and copied for each scenario.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, StaticPool, create_engine, exists, insert, select

from server import clock, db
from server.feel.sentence import told
from server.ids import new_id
from server.law.catalogue import Catalogue
from server.models import jobs, journal, records
from server.studio.scenarios import offices
from server.work import publications

MORNING = time(9)
TICK = timedelta(milliseconds=1)
"""The clock moves a little each time it is read, so that identifiers keep their order."""

PREREQUISITES = {"overall_plan": "规划", "guide": "申报指南", "panel_roster": "专家名册"}
LIMIT_JOBS = 2_000


class StageError(Exception):
    """Time cannot go on: an automatic step fails, or jobs beget jobs without end."""


@dataclass(frozen=True, slots=True)
class Machinery:
    """What lies in other rooms: ``migrate`` makes the schema in an empty database, ``run_one``
    does the next due job (False when there is none), ``kinds`` are the jobs of procedures."""

    migrate: Callable[[Engine], None]
    run_one: Callable[[], bool]
    kinds: tuple[str, ...]


@dataclass
class Stage:
    """One office with its time."""

    now: datetime
    machinery: Machinery

    def read_clock(self) -> datetime:
        """The source of time while the scenario is played."""
        self.now += TICK
        return self.now

    def until(self, moment: date) -> None:
        """Let time pass; whatever falls due on the way happens at its own moment."""
        end = civil(moment)
        if end.date() < clock.civil_day(self.now):
            days = {"now": str(clock.civil_day(self.now)), "end": str(end.date())}
            raise StageError(told("时间只向前走：已是%(now)s，不能回到%(end)s", **days))
        while (due := self.next_due(end)) is not None:
            self.until_instant(due)
        self.until_instant(end.astimezone(UTC))

    def until_instant(self, instant: datetime) -> None:
        """Set the clock, not backwards, and do what is due then."""
        self.now = max(self.now, instant)
        self.settle()

    def settle(self) -> None:
        """Do everything that is due now."""
        for _ in range(LIMIT_JOBS):
            if self.next_due(self.now) is None:
                return check_faults()
            self._work()
        raise StageError(told("自动步骤没有尽头"))

    def next_due(self, end: datetime) -> datetime | None:
        """When the first job falls due that does so by ``end``."""
        due = select(jobs.c.run_at).where(jobs.c.status == "due")
        own = due.where(jobs.c.kind.in_(self.machinery.kinds))
        with db.read() as tx:
            found = tx.execute(own.order_by(jobs.c.run_at).limit(1)).scalar_one_or_none()
        return found if found is not None and found <= end else None

    def _work(self) -> None:
        """Do the next due job; raises StageError when it fails."""
        self.machinery.run_one()
        failed = select(jobs.c.kind, jobs.c.last_error).where(jobs.c.last_error.is_not(None))
        with db.read() as tx:
            row = tx.execute(failed.where(jobs.c.status != "done")).first()
        if row:
            pattern = "自动步骤（%(kind)s）失败：%(error)s"
            raise StageError(told(pattern, kind=row.kind, error=row.last_error))


def check_faults() -> None:
    """Raises StageError where an automatic step has failed and is to be tried again."""
    waiting = exists().where(jobs.c.kind == "resume", jobs.c.status == "due")
    faults = select(journal.c.name, journal.c.detail).where(journal.c.act == "fault", waiting)
    with db.read() as tx:
        fault = tx.execute(faults.order_by(journal.c.at.desc()).limit(1)).first()
    if fault:
        pattern, why = "自动步骤“%(name)s”失败：%(error)s", fault.detail.get("error")
        raise StageError(told(pattern, name=fault.name, error=why))


@contextmanager
def raised(catalogue: Catalogue, machinery: Machinery, moment: date) -> Iterator[Stage]:
    """A stage whose office is bound and whose clock holds for the time being."""
    engine = memory(sqlite3.connect(":memory:"), _furnished(catalogue, machinery))
    with playing(engine, Stage(civil(moment).astimezone(UTC), machinery)) as stage:
        yield stage


@contextmanager
def playing(engine: Engine, stage: Stage) -> Iterator[Stage]:
    """Bind a stage's office and take the time from the stage for a while."""
    db.bind(engine)
    try:
        with clock.following(stage.read_clock):
            yield stage
    finally:
        engine.dispose()


def civil(moment: date) -> datetime:
    """An instant as Chinese civil time has it; a day means its morning."""
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=clock.SHANGHAI)
    return datetime.combine(moment, MORNING, clock.SHANGHAI)


def put_on_record(regime: str, kinds: Iterable[str], day: date) -> None:
    """Enter plan, guide or roster as they stand after their own procedures."""
    members = {"members": [f"expert_{number}" for number in offices.POOL]}
    for kind in kinds:
        data = {"number": "0001", "title": PREREQUISITES[kind]}
        more = members if kind == "panel_roster" else {}
        enter(regime, {"kind": kind, "effective_on": day, **data, **more})


def enter(regime: str, data: Mapping[str, Any]) -> None:
    """A record of the office: its kind, the day it takes effect, and what else it says."""
    own = {"kind": str(data.get("kind")), "effective_on": data.get("effective_on", clock.today())}
    told = {"title": str(data.get("title", "")), "organisation_id": data.get("organisation_id")}
    rest = {key: value for key, value in data.items() if key not in (*own, *told)}
    row = {"id": new_id(), "regime": regime, "data": {**rest, "title": told["title"]}}
    with db.transaction() as tx:
        tx.execute(insert(records).values(**row, **own, **told))


# --- the office from which each scenario gets its copy ------------------------------------------


_made: dict[str, bytes] = {}


def _furnished(catalogue: Catalogue, machinery: Machinery) -> bytes:
    """The database of a catalogue's office, made once."""
    if catalogue.digest not in _made:
        _made[catalogue.digest] = _furnish(catalogue, machinery)
    return _made[catalogue.digest]


def _furnish(catalogue: Catalogue, machinery: Machinery) -> bytes:
    connection = sqlite3.connect(":memory:")
    engine = memory(connection)
    machinery.migrate(engine)
    db.bind(engine)
    with db.transaction() as tx:
        offices.furnish(tx, catalogue)
        publications.publish(tx, catalogue.files, "场景", None)
    return connection.serialize()


def memory(connection: sqlite3.Connection, content: bytes | None = None) -> Engine:
    """An engine on one connection to a database in memory."""
    if content is not None:
        connection.deserialize(content)
    return db.prepare(create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool))
