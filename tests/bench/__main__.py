"""``python -m tests.bench``: completions per second through the real route, beside the floor.

A completion has everything on: session, forgery check, access, form, journal, idempotency. Prints
one JSON object with ``runs`` and ``ages``; progress goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server import db
from tests import databases
from tests.bench.ages import scans, three_years
from tests.bench.measure import Bench
from tests.bench.office import crowd, furnished


@dataclass(frozen=True)
class Plan:
    """How much is measured; ``shapes`` are resubmissions before the walk and reviewers in it."""

    completions: int = 200
    instances: tuple[int, ...] = (1, 10_000)
    shapes: tuple[tuple[int, int], ...] = ((0, 5), (10, 5), (100, 5), (0, 20), (0, 100))
    open_cases: tuple[int, ...] = (1_000, 10_000, 100_000)


QUICK = Plan(40, (1, 1_000), ((0, 5), (20, 5), (0, 20)), (1_000, 10_000))


def main(arguments: list[str]) -> int:
    """Run the whole matrix; returns the exit code."""
    given = _parser().parse_args(arguments)
    plan = QUICK if given.quick else Plan(given.completions)
    runs = [run for kind in given.databases for run in _runs(kind, plan)]
    ages = [_ages(kind, plan) for kind in given.databases]
    print(json.dumps({"runs": runs, "ages": ages, "machine": _machine()}, indent=1))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--databases", nargs="+", default=list(databases.KINDS))
    parser.add_argument("--completions", type=int, default=200, help="measured per run, at least")
    parser.add_argument("--quick", action="store_true", help="small numbers, a minute or two")
    return parser


def _runs(kind: str, plan: Plan) -> Iterator[dict[str, Any]]:
    for stored in plan.instances:
        with _bench(kind, f"stored_{stored}") as bench:
            crowd(bench.setting, stored - 1)
            for rounds, reviewers in plan.shapes:
                shape = {"database": kind, "instances": stored}
                shape |= {"rounds": rounds, "reviewers": reviewers}
                yield _told(shape | bench.run(rounds, reviewers, plan.completions))


def _ages(kind: str, plan: Plan) -> dict[str, Any]:
    """A case of three years, and the scan for due timers."""
    with _bench(kind, "ages") as bench:
        bench.warm_up()
        life = three_years(bench, plan.completions)
        found = {"database": kind, "three_years": life}
        return _told(found | {"due_timer_scan": list(scans(bench, plan.open_cases))})


@contextmanager
def _bench(kind: str, name: str) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        yield Bench(furnished(address(kind, Path(folder), name), Path(folder)))
        db.engine().dispose()


def _told(run: dict[str, Any]) -> dict[str, Any]:
    print(json.dumps(run), file=sys.stderr, flush=True)
    return run


def address(kind: str, folder: Path, name: str) -> str:
    """A new database of a kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder / name}.sqlite"
    return databases.create(databases.start_postgresql(f"bench-{os.getpid()}"), f"bench_{name}")


def _machine() -> dict[str, Any]:
    return {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "load": os.getloadavg(),
        "day": time.strftime("%Y-%m-%d"),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
