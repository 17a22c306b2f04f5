"""``python -m tests.nation``: provinces lived through, several at a time; prints JSON."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.nation.life import Plan
from tests.nation.provinces import COUNT
from tests.nation.running import Told, lived, shares, summed


def main(arguments: list[str]) -> int:
    """Live them; 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.nation", description=__doc__)
    parser.add_argument("--bases", type=int, default=62)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--provinces", type=int, default=COUNT)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the databases stay")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as passing:
        total = _nation(given, given.folder or Path(passing))
    print(json.dumps(total, ensure_ascii=False, indent=1))
    return int(bool(total["defects"]))


def _nation(given: argparse.Namespace, folder: Path) -> Told:
    folder.mkdir(parents=True, exist_ok=True)
    plans = [Plan(each, given.years, given.seed) for each in shares(given.bases, given.provinces)]
    begun, found = time.perf_counter(), []
    for told in lived(plans, folder, given.processes):
        found.append(told)
        print(_progress(told, len(found), len(plans)), file=sys.stderr, flush=True)
    total = summed(found)
    acts = sum(total["acts"].values()) + total["jobs"]
    asked = {name: getattr(given, name) for name in ("provinces", "years", "seed", "processes")}
    wall = round(time.perf_counter() - begun, 1)
    return {**asked, "wall": wall, "cpu_ms_per_act": round(1000 * total["cpu"] / acts, 1), **total}


def _progress(told: Told, done: int, of: int) -> str:
    acts = sum(told["acts"].values())
    words = f"{told['bases']} bases, {acts} acts, {told['jobs']} jobs, {told['cpu']} s of CPU"
    return f"{done}/{of} {told['regime']}: {words}, {len(told['defects'])} defects"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
