"""The benchmark of the nearest rival, on ours: its figures are SpiffArena's, measured by hand.

Eight user tasks with forms of six fields, a gateway and a service task; a hundred reviewers at
once; ten reviewers who hand in at the same moment.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from sqlalchemy import text

from server import db
from server.models import cases
from tests.bench.http import get
from tests.bench.measure import Bench, Counter
from tests.bench.rows import Row
from tests.bench.walk import Step, steps

CASES = 10
THEIR_CPU_MS, THEIR_SQL, THEIR_BYTES = 500, 926, 22_000
THEIR_REVIEWERS_CPU_S = 9.7
AT_ONCE = 10


def rows(bench: Bench, kind: str) -> Iterator[Row]:
    """All figures on one kind of database."""
    bench.warm_up()
    for act in (bench.complete, partial(_as_a_person, bench)):
        bench.walk(bench.setting.start("eight"), 0, act)
    yield from _eight(bench, kind)
    yield from _hundred(bench, kind)
    yield from _at_once(bench, kind)
    if kind == "postgresql":
        yield _stored(bench)


def _eight(bench: Bench, kind: str) -> Iterator[Row]:
    """Acts alone, as programs do them; then with the inbox and the form before each, as people."""
    cpu, sql = _whole_cases(bench, bench.complete)
    yield Row("eight tasks, whole case: CPU", cpu, "ms", THEIR_CPU_MS / 10, database=kind)
    yield Row("eight tasks, whole case: statements", sql, "", 90, database=kind)
    cpu, sql = _whole_cases(bench, partial(_as_a_person, bench))
    yield Row("the same with inbox and form read: CPU", cpu, "ms", THEIR_CPU_MS / 10, database=kind)
    yield Row("the same with inbox and form read: statements", sql, "", database=kind)


def _whole_cases(bench: Bench, act: Callable[[Step], None]) -> tuple[float, float]:
    """Milliseconds of the processor and statements of one case, start and all."""
    counter, cpu = Counter(), 0.0
    for _ in range(CASES):
        counter.listen()
        begun = time.process_time()
        case = bench.setting.start("eight")
        cpu += time.process_time() - begun
        counter.stop()
        bench.walk(case, 0, partial(_counted, counter, seen := [], act))
        cpu += sum(seen)
    return round(1000 * cpu / CASES, 1), round(counter.sql / CASES, 1)


def _counted(counter: Counter, seen: list[float], act: Callable[[Step], None], step: Step) -> None:
    counter.listen()
    begun = time.process_time()
    act(step)
    seen.append(time.process_time() - begun)
    counter.stop()


def _as_a_person(bench: Bench, step: Step) -> None:
    """What the rival was measured at: the list and the form are read, then the form handed in."""
    desk = bench.setting.desks[step.person]
    get(bench.setting.app, "/api/v1/user-tasks", desk, "application/json")
    get(bench.setting.app, f"/api/v1/user-tasks/{step.item}", desk, "application/json")
    bench.complete(step)


def _hundred(bench: Bench, kind: str) -> Iterator[Row]:
    case, cpu = bench.setting.start(), time.process_time()
    bench.walk(case, 100, bench.complete)
    spent = round(time.process_time() - cpu, 2)
    yield Row(
        "100 parallel reviewers, whole case: CPU",
        spent,
        "s",
        round(THEIR_REVIEWERS_CPU_S / 15, 2),
        database=kind,
    )


def _at_once(bench: Bench, kind: str) -> Iterator[Row]:
    """Ten experts of one panel hand in at the same moment."""
    case = bench.setting.start()
    found: list[Step] = []
    for step in steps(bench.setting, case, AT_ONCE, "approve"):
        if step.element == "review":
            found.append(step)
        else:
            bench.complete(step)
        if len(found) == AT_ONCE:
            break
    together = Barrier(AT_ONCE + 1)

    def hand_in(step: Step) -> float:
        together.wait()
        begun = time.perf_counter()
        bench.complete(step)
        return time.perf_counter() - begun

    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(hand_in, step) for step in found]
        together.wait()
        taken = [each.result() for each in waiting]
    yield Row("10 at once: accepted", len(taken), "", AT_ONCE, least=True, database=kind)
    yield Row("10 at once: the slowest", round(max(taken), 3), "s", 1, database=kind)


def _stored(bench: Bench) -> Row:
    """Live bytes of one finished case in all tables, without indexes, as the rival was measured."""
    case = bench.setting.start("eight")
    bench.walk(case, 0, bench.complete)
    owned = [table for table in db.db.metadata.sorted_tables if "case_id" in table.c]
    with db.read() as tx:
        sizes = [
            tx.execute(
                text(f"SELECT COALESCE(sum(pg_column_size(t.*)), 0) FROM {table.name} t"
                     f" WHERE {'id' if table is cases else 'case_id'} = :case"),
                {"case": case},
            ).scalar_one()
            for table in (cases, *owned)
        ]  # fmt: skip
    return Row(
        "eight tasks: live bytes of a finished case",
        int(sum(sizes)),
        "B",
        THEIR_BYTES / 2,
        database="postgresql",
    )
