"""Reads what documents say, one after another, beside the jobs: a slow file holds up nothing."""

from __future__ import annotations

from server.jobs.looping import Loop
from server.work import documents


class Reader(Loop):
    """Looks every ``tick`` seconds whether a document waits to be read. Several may read the same
    one: they write the same."""

    def __init__(self, tick: float) -> None:
        super().__init__("reader", tick)

    def act(self) -> None:
        while not self.stopped.is_set() and documents.read_next():
            pass
