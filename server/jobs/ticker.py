"""The embedded worker: threads that do due jobs in the process of the web server."""

from __future__ import annotations

from datetime import date

from server import clock
from server.jobs import claims, daily, worker
from server.jobs.looping import Loop
from server.jobs.outside import sender
from server.work import bell


class Ticker(Loop):
    """Looks for due jobs at every ring of the bell, and every ``tick`` seconds without one."""

    def __init__(self, tick: float) -> None:
        super().__init__("ticker", tick)
        self._planned: date | None = None

    def stop(self) -> None:
        self.stopped.set()
        bell.ring()
        super().stop()

    def pause(self) -> None:
        bell.wait(self.every)

    def act(self) -> None:
        self._plan()
        worker.drain(claims.ENGINE)
        worker.drain(claims.OUTSIDE)

    def _plan(self) -> None:
        """Once a day, enter the daily jobs."""
        today = clock.today()
        if today != self._planned:
            daily.plan()
            self._planned = today


class Postman(Loop):
    """Sends messages, apart from the jobs: a mail server that hangs holds up nothing else."""

    def __init__(self, tick: float) -> None:
        super().__init__("postman", tick)

    def act(self) -> None:
        sender.drain()
