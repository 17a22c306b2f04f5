"""Processes say that they are there: one row each, renewed every few seconds."""

from __future__ import annotations

import logging
import os
import threading

from server import clock, db
from server.models.columns import instant_text
from server.work.sql import Query

EVERY = 10.0
"""Seconds from one beat to the next."""

SEEN = Query("""
    INSERT INTO heartbeats (name, started_at, seen_at) VALUES (:name, :now, :now)
    ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at RETURNING name""")

log = logging.getLogger(__name__)


def beat(name: str) -> None:
    """Say once that a process is there."""
    with db.transaction() as tx:
        SEEN.first(tx, name=name, now=instant_text(clock.machine()))


class Beat:
    """Says so every ten seconds, in a thread of its own; a database that is away is no matter."""

    def __init__(self, kind: str) -> None:
        self.name = f"{kind}:{os.getpid()}"
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beat", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; returns when the thread has ended."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                beat(self.name)
            except Exception:
                log.exception("no beat of %s", self.name)
            if self._stopped.wait(EVERY):
                return
