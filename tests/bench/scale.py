"""``python -m tests.bench.scale``: the same pages and acts beside ever more work items.

Each size has a database of its own (tests/bench/province.py). Real requests go through the whole
application as three people who read little and much, to each size in turn, so that all of them meet
the same machine. Writes ``tests/bench/results/``, which ``make results`` draws.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text

from server import clock, db
from server.ids import new_id
from server.jobs import claims
from server.law.catalogue import tree_on_disk
from server.models import documents, memberships, people
from server.work import figures, publications
from server.work.people import Membership, Person
from tests.bench import rival, rows
from tests.bench.__main__ import address
from tests.bench.http import get
from tests.bench.measure import Bench
from tests.bench.office import Desk, furnished
from tests.bench.province import Province
from tests.bench.rows import Row, p50, p95
from tests.bench.walk import Step
from tests.office import REGIME
from tests.procedures import ROOT

SIZES = {"postgresql": (1_000, 100_000, 1_000_000), "sqlite": (1_000, 100_000)}
TIMES, FEW = 40, 5
THREADS = (1, 8, 64)
PAPERS = (0, 100, 1_000)
GROWS = 1.3
"""How much slower the inbox may be beside a million items than beside a thousand."""

MOST_SQL = {"postgresql": 6}

READERS = ("unit", "authority", "leader")
PAGES = {
    "inbox": "/inbox",
    "inbox, latest first": "/inbox?sort=-due",
    "inbox, searched": "/inbox?q=种业",
    "done": "/done",
    "cases": "/cases",
    "cases in a rare state": "/cases?state=suspended",
    "cases, searched": "/cases?q=第77号",
    "search": "/search?q=基地",
    "search, one hit": "/search?q=第77号",
    "dates": "/deadlines",
    "steps": "/steps",
    "dashboard": "/dashboard",
}


def main(arguments: list[str]) -> int:
    """Fill, measure, write down; returns the exit code: 0 where every target is reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    parser.add_argument("--databases", nargs="+", default=list(SIZES))
    parser.add_argument("--largest", type=int, default=1_000_000, help="work items at most")
    given = parser.parse_args(arguments)
    missed = [row for kind in given.databases for row in _on(kind, given.largest)]
    for row in missed:
        print(f"missed: {row.database} {row.name}: {row.value} {row.unit}, not {row.target}")
    return 1 if missed else 0


def _on(kind: str, largest: int) -> list[Row]:
    """Measure on one kind of database and write it down; what misses its target."""
    found = list(_told(kind, largest))
    found += _growth(found)
    rows.keep(f"scale-{kind}", rows.document("make bench-scale", found))
    return [row for row in found if row.reached is False]


def _told(kind: str, largest: int) -> Iterator[Row]:
    for row in _rows(kind, [size for size in SIZES[kind] if size <= largest]):
        told = f"{row.database:11}{row.size:9}  {row.name}: {row.value} {row.unit}"
        print(told, file=sys.stderr, flush=True)
        yield row


def _rows(kind: str, sizes: Sequence[int]) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        places = [_place(kind, Path(folder), size) for size in sizes]
        places[0].enter()
        yield from rival.rows(places[0].bench, kind)
        yield from _papers(places[0].bench, kind)
        yield from _pages(kind, places)
        yield from _acts(kind, places)
        for place in places:
            place.engine.dispose()


@dataclass(frozen=True)
class Place:
    """An office of one size."""

    size: int
    bench: Bench
    province: Province
    engine: Engine
    readers: dict[str, Desk]

    def enter(self) -> None:
        """What follows happens here."""
        db.bind(self.engine)


def _place(kind: str, folder: Path, size: int) -> Place:
    bench = Bench(furnished(address(kind, folder, f"scale_{size}"), folder))
    bench.warm_up()
    province = Province(bench)
    province.fill(size)
    return Place(size, bench, province, db.engine("glance"), _readers(bench, province))


def _readers(bench: Bench, province: Province) -> dict[str, Desk]:
    """A unit with its own cases, an authority with the desk of all, a leader who reads all."""
    office = bench.setting.office
    return {
        "unit": province.desk(province.units[1]),
        "authority": bench.setting.desks[office["second_officer"].id],
        "leader": province.desk(_leader(office.organisations["authority"])),
    }


def _in_turn(
    places: Sequence[Place], act: Callable[[Place], object], times: int
) -> list[list[float]]:
    """Milliseconds at each place, which take turns."""
    taken: list[list[float]] = [[] for _ in places]
    for turn in range(times + 2):
        for place, seen in zip(places, taken, strict=True):
            place.enter()
            begun = time.perf_counter()
            act(place)
            if turn > 1:  # caches are full
                seen.append(1000 * (time.perf_counter() - begun))
    return taken


def _pages(kind: str, places: Sequence[Place]) -> Iterator[Row]:
    for reader in READERS:
        for name, path in PAGES.items():
            seen = _in_turn(places, partial(_read, path, reader), TIMES)
            for place, taken in zip(places, seen, strict=True):
                row = partial(Row, unit="ms", database=kind, size=place.size)
                yield row(name=f"{name} · {reader} · p50", value=p50(taken))
                yield row(name=f"{name} · {reader} · p95", value=p95(taken))


