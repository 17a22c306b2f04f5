"""Processes say that they are there: one row each, renewed every few seconds."""

from __future__ import annotations

import os

from server import clock, db
from server.jobs.looping import Loop
from server.models.columns import instant_text
from server.work.sql import Query

EVERY = 10.0
"""Seconds from one beat to the next."""

SEEN = Query("""
    INSERT INTO heartbeats (name, started_at, seen_at) VALUES (:name, :now, :now)
    ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at RETURNING name""")


def beat(name: str) -> None:
    """Say once that a process is there."""
    with db.transaction() as tx:
        SEEN.first(tx, name=name, now=instant_text(clock.machine()))


class Beat(Loop):
    """Says so every ten seconds."""

    def __init__(self, kind: str) -> None:
        super().__init__("beat", EVERY)
        self.process = f"{kind}:{os.getpid()}"

    def act(self) -> None:
        beat(self.process)
