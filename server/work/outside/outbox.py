"""The outbox as operators see it: what waits, what went, what was given up and why.

An operator sees the messages of the regimes they operate; they send one again, take one back, hold
everything back and let it go again. Each of these acts stands in the journal of the administration.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Select, insert, select, update

from server import clock, db
from server.errors import Invalid, NotFound, Stale
from server.ids import new_id
from server.models import outbox, pauses, people
from server.models.columns import instant_text
from server.work import operations
from server.work.people import Person, listing
from server.work.people.journal import Subject, actor, append
from server.work.people.listing import Asked, Found
from server.work.sql import Query, Row, columns, readers

WAITING: Final = ("gathering", "due")

SEND, CANCEL = "send", "cancel"
"""What becomes of messages that may have been sent already when a pause is lifted."""

OPEN_PAUSE = Query(
    f"SELECT {columns(pauses, 'p')} FROM pauses p WHERE p.lifted_at IS NULL ORDER BY p.id",
    readers(pauses),
)
COUNTS = Query("""
    SELECT count(*) AS waiting, COALESCE(sum(CASE WHEN o.suspect THEN 1 ELSE 0 END), 0) AS suspect,
        COALESCE(sum(CASE WHEN o.attempts > 0 THEN 1 ELSE 0 END), 0) AS tried
    FROM outbox o WHERE o.status IN ('gathering', 'due')""")

AGAIN = Query("""
    UPDATE outbox SET status = 'due', attempts = 0, fence = fence + 1, run_at = :now,
        lease_until = NULL, sent_at = NULL, error = '', last_error = NULL
    WHERE id = :id AND status IN ('dead', 'cancelled', 'sent') RETURNING id""")
TAKE_BACK = Query("""
    UPDATE outbox SET status = 'cancelled', fence = fence + 1, lease_until = NULL,
        error = 'taken_back'
    WHERE id = :id AND (status = 'dead' OR (status IN ('gathering', 'due')
        AND (lease_until IS NULL OR lease_until <= :now))) RETURNING id""")


# --- reading ------------------------------------------------------------------------------------


def paused(tx: Connection) -> Row | None:
    """The pause in force, if there is one."""
    return OPEN_PAUSE.first(tx)


def restored(tx: Connection) -> Row | None:
    """The pause since a backup was restored, while no operator has lifted it."""
    found = OPEN_PAUSE.all(tx)
    return next((pause for pause in found if pause["reason"] == "restored"), None)


def counts(tx: Connection) -> Row:
    """How many messages wait, how many of them may have been sent already, and have failed."""
    return COUNTS.first(tx) or {"waiting": 0, "suspect": 0, "tried": 0}


def figures(tx: Connection) -> dict[str, float]:
    """What those who watch an installation want to know of the messages."""
    counted, is_paused = counts(tx), paused(tx) is not None
    waiting = {f"messages_{name}": float(counted[name]) for name in ("waiting", "tried")}
    return waiting | {"messages_paused": float(is_paused)}


def find(tx: Connection, person: Person, asked: Asked) -> Found:
    """The messages of the regimes that a person operates, the newest first."""
    o = outbox.c
    query = listing.matching(_of(person), asked.text, o.address, people.c.name)
    query = listing.equalling(query, asked, status=o.status, channel=o.channel)
    if (asked.filters or {}).get("suspect"):
        query = query.where(o.suspect, o.status.in_(WAITING))
    keys = {"created": o.created_at, "run_at": o.run_at, "address": o.address}
    return listing.a_page(tx, query, asked, keys, o.id.desc())


def one(tx: Connection, person: Person, message_id: str) -> Row:
    """One message; raises NotFound."""
    row = tx.execute(_of(person).where(outbox.c.id == message_id)).mappings().first()
    if row is None:
        raise NotFound("没有找到这条消息")
    return dict(row)


def _of(person: Person) -> Select[Any]:
    return (
        select(outbox, people.c.name.label("person"), people.c.name_en.label("person_en"))
        .outerjoin_from(outbox, people, people.c.id == outbox.c.person_id)
        .where(outbox.c.regime.in_(operations.operated(person)))
    )


# --- acts ---------------------------------------------------------------------------------------


def resend(person: Person, message_id: str, address: str = "") -> None:
    """Send a message again, at once and with the same key. Raises NotFound, Stale."""
    _change(person, message_id, AGAIN, "resend_message", address)


def take_back(person: Person, message_id: str, address: str = "") -> None:
    """Never send a message; one under way is no longer to be had. Raises NotFound, Stale."""
    _change(person, message_id, TAKE_BACK, "cancel_message", address)


def _change(person: Person, message_id: str, change: Query, act: str, address: str) -> None:
    def carried() -> None:
        with db.transaction() as tx:
            row = one(tx, person, message_id)
            if change.first(tx, id=message_id, now=instant_text(clock.now())) is None:
                raise Stale("这条消息刚刚有变动，请刷新后查看")
            subject = Subject(message_id, str(row["address"]))
            append(tx, actor(person, address), act, subject, {"channel": row["channel"]})

    db.run(carried)


def pause(person: Person, address: str = "") -> None:
    """Send nothing from now on; nothing where that is so already. Raises NotFound."""
    _check(person)

    def act() -> None:
        with db.transaction() as tx:
            if paused(tx) is None:
                made = new_id()
                row = {"id": made, "reason": "operator", "since": clock.now()}
                tx.execute(insert(pauses).values(row))
                append(tx, actor(person, address), "pause_messages", Subject(made, ""))

    db.run(act)


def lift(person: Person, suspects: str, address: str = "") -> None:
    """Go on sending; ``suspects`` says what becomes of what may have been sent already.

    Raises NotFound, Invalid.
    """
    _check(person)
    if suspects not in (SEND, CANCEL):
        raise Invalid(errors={"suspects": ["请选择如何处理可能已发送的消息"]})

    def act() -> None:
        with db.transaction() as tx:
            if suspects == CANCEL:
                _forget_suspects(tx)
            lifted = update(pauses).where(pauses.c.lifted_at.is_(None))
            tx.execute(lifted.values(lifted_at=clock.now()))
            detail = {"suspects": suspects}
            append(tx, actor(person, address), "lift_pause", Subject(new_id(), ""), detail)

    db.run(act)


def _check(person: Person) -> None:
    if not operations.operated(person):
        raise NotFound("没有找到这个页面")


def _forget_suspects(tx: Connection) -> None:
    o = outbox.c
    waiting = update(outbox).where(o.suspect, o.status.in_(WAITING))
    tx.execute(waiting.values(status="cancelled", error="suspect", fence=o.fence + 1))


def quarantine(tx: Connection, backup_of: Any) -> None:
    """A backup has been restored: nothing leaves before an operator has looked at what may have
    left already."""
    o = outbox.c
    tx.execute(update(outbox).where(o.status.in_(WAITING)).values(suspect=True, lease_until=None))
    row = {"id": new_id(), "reason": "restored", "since": clock.now(), "backup_of": backup_of}
    tx.execute(insert(pauses).values(row))
