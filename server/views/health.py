"""For machines that watch the office: is it there, can it work, how does it do."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Iterator

from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from server import db
from server.errors import NotFound
from server.views.guards import anyone
from server.views.session import config
from server.work import operations, publications
from server.work.outside import outbox

bp = Blueprint("health", __name__)

SECONDS = Histogram(
    "guicheng_request_seconds",
    "Time of a request.",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
FIGURES = {
    "jobs_due": "Jobs that are due.",
    "oldest_due_seconds": "Seconds for which the oldest of them has been due.",
    "incidents": "Jobs given up that wait for an operator.",
    "processes": "Processes that look for work.",
    "messages_waiting": "Messages that have not left yet.",
    "messages_tried": "Those of them that have failed at least once.",
    "messages_paused": "1 while an operator, or a restored backup, holds all messages back.",
}
HERE = ("127.0.0.1", "::1")


def register(app: Flask) -> None:
    """Measure every request, from when it was given its number (views/tracing.py)."""
    app.register_blueprint(bp)
    app.after_request(_measure)


def _measure(response: Response) -> Response:
    route = str(request.url_rule) if request.url_rule else "none"
    labels = (request.method, route, str(response.status_code))
    SECONDS.labels(*labels).observe(time.monotonic() - g.get("arrived", time.monotonic()))
    return response


@bp.get("/healthz")
@anyone
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@anyone
def ready() -> ResponseReturnValue:
    """The database answers and something is published; 503 while one of them is missing."""
    try:
        with db.read() as tx:
            number = publications.current(tx)
    except (SQLAlchemyError, LookupError):
        return {"status": "unavailable"}, 503, {"Retry-After": "5"}
    return {"status": "ok", "publication": number}


@bp.get("/metrics")
@anyone
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus: of this machine, or with the token of the settings."""
    if not _may_watch():
        raise NotFound
    return Response(generate_latest(_registry()), content_type="text/plain; version=0.0.4")


def _may_watch() -> bool:
    token = config().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return hmac.compare_digest(given.encode(), token.encode())
    return request.remote_addr in HERE and config().proxies == 0


def _registry() -> CollectorRegistry:
    """The requests of every process where they share a folder, else of this one; the backlog."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(SECONDS)
    registry.register(Backlog())
    return registry


class Backlog(Collector):
    """The figures that stand in the database, read when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        """One gauge for each figure."""
        with db.read() as tx:
            found = operations.figures(tx) | outbox.figures(tx)
        for name, told in FIGURES.items():
            yield GaugeMetricFamily(f"guicheng_{name}", told, value=found[name])
