"""What a bench prints: rows of figures with what is aimed at, and the machine they were seen on."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Row:
    """One figure; ``target`` is the most it may be, or the least where ``least``."""

    name: str
    value: float
    unit: str
    target: float | None = None
    least: bool = False
    database: str = ""
    size: int = 0
    """Work items in the database."""

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.least else self.value <= self.target


def p95(taken: Sequence[float]) -> float:
    """All but the slowest twentieth were at least so fast."""
    return round(statistics.quantiles(taken, n=20)[-1], 2)


def p99(taken: Sequence[float]) -> float:
    """All but the slowest hundredth were at least so fast."""
    return round(statistics.quantiles(taken, n=100, method="inclusive")[-1], 2)


def p50(taken: Sequence[float]) -> float:
    """Half were at least so fast."""
    return round(statistics.median(taken), 2)


def document(command: str, rows: Iterable[Row]) -> dict[str, Any]:
    """Rows with the day, the machine and the command that gives them again."""
    told = [asdict(row) | {"reached": row.reached} for row in rows]
    return {
        "command": command,
        "day": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "rows": told,
    }


def machine() -> dict[str, Any]:
    """What the figures depend on; neither a name nor a path of it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpus": os.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "python": platform.python_version(),
        "system": platform.system(),
        "load": [round(each, 1) for each in os.getloadavg()],
    }


def keep(name: str, found: dict[str, Any]) -> None:
    """Write the results down, for the page."""
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