def _read(path: str, reader: str, place: Place) -> None:
    get(place.bench.setting.app, path, place.readers[reader])


ONCE: dict[str, Callable[[Place], object]] = {
    "look for due timers · p50": lambda place: _look(),
    "start of a case · p50": lambda place: place.bench.setting.start(),
    "dashboard counted anew · unit": lambda place: _anew(place, "unit"),
    "dashboard counted anew · leader": lambda place: _anew(place, "leader"),
    "publishing": lambda place: _publish(),
}


def _acts(kind: str, places: Sequence[Place]) -> Iterator[Row]:
    for name, act in ONCE.items():
        for place, taken in zip(places, _in_turn(places, act, FEW), strict=True):
            yield Row(name, p50(taken), "ms", database=kind, size=place.size)
    for place in places:
        place.enter()
        row = partial(Row, database=kind, size=place.size)
        completed = place.bench.run(0, 3, TIMES)
        yield row("completion · p50", completed["p50_ms"], "ms")
        yield row("completion · p95", completed["p95_ms"], "ms")
        yield row("completion · CPU", completed["cpu_ms"], "ms")
        yield row("completion · statements", completed["sql"], "", MOST_SQL.get(kind))
        for threads in THREADS:
            yield row(f"{threads} at once · inboxes", _at_once(place, threads), "/s")
        yield row("memory of the process", _resident(), "MiB")
        if kind == "postgresql":
            yield row("database per case", _bytes_per_case(place.province), "kB")


def _leader(organisation: str) -> Person:
    """Somebody who reads every case of the regime, new each time."""
    held = Membership(organisation, "supervisor", REGIME)
    person = Person(new_id(), new_id(), "监督员", memberships=(held,))
    with db.transaction() as tx:
        named = {"id": person.id, "login": person.login, "name": person.name}
        tx.execute(insert(people), [named | {"password_hash": "x"}])
        office = {"organisation_id": organisation, "role": held.role, "regime": REGIME}
        tx.execute(insert(memberships), [office | {"person_id": person.id}])
    return person


def _anew(place: Place, reader: str) -> None:
    """The figures of somebody who has not asked for them in the last minutes."""
    figures.forget()
    _read("/dashboard", reader, place)


def _look() -> None:
    assert claims.claim(claims.ENGINE) is None


def _publish() -> None:
    """The whole tree of the product, changed by a letter."""
    changed = {"processes/README.md": new_id().encode()}
    with db.transaction() as tx:
        publications.publish(tx, tree_on_disk(ROOT) | changed, "bench", None)
        tx.rollback()


def _at_once(place: Place, threads: int) -> float:
    """Inboxes of different units per second, asked for by so many threads of one process."""
    desks = [place.province.desk(unit) for unit in place.province.units[:threads]]
    asked = [desks[number % len(desks)] for number in range(max(threads, 8) * 4)]
    read = partial(get, place.bench.setting.app, "/inbox")
    with ThreadPoolExecutor(threads) as pool:
        begun = time.perf_counter()
        done = len(list(pool.map(read, asked)))
    return round(done / (time.perf_counter() - begun), 1)


def _resident() -> float:
    """Mebibytes of this process, application and bench."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in told.splitlines() if line.startswith("VmRSS"))
    return round(int(line.split()[1]) / 1024, 1)


def _bytes_per_case(province: Province) -> float:
    with db.read() as tx:
        whole = tx.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return round(int(whole) / province.cases / 1000, 1)


def _papers(bench: Bench, kind: str) -> Iterator[Row]:
    """Completions of a case that has ever more documents."""
    for number in PAPERS:
        case, taken = bench.setting.start(), list[float]()
        _add_papers(bench, case, number)
        bench.walk(case, 3, partial(_took, bench, taken))
        yield Row(
            f"completion in a case with {number} documents · p50", p50(taken), "ms", database=kind
        )


def _took(bench: Bench, taken: list[float], step: Step) -> None:
    begun = time.perf_counter()
    bench.complete(step)
    taken.append(1000 * (time.perf_counter() - begun))


def _add_papers(bench: Bench, case: str, number: int) -> None:
    by = bench.setting.office["applicant"].id
    rest: dict[str, Any] = {
        "media_type": "application/pdf",
        "size": 1,
        "case_id": case,
        "uploaded_by": by,
    }
    made = [
        {"id": new_id(), "sha": new_id(), "name": f"附件{each}.pdf", "uploaded_at": clock.now()}
        | rest
        for each in range(number)
    ]
    if made:
        with db.transaction() as tx:
            tx.execute(insert(documents), made)


def _growth(found: Sequence[Row]) -> Iterator[Row]:
    """The inbox at the largest size beside the smallest."""
    for kind in dict.fromkeys(row.database for row in found):
        for who in ("unit", "authority", "leader"):
            name = f"inbox · {who} · p95"
            seen = [row for row in found if (row.database, row.name) == (kind, name)]
            if len(seen) > 1:
                ratio = round(seen[-1].value / seen[0].value, 2)
                yield Row(
                    f"inbox · {who}: p95 beside {seen[0].size} items",
                    ratio,
                    "×",
                    GROWS,
                    database=kind,
                    size=seen[-1].size,
                )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
