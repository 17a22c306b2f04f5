"""Wires the studio's stage to the schema and to the worker, which it may not import itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from alembic import command
from sqlalchemy import Engine

from server.jobs import claims, worker
from server.law.catalogue import Catalogue, from_disk
from server.migrations import config
from server.studio.scenarios.run import Result, run
from server.studio.scenarios.stage import Machinery

MANY: Final = 20
"""From so many files on it pays to begin a second process."""

PROCESSES: Final = 2


def machinery() -> Machinery:
    """The real schema and the real worker."""
    return Machinery(migrate, worker.run_one, claims.QUEUES[claims.ENGINE])


def migrate(engine: Engine) -> None:
    """Bring an open database up to date."""
    command.upgrade(config(engine), "head")


def play(root: Path, paths: Sequence[Path]) -> Iterator[Result]:
    """What comes of scenario files, in their order; many of them are shared out to processes,
    which changes nothing, for each is played in an office of its own."""
    if len(paths) < MANY:
        yield from (_play(root, path) for path in paths)
        return
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        yield from pool.map(_play, [root] * len(paths), paths, chunksize=4)


def _play(root: Path, path: Path) -> Result:
    return run(_catalogue(root), machinery(), path)


@cache
def _catalogue(root: Path) -> Catalogue:
    return from_disk(root)
