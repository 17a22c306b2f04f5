"""Time in the demonstration: an operator lets it pass, and whatever falls due on the way happens
at its own moment, as it would have in real time. Installations that are no demonstration have
no such thing.

By how much the demonstration is ahead stands in the data directory, which all processes of an
installation share: every clock follows it as soon as a journey has come to its end.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select, update

from server import clock, db
from server.clock import Source
from server.config import Config
from server.errors import Refused
from server.jobs import claims, worker
from server.models import deadlines, jobs, sessions
from server.work import bell

FARTHEST = timedelta(days=5 * 366)
"""How far one act may move the day."""

FILE = "days_ahead"
"""In the data directory: by how many days the demonstration is ahead of the machine."""

LIMIT_ROUNDS = 10_000


class Day(NamedTuple):
    """A coming day with the legal dates that end on it."""

    day: date
    milestones: tuple[tuple[str, str], ...]
    """Title in Chinese and in English, each once."""


class Shared:
    """A source as many days ahead of another as the file says; read again when it has changed."""

    def __init__(self, of: Source, path: Path) -> None:
        self.of, self.path = of, path
        self._known: tuple[object, timedelta] = (None, timedelta())

    def __call__(self) -> datetime:
        return self.of() + self.by()

    def by(self) -> timedelta:
        """How far it is ahead at present."""
        try:
            found = os.stat(self.path)
        except FileNotFoundError:
            return timedelta()
        seen = found.st_ino, found.st_mtime_ns
        if seen != self._known[0]:
            days = int(self.path.read_text(encoding="ascii"))
            self._known = seen, timedelta(days=days)
        return self._known[1]

    def move(self, days: timedelta) -> None:
        """Be so much farther ahead, in every process."""
        new = self.path.with_suffix(f".{os.getpid()}")
        new.write_text(str((self.by() + days).days), encoding="ascii")
        os.replace(new, self.path)


@dataclass
class _Journey:
    clock: Shared | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_journey = _Journey()


def use(config: Config) -> None:
    """Follow the days of the demonstration, from where it had got to before it was stopped."""
    source = clock.source()
    own = source.of if isinstance(source, Shared) else source
    _journey.clock = Shared(own, config.data_dir / FILE) if config.demonstration else None
    clock.use(_journey.clock or own)


def coming(limit: int) -> list[Day]:
    """The next days on which an open legal date ends."""
    wanted = select(deadlines.c.due_on, deadlines.c.title, deadlines.c.title_en).distinct()
    still = wanted.where(deadlines.c.status == "open", deadlines.c.due_on > clock.today())
    found: dict[date, list[tuple[str, str]]] = {}
    with db.read() as tx:
        for row in tx.execute(still.order_by(deadlines.c.due_on)):
            found.setdefault(row.due_on, []).append((row.title, row.title_en))
    return [Day(day, tuple(titles)) for day, titles in list(found.items())[:limit]]


def until(day: date) -> None:
    """Let time pass to the same time of day on ``day``.

    Raises Refused (code ``wrong_day``) where this is no demonstration, for a day that is not
    ahead, and for one more than five years away.
    """
    with _alone() as shared:
        days = day - clock.today()
        if shared is None or not timedelta() < days <= FARTHEST:
            raise Refused("日期应在今天之后、五年之内", code="wrong_day")
        _keep_sessions(days)
        before, begin = shared.by(), clock.now()
        with clock.following(shared):
            for moment in _moments(begin + days):
                passed = max(moment, clock.now()) - begin
                clock.use(clock.Ahead(shared.of, before + passed))
                worker.drain(claims.ENGINE)
            clock.use(clock.Ahead(shared.of, before + days))
            shared.move(days)
    bell.ring()


@contextmanager
def _alone() -> Iterator[Shared | None]:
    """One journey at a time, of all processes; None where this is no demonstration."""
    with _journey.lock:
        if _journey.clock is None:
            yield None
            return
        with _journey.clock.path.with_suffix(".lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield _journey.clock


def _moments(end: datetime) -> Iterator[datetime]:
    """The moments at which something falls due by ``end``, asked again after each."""
    for _ in range(LIMIT_ROUNDS):
        moment = _next_due()
        if moment is None or moment > end:
            return
        yield moment


def _next_due() -> datetime | None:
    own = jobs.c.status == "due", jobs.c.kind.in_(claims.QUEUES[claims.ENGINE])
    with db.read() as tx:
        found: datetime | None = tx.execute(select(func.min(jobs.c.run_at)).where(*own)).scalar()
    return found


def _keep_sessions(days: timedelta) -> None:
    """Whoever is signed in stays so: to them only minutes have passed."""
    with db.transaction() as tx:
        for row in tx.execute(select(sessions)).all():
            moved = {"seen_at": row.seen_at + days, "expires_at": row.expires_at + days}
            tx.execute(update(sessions).where(sessions.c.id == row.id).values(**moved))
