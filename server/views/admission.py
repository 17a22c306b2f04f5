"""So many requests are worked on at a time, so many wait a moment; whoever comes beyond is told at
once to come again, before anything is read. Beyond its capacity a process then does as much as at
it, instead of ever less for ever more people.
"""

from __future__ import annotations

from threading import BoundedSemaphore, Lock

from flask import Flask, Response, g, jsonify, request

from server.config import Config
from server.errors import Busy, document, wants_json
from server.views.tracing import QUIET

PATIENCE = 1.0
"""Seconds somebody waits for a place before they are told to come again."""


class Door:
    """The places of one process, and those who wait for one."""

    def __init__(self, places: int, queue: int) -> None:
        self._places, self._lock = BoundedSemaphore(places), Lock()
        self._queue, self._waiting = queue, 0

    def enter(self) -> bool:
        """Take a place, at once or after waiting; False where there is none."""
        return self._places.acquire(blocking=False) or self._wait()

    def _wait(self) -> bool:
        with self._lock:
            if self._waiting >= self._queue:
                return False
            self._waiting += 1
        try:
            return self._places.acquire(timeout=PATIENCE)
        finally:
            with self._lock:
                self._waiting -= 1

    def leave(self) -> None:
        """Give the place back."""
        self._places.release()


def register(app: Flask, config: Config) -> None:
    """Ask at the door first of all, but for what watches and what costs nothing."""
    door = Door(config.at_once, config.queue)

    def come_in() -> Response | None:
        if request.path.startswith(QUIET):
            return None
        g.inside = door.enter()
        return None if g.inside else _refusal()

    def go(_: BaseException | None) -> None:
        if g.pop("inside", False):
            door.leave()

    app.before_request(come_in)
    app.teardown_request(go)


def _refusal() -> Response:
    """The sentence alone: a page with its menu would ask the database."""
    busy = Busy()
    answer = jsonify(document(busy)) if wants_json() else Response(busy.detail)
    kind = "application/problem+json" if wants_json() else "text/plain; charset=utf-8"
    answer.content_type, answer.status_code = kind, busy.status
    answer.headers.update(busy.headers)
    return answer
