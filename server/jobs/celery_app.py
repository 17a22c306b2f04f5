"""Celery gives worker pools; the job table gives the work (server/pool.py starts them).

A message says only "there may be work": lost, doubled or late ones change nothing. There is no
beat; every worker looks at the table itself, and does the work in its own thread while the broker
is away. Nothing is ever published inside a request.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from server.config import Config
from server.jobs import claims, daily, worker
from server.jobs.looping import Loop
from server.jobs.outside import sender

log = logging.getLogger(__name__)

SETTINGS = {
    "task_ignore_result": True,
    "task_acks_late": False,
    "task_publish_retry": False,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_time_limit": 30,
    "worker_prefetch_multiplier": 1,
    "worker_max_tasks_per_child": 1000,
    "worker_max_memory_per_child": 300_000,
    "worker_hijack_root_logger": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,  # for ever: without a broker the waker does the work
    "broker_transport_options": {
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        "max_retries": 0,  # a broker that is away must not hold up the work
    },
    "task_routes": {f"server.jobs.{queue}": {"queue": queue} for queue in claims.QUEUES},
}
"""Messages are worth nothing, so they are acknowledged at once and never retried."""

WAKE_UP_EXPIRES = 5
"""Seconds after which a wake-up nobody has taken is thrown away."""

UNHEARD = timedelta(seconds=8)
"""A job that nobody has taken for so long is done by the waker itself: the pool comes back to a
broker that was away only after some time, and hears nothing until then."""


def make(config: Config) -> Celery:
    """The Celery application of an installation, with one task per queue."""
    app = Celery("guicheng", broker=config.broker_url or "memory://")
    app.conf.update(SETTINGS)
    for queue in claims.QUEUES:
        app.task(name=f"server.jobs.{queue}", shared=False)(_drainer(queue))
    return app


def _drainer(queue: str) -> Any:
    def drain() -> None:
        _do(queue)

    return drain


def _do(queue: str) -> None:
    worker.drain(queue)
    if queue == claims.OUTSIDE:
        sender.drain()


class Waker(Loop):
    """Looks every ``tick`` seconds whether a queue has due work, and wakes the pool if so."""

    def __init__(self, app: Celery, tick: float, queue: str = claims.ENGINE) -> None:
        super().__init__(f"waker of {queue}", tick)
        self.app, self.queue = app, queue

    def act(self) -> None:
        if self.queue == claims.ENGINE:
            daily.plan()
        if claims.anything_due(self.queue, UNHEARD):
            _do(self.queue)
        if claims.anything_due(self.queue) or self._messages_due():
            self._wake()

    def _messages_due(self) -> bool:
        return self.queue == claims.OUTSIDE and sender.anything_due()

    def _wake(self) -> None:
        name = f"server.jobs.{self.queue}"
        try:
            self.app.send_task(name, queue=self.queue, expires=WAKE_UP_EXPIRES, retry=False)
        except (OperationalError, OSError):
            log.warning("the broker is away: doing the jobs of %s here", self.queue)
            _do(self.queue)
