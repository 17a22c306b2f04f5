"""Forecasts, rehearsals and try-outs, each in a process of its own.

They bind another database and another clock for a whole process, so they never run in one that
serves people. One forecast at a time: it keeps a processor busy for seconds; of rehearsals the
database keeps to one (server/studio/rehearsal/store.py).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from threading import BoundedSemaphore, Thread
from typing import Any

import orjson

from server.config import Config
from server.errors import Refused, TooMany
from server.studio import rehearsal, simulation
from server.studio.simulation import Forecast
from server.studio.tryout import Act, Begun

LIMIT_SECONDS = 60
WAIT_SECONDS = 10
REHEARSAL_SECONDS = 1_200
BROKEN_OFF = "演练中断，可能超过了时间或者内存的限额；请重新演练，或者缩小修改的范围。"
ROOT = Path(__file__).parents[2]
REFUSAL = "Error: "
"""How the command line begins a sentence for people."""

_one_at_a_time = BoundedSemaphore(1)
_few_at_a_time = BoundedSemaphore(2)


def forecast(
    config: Config, case_id: str, assumed: Iterable[str], years: int, pace: int
) -> Forecast:
    """Run a case forward as ``guicheng simulate`` does.

    Raises Refused with the reason where it cannot go on, TooMany while others run theirs.
    """
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise TooMany("正在进行其他推演，请稍后再试。")
    try:
        return _run(
            config, ["--years", str(years), "--pace", str(pace), *_assumed(assumed), case_id]
        )
    finally:
        _one_at_a_time.release()


def _assumed(words: Iterable[str]) -> list[str]:
    return [part for word in words for part in ("--assume", word)]


def _run(config: Config, arguments: list[str]) -> Forecast:
    command = [sys.executable, "-m", "server.cli", "simulate", "--json", *arguments]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            cwd=ROOT,
            env=_environment(config),
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("推演超过时限，请减少年数后再试。", code="forecast_too_long") from error
    if done.returncode:
        raise _failure(done.stderr.decode(errors="replace"))
    return simulation.from_json(done.stdout)


SEEING_OUT = "seeing a rehearsal out"


def rehearse(config: Config, rehearsal_id: str) -> None:
    """Let a rehearsal that was asked for be played; returns at once."""
    command = [sys.executable, "-m", "server.cli", "rehearse", rehearsal_id]
    child = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        env=_environment(config),
    )
    Thread(target=_see_out, args=(child, rehearsal_id), name=SEEING_OUT, daemon=True).start()


def try_out(config: Config, draft_id: str, begun: Begun, acts: Iterable[Act]) -> Mapping[str, Any]:
    """Play the acts of a try-out from the beginning; what is seen then.

    Raises Refused where it takes too long, TooMany while others try theirs out.
    """
    if not _few_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise TooMany("正在进行其他试办，请稍后再试。")
    asked = {"draft": draft_id, "begun": asdict(begun), "acts": [asdict(each) for each in acts]}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "server.cli", "try-out"],
            input=orjson.dumps(asked),
            capture_output=True,
            cwd=ROOT,
            env=_environment(config),
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("试办超过时限，请重新开始。", code="tryout_too_long") from error
    finally:
        _few_at_a_time.release()
    if done.returncode:
        raise Refused(
            "试办不能进行：草稿的流程在试办中出错，请先改正检查列出的错误。", code="tryout_failed"
        )
    seen: Mapping[str, Any] = orjson.loads(done.stdout)
    return seen


def _see_out(child: subprocess.Popen[bytes], rehearsal_id: str) -> None:
    """Wait for a rehearsal; what has ended without an answer is said so."""
    try:
        child.wait(REHEARSAL_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    rehearsal.broke_off(rehearsal_id, BROKEN_OFF)


def _failure(said: str) -> Exception:
    if said.startswith(REFUSAL):
        return Refused(said.removeprefix(REFUSAL).strip(), code="forecast_stuck")
    return RuntimeError(f"the forecast failed: {said[-2000:]}")


def _environment(config: Config) -> Mapping[str, str]:
    """The settings of this installation."""
    settings = {
        "DATABASE_URL": config.url,
        "DATA_DIR": str(config.data_dir.resolve()),
        "SECRET_KEY": config.secret_key,
        "DEMONSTRATION": str(config.demonstration).lower(),
        "TODAY": config.today,
    }
    return os.environ | {f"GUICHENG_{name}": value for name, value in settings.items()}
