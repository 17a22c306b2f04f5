"""Time in the demonstration: an operator lets it pass, and whatever falls due on the way happens
at its own moment, as it would have in real time. Installations that are no demonstration have
no such thing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select, update

from server import clock, db
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


@dataclass
class _Journey:
    path: Path | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_journey = _Journey()


def use(config: Config) -> None:
    """Go on where the demonstration had got to before it was stopped."""
    _journey.path = config.data_dir / FILE if config.demonstration else None
    if _journey.path and _journey.path.exists():
        days = int(_journey.path.read_text(encoding="ascii"))
        clock.use(clock.ahead(clock.source(), timedelta(days=days)))


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
    with _journey.lock:
        days = day - clock.today()
        if _journey.path is None or not timedelta() < days <= FARTHEST:
            raise Refused("日期应在今天之后、五年之内", code="wrong_day")
        _keep_sessions(days)
        start = clock.source()
        end = clock.now() + days
        for moment in _moments(end):
            clock.use(clock.ahead(start, max(moment, clock.now()) - start()))
            worker.drain(claims.ENGINE)
        clock.use(clock.ahead(start, days))
        _remember(_journey.path, days)
    bell.ring()


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


def _remember(path: Path, days: timedelta) -> None:
    before = int(path.read_text(encoding="ascii")) if path.exists() else 0
    path.write_text(str(before + days.days), encoding="ascii")
