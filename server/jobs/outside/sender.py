"""Sending: a message is leased, sent, and noted as sent; or tried again, and at last given up.

The lease is a transaction of its own before anything leaves, and ``fence`` goes up with it: who was
so slow that another has taken over can no longer note anything. Between sending and noting a
process may die; then it is sent again, with the same key.
"""

from __future__ import annotations

import logging
import random
import time
from datetime import timedelta

from server import clock, db
from server.jobs.claims import moments
from server.jobs.outside import mail, robots
from server.jobs.outside.port import Parcel, Undelivered, Way
from server.models import outbox
from server.models.columns import instant_text
from server.work.sql import Query, Row, columns, json_text, readers, strings

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)

BACK_OFF = (30, 120, 600, 3600, 4 * 3600, 12 * 3600)
"""Seconds before the next try; each is stretched by up to a half, so that many do not come at once.
After the last it is given up, and an operator decides."""

WAYS: dict[str, Way] = {
    "mail": mail.send,
    "wecom": robots.wecom,
    "dingtalk": robots.dingtalk,
    "webhook": robots.webhook,
}

LIMIT_ERROR = 500

_DUE = """
    o.status IN ('gathering', 'due') AND o.run_at <= :now
    AND (o.lease_until IS NULL OR o.lease_until <= :now OR o.lease_until > :longest)
    AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.lifted_at IS NULL)"""

CLAIM = Query(
    f"""
    WITH pick AS (
        SELECT o.id AS picked, o.fence AS held FROM outbox o WHERE {_DUE}
        ORDER BY o.run_at, o.id LIMIT 1 {{skip_locked(o)}})
    UPDATE outbox SET status = 'due', lease_until = :lease, attempts = attempts + 1,
        fence = fence + 1
    FROM pick WHERE outbox.id = pick.picked AND outbox.fence = pick.held
        AND outbox.status IN ('gathering', 'due')
    RETURNING {columns(outbox, "outbox")}""",
    readers(outbox),
)
ANY_DUE = Query(f"SELECT 1 AS found FROM outbox o WHERE {_DUE} LIMIT 1")

_NOTE = """
    UPDATE outbox SET {changes}, lease_until = NULL
    WHERE id = :id AND fence = :fence AND status = 'due' RETURNING id"""
SENT = Query(_NOTE.format(changes="status = 'sent', sent_at = :now, items = :items, error = '',"
                                  " last_error = NULL"))  # fmt: skip
FAILED = Query(_NOTE.format(changes="status = :status, run_at = :run_at, error = :error,"
                                    " last_error = :detail"))  # fmt: skip

OPEN = Query("SELECT id FROM work_items WHERE status = 'open' AND id IN {strings(items)}")
ACTIVE = Query("SELECT 1 AS found FROM people WHERE id = :person AND active")


def anything_due() -> bool:
    """Whether a claim could find something."""
    with db.glance() as tx:
        return ANY_DUE.first(tx, **moments(clock.now())) is not None


def drain(seconds: float = 10.0) -> int:
    """Send what is due until there is nothing or the time is up; returns how many were tried."""
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until and anything_due() and send_one():
        done += 1
    return done


def send_one() -> bool:
    """Send the next message that is due; False when there is none."""
    message = db.run(claim)
    if message is None:
        return False
    try:
        _check_tries(message)
        lines = _still_true(message)
        if lines:
            parcel = Parcel(message["id"], message["address"], message["locale"], lines)
            WAYS[message["channel"]](parcel)
    except Exception as error:
        _note_failure(message, error)
        return True
    db.run(lambda: _note_sent(message, lines))
    return True


def claim() -> Row | None:
    """The next message, now leased to the caller and closed to further lines; None without one."""
    now = clock.now()
    with db.transaction() as tx:
        return CLAIM.first(tx, lease=instant_text(now + LEASE), **moments(now))


def _check_tries(message: Row) -> None:
    """One that ends its sender each time is given up as well."""
    if message["attempts"] > len(BACK_OFF) + 1:
        raise Undelivered("unexpected", "its senders ended while they sent it", is_final=True)


def _still_true(message: Row) -> list[Row]:
    """What of it is still to be told: no tasks done meanwhile, and nothing to who has left."""
    lines: list[Row] = message["items"]
    tasks = [line["item"] for line in lines if line["event"] == "task"]
    with db.read() as tx:
        if message["person_id"] and not ACTIVE.first(tx, person=message["person_id"]):
            return []
        still = {row["id"] for row in OPEN.all(tx, items=strings(tasks))}
    return [line for line in lines if line["event"] != "task" or line["item"] in still]


def _note_sent(message: Row, lines: list[Row]) -> None:
    """Sent, or nothing left to say; nothing where another has taken over meanwhile."""
    held = {"id": message["id"], "fence": message["fence"]}
    now = instant_text(clock.now())
    with db.transaction() as tx:
        if lines:
            SENT.first(tx, **held, now=now, items=json_text(lines))
        else:
            FAILED.first(tx, **held, status="cancelled", run_at=now, error="needless", detail=None)


def _note_failure(message: Row, error: Exception) -> None:
    told = error if isinstance(error, Undelivered) else Undelivered("unexpected", repr(error))
    log.warning("message %s, attempt %d: %s", message["id"], message["attempts"], told)
    dead = told.is_final or message["attempts"] > len(BACK_OFF)
    pause = BACK_OFF[min(message["attempts"], len(BACK_OFF)) - 1] * random.uniform(1.0, 1.5)
    noted = {
        "status": "dead" if dead else "due",
        "run_at": instant_text(clock.now() + timedelta(seconds=pause)),
        "error": told.code,
        "detail": told.detail[:LIMIT_ERROR],
    }

    def act() -> None:
        with db.transaction() as tx:
            FAILED.first(tx, id=message["id"], fence=message["fence"], **noted)

    db.run(act)
