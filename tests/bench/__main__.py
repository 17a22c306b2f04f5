"""``python -m tests.bench``: completions per second through the real route, beside the floor.

A completion has everything on: session, forgery check, access, form, journal, idempotency. Prints
one JSON object; progress goes to standard error.
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
from pathlib import Path
from typing import Any

from server import db
from tests import databases
from tests.bench.measure import Bench
from tests.bench.office import crowd, furnished

INSTANCES = (1, 10_000)
SHAPES = ((0, 5), (10, 5), (100, 5), (0, 20), (0, 100))
"""Resubmissions before the measured walk, reviewers on the panel."""


def main(arguments: list[str]) -> int:
    """Run the whole matrix; returns the exit code."""
    given = _parser().parse_args(arguments)
    runs = [run for kind in given.databases for run in _runs(kind, given.completions)]
    print(json.dumps({"runs": runs, "machine": _machine()}, ensure_ascii=False, indent=1))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--databases", nargs="+", default=list(databases.KINDS))
    parser.add_argument("--completions", type=int, default=200, help="measured per run, at least")
    return parser


def _runs(kind: str, completions: int) -> Iterator[dict[str, Any]]:
    for stored in INSTANCES:
        with tempfile.TemporaryDirectory() as folder:
            setting = furnished(_address(kind, Path(folder), stored), Path(folder))
            crowd(setting, stored - 1)
            bench = Bench(setting)
            for rounds, reviewers in SHAPES:
                shape = {"database": kind, "instances": stored}
                shape |= {"rounds": rounds, "reviewers": reviewers}
                run = shape | bench.run(rounds, reviewers, completions)
                print(json.dumps(run), file=sys.stderr, flush=True)
                yield run
            db.engine().dispose()


def _address(kind: str, folder: Path, stored: int) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'bench.sqlite'}"
    return databases.create(databases.start_postgresql(f"bench-{os.getpid()}"), f"bench_{stored}")


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
