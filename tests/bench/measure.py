"""Measuring: each completion in turn with a request to either floor, so that all meet the same
machine, the same database and the same neighbours.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import event, func, select

from server import db
from server.models import instances, work_items
from server.work import several, sql, store
from server.work.store import SINGLE
from tests.bench.floor import LEAN, PATH, bare_app
from tests.bench.http import post
from tests.bench.office import Setting
from tests.bench.walk import Step, steps

USES = ("write", "read", "glance", "single")
ASKING: tuple[Any, ...] = (sql, store, several)
"""The rooms that may ask the driver itself."""


@dataclass
class Counter:
    """Statements and commits of the bound engine while it is listening, those asked of the driver
    itself among them. A statement that writes outside a transaction commits by itself."""

    sql: int = 0
    commits: int = 0

    def listen(self) -> None:
        self._each(event.listen)
        for room in ASKING:
            room.ask = self._ask

    def stop(self) -> None:
        self._each(event.remove)
        for room in ASKING:
            room.ask = db.ask

    def _ask(self, connection: Any, sql: str, parameters: Any) -> Any:
        if db.stands_ready(connection, connection.connection.driver_connection):
            self._executed(connection, None, sql)
        return db.ask(connection, sql, parameters)

    def _each(self, do: Callable[..., None]) -> None:
        for use in USES:
            do(db.engine(use), "before_cursor_execute", self._executed)
            do(db.engine(use), "commit", self._committed)

    def _executed(self, connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        self.sql += 1
        alone = connection.engine is db.engine("single")
        self.commits += alone and sql.startswith(SINGLE)

    def _committed(self, _: Any) -> None:
        self.commits += 1


@dataclass
class Measure:
    """Seconds of completions and of requests to both floors, one of each in turn."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    lean: list[float] = field(default_factory=list)
    state: int = 0
    counter: Counter = field(default_factory=Counter)

    def figures(self) -> dict[str, Any]:
        """The figures of the printed table; milliseconds but for rates."""
        done = len(self.wall)
        return {
            "completions": done,
            "completions_per_s": round(done / sum(self.wall), 1),
            "floor_per_s": round(done / sum(self.floor), 1),
            "ratio": round(sum(self.floor) / sum(self.wall), 3),
            "lean_floor_per_s": round(done / sum(self.lean), 1),
            "lean_ratio": round(sum(self.lean) / sum(self.wall), 3),
            "sql": round(self.counter.sql / done, 2),
            "commits": round(self.counter.commits / done, 2),
            "cpu_ms": round(1000 * sum(self.cpu) / done, 2),
            "p50_ms": round(1000 * statistics.median(self.wall), 2),
            "p95_ms": round(1000 * statistics.quantiles(self.wall, n=20)[-1], 2),
            "state_bytes": self.state,
        }


class Bench:
    """One furnished office with its floor."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.bare = bare_app()
        self._served = 0

    def run(self, rounds: int, reviewers: int, wanted: int) -> dict[str, Any]:
        """Walk cases of so many resubmissions and reviewers; measure about ``wanted`` steps."""
        measure = Measure()
        self.warm_up()
        while len(measure.wall) < wanted:
            case = self.setting.start()
            for _ in range(rounds):
                self.return_once(case)
            self.walk(case, reviewers, partial(self.measured, measure))
        return measure.figures()

    def warm_up(self) -> None:
        """Fill the caches."""
        self.walk(self.setting.start(), 3, self.complete)

    def return_once(self, case: str) -> None:
        """One round that ends with a return for correction."""
        for step in steps(self.setting, case, 1, "return"):
            self.complete(step)

    def walk(self, case: str, reviewers: int, do: Callable[[Step], None]) -> None:
        """Go through a case to its approval."""
        for step in steps(self.setting, case, reviewers, "approve"):
            do(step)

    def complete(self, step: Step) -> None:
        """Hand in what a step asks for, over the route."""
        self._served += 1
        desk = self.setting.desks[step.person]
        body = {"version": step.version, "data": step.data}
        path = f"/tasks/{step.item}/complete"
        post(self.setting.app, path, body, desk, f"request {self._served}")

    def measured(self, measure: Measure, step: Step) -> None:
        """One completion, and a request to either floor after it, now this one first, now that."""
        measure.counter.listen()
        cpu, wall = time.process_time(), time.perf_counter()
        self.complete(step)
        measure.wall.append(time.perf_counter() - wall)
        measure.cpu.append(time.process_time() - cpu)
        measure.counter.stop()
        floors = [(PATH, measure.floor), (LEAN, measure.lean)]
        for path, seconds in floors if self._served % 2 else reversed(floors):
            wall = time.perf_counter()
            post(self.bare, path, {})
            seconds.append(time.perf_counter() - wall)
        measure.state = max(measure.state, _state_of(step.item))


def _state_of(item: str) -> int:
    """Bytes of the stored state of the instance an item belongs to."""
    owner = work_items.c.instance_id == instances.c.id
    wanted = select(func.length(instances.c.state_blob)).where(owner, work_items.c.id == item)
    with db.read() as tx:
        return int(tx.execute(wanted).scalar_one())
