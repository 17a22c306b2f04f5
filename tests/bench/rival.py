"""The benchmark of the nearest rival, on ours: its figures are SpiffArena's, measured by hand.

Eight user tasks of one person with forms of six fields, a gateway and a service task; a hundred
reviewers at once; ten reviewers who hand in at the same moment. The rival was measured over its
JSON interface, with the list of tasks and the form read before each task; so are we, and by our
pages besides.
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
MOST_SQL = {"postgresql": 90}
"""SQLite, which is in the process, is asked more and smaller questions."""
THEIR_REVIEWERS_CPU_S = 9.7
AT_ONCE = 10
HANDED_IN = text("SELECT sum(pg_column_size(result)) FROM work_items WHERE case_id = :case")


def rows(bench: Bench, kind: str) -> Iterator[Row]:
    """All figures on one kind of database."""
    bench.warm_up()
    for act in (bench.complete, partial(_as_a_program, bench), partial(_as_a_person, bench)):
        bench.walk(_begun(bench), 0, act)
    yield from _eight(bench, kind)
    yield from _hundred(bench, kind)
    yield from _at_once(bench, kind)
    if kind == "postgresql":
        yield from _stored(bench)


def _eight(bench: Bench, kind: str) -> Iterator[Row]:
    """Acts alone; then with list and form before each, as programs ask and as people see them."""
    for name, act, is_compared in (
        ("eight tasks, whole case", bench.complete, True),
        ("the same with list and form read", partial(_as_a_program, bench), True),
        ("the same by the pages", partial(_as_a_person, bench), False),
    ):
        cpu, sql = _whole_cases(bench, act)
        most = (THEIR_CPU_MS / 10, MOST_SQL.get(kind)) if is_compared else (None, None)
        yield Row(f"{name}: CPU", cpu, "ms", most[0], database=kind)
        yield Row(f"{name}: statements", sql, "", most[1], database=kind)


def _begun(bench: Bench) -> str:
    return bench.setting.start("eight", worker=bench.setting.office["applicant"].id)


def _whole_cases(bench: Bench, act: Callable[[Step], None]) -> tuple[float, float]:
    """Milliseconds of the processor and statements of one case, start and all."""
    counter, cpu = Counter(), 0.0
    for _ in range(CASES):
        counter.listen()
        begun = time.process_time()
        case = _begun(bench)
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


def _as_a_program(bench: Bench, step: Step) -> None:
    """What the rival was measured at: the list and the form are read, then the form handed in."""
    desk = bench.setting.desks[step.person]
    for path in ("/api/v1/user-tasks", f"/api/v1/user-tasks/{step.item}/form"):
        get(bench.setting.app, path, desk, "application/json")
    bench.complete(step)


def _as_a_person(bench: Bench, step: Step) -> None:
    """The same by the pages, with menu, diagram, history and all."""
    desk = bench.setting.desks[step.person]
    for path in ("/inbox", f"/tasks/{step.item}"):
        get(bench.setting.app, path, desk)
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


def _stored(bench: Bench) -> Iterator[Row]:
    """Live bytes of one finished case in all tables, without indexes, as the rival was measured;
    and how many of them are what people handed in, which PostgreSQL does not pack below 2 kB."""
    case = _begun(bench)
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
        handed_in = tx.execute(HANDED_IN, {"case": case}).scalar_one()
    most = THEIR_BYTES / 2
    named = "eight tasks: live bytes of a finished case"
    yield Row(named, int(sum(sizes)), "B", most, database="postgresql")
    yield Row(f"{named}, of them handed in", int(handed_in), "B", database="postgresql")
