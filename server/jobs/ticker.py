"""The embedded worker: a thread that does due jobs in the process of the web server."""

from __future__ import annotations

import logging
import threading
from datetime import date

from server import clock
from server.jobs import claims, daily, worker
from server.work import bell

log = logging.getLogger(__name__)


class Ticker:
    """Looks for due jobs at every ring of the bell, and every ``tick`` seconds without one."""

    def __init__(self, tick: float) -> None:
        self.tick = tick
        self._planned: date | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """End after the job under way; returns when the thread has ended."""
        self._stopped.set()
        bell.ring()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._look()
            bell.wait(self.tick)

    def _look(self) -> None:
        """One look at both queues; a database that is away is tried again at the next tick."""
        try:
            self._plan()
            worker.drain(claims.ENGINE)
            worker.drain(claims.OUTSIDE)
        except Exception:
            log.exception("the ticker could not look for jobs")

    def _plan(self) -> None:
        """Once a day, enter the daily jobs."""
        today = clock.today()
        if today != self._planned:
            daily.plan()
            self._planned = today
