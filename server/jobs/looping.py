"""Something done again and again, in a thread of its own."""

from __future__ import annotations

import logging
import threading

log = logging.getLogger(__name__)


class Loop:
    """Calls ``act`` every so many seconds until it is stopped; a failure does not end it."""

    def __init__(self, name: str, every: float) -> None:
        self.name, self.every = name, every
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after what is under way; returns when the thread has ended."""
        self.stopped.set()
        self._thread.join()

    def act(self) -> None:
        """What each loop does in its own way; a database that is away is tried again next time."""
        raise NotImplementedError

    def pause(self) -> None:
        """Wait until the next time."""
        self.stopped.wait(self.every)

    def look(self) -> None:
        """Once."""
        try:
            self.act()
        except Exception:
            log.exception("the %s could not do its work", self.name)

    def _run(self) -> None:
        while not self.stopped.is_set():
            self.look()
            self.pause()
