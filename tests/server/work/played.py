"""Scenarios of the shipped procedures played up to a point, so that a test can look around."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select, update

from server import db
from server.models import documents
from server.rehearsal import machinery
from server.studio.scenarios import scenario, stage, usual
from server.studio.scenarios.play import Play
from server.studio.scenarios.run import quiet_worker
from server.work.documents import Files, bind
from tests.walk import ROOT, shipped

SCENARIOS = ROOT / "processes/scenarios"


@contextmanager
def played(path: str, files: Path) -> Iterator[Play]:
    """The office after a scenario of the law, with a real file behind every paper."""
    regime, _, stem = path.partition("/")
    content = (SCENARIOS / f"{path}.yaml").read_bytes()
    steps = scenario.load(content, stem, regime).steps
    habits = usual.of(shipped(), regime)
    steps = tuple(habits.expand(steps))
    begin = usual.opening(steps)
    with quiet_worker(), stage.raised(shipped(), machinery(), begin) as office:
        stage.put_on_record(regime, stage.PREREQUISITES, stage.civil(begin).date())
        play = Play(shipped(), regime, habits, office)
        for step in steps:
            play.attempt(step)
        put_files(files)
        yield play


def put_files(root: Path) -> None:
    """What scenarios only name gets a content of its own on the disk."""
    store = Files(root)
    bind(store)
    with db.transaction() as tx:
        for identity, name in tx.execute(select(documents.c.id, documents.c.name)).all():
            content = f"{name} {identity}".encode()
            sha = hashlib.sha256(content).hexdigest()
            place = store.path(sha)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            changed = {"sha": sha, "size": len(content)}
            tx.execute(update(documents).where(documents.c.id == identity).values(changed))
