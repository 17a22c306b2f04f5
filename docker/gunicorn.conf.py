"""Web processes: as many as WEB_CONCURRENCY says, threads for those who wait for the database."""

import os
from pathlib import Path

bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("THREADS", "32"))  # GUICHENG_AT_ONCE and GUICHENG_QUEUE together
timeout = 60
graceful_timeout = 30
keepalive = 75  # nginx keeps its own for 60 s and must be who closes, or it sends into a closed one
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
accesslog = None  # the application writes one line for each request (server/views/tracing.py)


def on_starting(_):
    """All modules are read once, before the processes part: one that is lost is back at once. So a
    new version needs a restart; HUP gives the old one again."""
    import server.views  # noqa: F401


def post_fork(server, worker):
    """Each process writes its lines as the installation wants them."""
    from server import logs
    from server.config import from_environment

    logs.use(from_environment())


def post_worker_init(worker):
    """Nobody waits until a new process knows the pages and the law."""
    from server.views import warm

    warm(worker.wsgi)


def child_exit(server, worker):
    """The figures of a process that has gone are kept for /metrics."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
