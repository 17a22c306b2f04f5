"""A worker of an installation with many processes:

    celery -A server.pool worker -Q engine,outside

Its main process looks for due jobs and wakes the pool; each process of the pool does them.
"""

from __future__ import annotations

import socket
from typing import Any

from celery import signals

from server import db, furnish, logs
from server.config import from_environment
from server.jobs import beats, claims
from server.jobs.celery_app import Waker, make
from server.jobs.reader import Reader

settings = from_environment().checked()
app = make(settings)


def _open() -> None:
    """Each process has connections of its own."""
    db.bind(db.connect(settings.url))
    furnish(settings)


@signals.setup_logging.connect
def write_logs(**_: Any) -> None:
    """One line of JSON for each message, as the web processes write it."""
    logs.use(settings)


@signals.worker_process_init.connect
def open_process(**_: Any) -> None:
    """A process of the pool begins."""
    _open()


@signals.worker_ready.connect
def begin_to_look(**_: Any) -> None:
    """The main process of each worker looks for work and documents, and says it is there."""
    _open()
    for queue in claims.QUEUES:
        Waker(app, settings.tick, queue).start()
    Reader(settings.tick).start()
    beats.Beat(f"worker@{socket.gethostname()}").start()
