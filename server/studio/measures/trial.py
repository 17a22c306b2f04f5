"""The scenarios of a draft played in a process of its own, with a limit of time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from lxml import etree

from server.errors import Refused, Stale
from server.feel.xml import read_xml
from server.studio.drafts import upgrade

SECONDS = 150
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
"""What of the environment the child sees: no address of a database, no secret."""

_one = Lock()


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one scenario: a sentence for each difference, none when all is as it says."""

    path: str
    lines: tuple[str, ...]


def play(tree: Mapping[str, bytes], paths: Iterable[str]) -> list[Played]:
    """Play scenarios of a tree. Raises Stale while others are played, Refused when it takes too
    long."""
    if not _one.acquire(blocking=False):
        raise Stale("另一次试跑正在进行，请稍后再试", code="held")
    try:
        with TemporaryDirectory(prefix="guicheng-trial-") as folder:
            return _played(Path(folder), tree, sorted(paths))
    finally:
        _one.release()


def _played(folder: Path, tree: Mapping[str, bytes], paths: list[str]) -> list[Played]:
    upgrade.export(tree, folder)
    report = folder / "report.xml"
    command = [sys.executable, "-m", "server.cli", "scenario", "run"]
    command += ["--root", str(folder), "--junit", str(report), *(str(folder / p) for p in paths)]
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    try:
        subprocess.run(command, env=environment, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Refused(f"试跑超过 {SECONDS} 秒，已停止；请减少场景后再试", code="slow") from error
    if not report.exists():
        raise Refused("试跑没有完成，请稍后再试", code="trial")
    cases = {each.get("name", ""): each for each in read_xml(report.read_bytes()).iter("testcase")}
    return [Played(path, _lines(cases.get(Path(path).stem))) for path in paths]


def _lines(case: etree._Element | None) -> tuple[str, ...]:
    if case is None:
        return ("没有试跑结果。",)
    failed = case.find("failure")
    return tuple((failed.text or "").splitlines()) if failed is not None else ()
