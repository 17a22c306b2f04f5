"""Reads what documents say, one after another, beside the jobs: a slow file holds up nothing."""

from __future__ import annotations

import logging
import threading

from server.work import documents

log = logging.getLogger(__name__)


class Reader:
    """A thread that looks every ``tick`` seconds whether a document waits to be read. Several may
    read the same one: they write the same."""

    def __init__(self, tick: float) -> None:
        self.tick = tick
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End after the file under way; returns when the thread has ended."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self.tick):
            self.look()

    def look(self) -> None:
        """Read until none waits; a database that is away is tried again at the next tick."""
        try:
            while not self._stopped.is_set() and documents.read_next():
                pass
        except Exception:
            log.exception("the reader could not look for documents")
