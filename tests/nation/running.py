"""Many provinces, several at a time; their figures added up.

Each has a database of its own in the folder. One that has been lived already is not lived again,
so a run that was stopped goes on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.nation.life import Plan, run
from tests.nation.provinces import PROVINCES, Province

SUMS = ("bases", "procedures", "timers", "jobs", "daily", "bytes", "cpu")
COUNTS = ("acts", "refused", "given_up", "states")
Told = dict[str, Any]


def lived(plans: Sequence[Plan], folder: Path, processes: int) -> Iterator[Told]:
    """The figures of a province for each plan, as they come."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        pairs = zip(PROVINCES, plans, strict=False)
        for job in as_completed([pool.submit(live, one, plan, folder) for one, plan in pairs]):
            yield job.result()


def live(province: Province, plan: Plan, folder: Path) -> Told:
    """The figures of a province, lived now or before."""
    kept = folder / f"{province.regime}.json"
    if kept.exists() and (told := json.loads(kept.read_text()))["plan"] == asdict(plan):
        return dict(told)
    path = folder / f"{province.regime}.sqlite"
    for old in folder.glob(f"{path.name}*"):
        old.unlink()
    told = {"plan": asdict(plan), **run(province, plan, path)}
    kept.write_text(json.dumps(told, ensure_ascii=False, indent=1))
    return told


def shares(bases: int, provinces: int) -> list[int]:
    """How many bases each province has: as many as the others, the first ones one more."""
    return [bases // provinces + (number < bases % provinces) for number in range(provinces)]


def summed(told: Iterable[Mapping[str, Any]]) -> Told:
    """The figures of all provinces together."""
    found = list(told)
    total: Told = {name: sum(each[name] for each in found) for name in SUMS}
    for name in COUNTS:
        counts = sum((Counter(each[name]) for each in found), Counter[str]())
        total[name] = dict(counts.most_common())
    total["defects"] = [f"{each['regime']} {one}" for each in found for one in each["defects"]]
    return total
