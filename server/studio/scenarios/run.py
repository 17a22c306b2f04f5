"""Running scenario files: one after another, each in an office of its own."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.studio.scenarios import known, stage, usual
from server.studio.scenarios.comparing import differences
from server.studio.scenarios.document import Unreadable
from server.studio.scenarios.play import Play
from server.studio.scenarios.scenario import Scenario, Step, load
from server.studio.scenarios.stage import Machinery, StageError

log = logging.getLogger(__name__)

ENDING = ".yaml"
USUAL = "usual"
LIMIT_FILES = 5_000


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one file: a line for each difference, none when all is as it says."""

    path: Path
    title: str
    lines: tuple[str, ...]
    seconds: float

    @property
    def name(self) -> str:
        """The file in a report: its folder and its name."""
        return f"{self.path.parent.name}/{self.path.name}"


def files(paths: Iterable[Path]) -> list[Path]:
    """Every scenario file that is named or lies below a folder named; raises Unreadable."""
    found = [each for path in paths for each in (_below(path) if path.is_dir() else [path])]
    if len(found) > LIMIT_FILES:
        raise Unreadable(f"超过 {LIMIT_FILES} 个文件。")
    return found


def _below(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob(f"*{ENDING}") if p.parent.name != USUAL)


def run(
    catalogue: Catalogue, machinery: Machinery, path: Path, content: bytes | None = None
) -> Result:
    """Play one file, or ``content`` in its place; a failure of the office itself is a difference
    like any other."""
    begun = time.perf_counter()
    title = ""
    lines: list[str] = []
    try:
        text = path.read_bytes() if content is None else content
        scenario = load(text, path.stem, path.parent.name)
        title = scenario.title
        with quiet_worker():
            lines.extend(play(catalogue, machinery, scenario))
    except (Unreadable, StageError) as error:
        lines.append(error.args[0])
    except Exception as error:
        log.debug("%s", path, exc_info=error)
        pattern = "系统出错（%(kind)s）：%(error)s"
        lines.append(told(pattern, kind=type(error).__name__, error=str(error)))
    return Result(path, title, tuple(lines), time.perf_counter() - begun)


@contextmanager
def quiet_worker() -> Iterator[None]:
    """A job that fails is told as a difference, not in the log."""
    worker = logging.getLogger("server.jobs.worker")
    worker.disabled = True
    try:
        yield
    finally:
        worker.disabled = False


def play(catalogue: Catalogue, machinery: Machinery, scenario: Scenario) -> Iterator[str]:
    """A line for each difference; raises Unreadable for a file that makes no sense."""
    regime = scenario.regime
    if regime not in catalogue.regimes:
        raise Unreadable(told("没有规程“%(regime)s”。", regime=regime))
    unknown = [each for each in scenario.clauses if not catalogue.clauses.exists(each)]
    if unknown:
        raise Unreadable(told("没有条款%(unknown)s。", unknown=unknown))
    if misnamed := list(known.unknown(catalogue, scenario)):
        yield from misnamed
        return
    habits = usual.of(catalogue, regime)
    steps = list(habits.expand(scenario.steps))
    begin = usual.opening(steps)
    with stage.raised(catalogue, machinery, begin) as office:
        if not scenario.empty:
            stage.put_on_record(regime, stage.PREREQUISITES, stage.civil(begin).date())
        for record in scenario.records:
            stage.enter(regime, record)
        yield from _steps(Play(catalogue, regime, habits, office), steps)


def _steps(played: Play, steps: Iterable[Step]) -> Iterator[str]:
    """Go on until a step fails that the others stand on."""
    for step in steps:
        try:
            problem = played.attempt(step)
            found = list(differences(played, step, problem))
        except StageError as error:
            yield told("%(place)s%(error)s", place=_place(step), error=error)
            return
        yield from (told("%(place)s%(line)s", place=_place(step), line=line) for line in found)
        if problem and "refused" not in step.expected:
            return


def _place(step: Step) -> str:
    if not step.words:
        return told("%(place)s：", place=step.place)
    return told("%(place)s（%(words)s）：", place=step.place, words=step.words)
