"""Who asks, and the work item they ask for: read in one statement, for the two reads of the most
frequent act cost a round trip each.

Nothing is decided here. Whether the person may see the item is found out by the act, and its
write set fails where the case has moved since (server/work/store.py).
"""

from __future__ import annotations

from sqlalchemy import Connection

from server import db
from server.work import sessions
from server.work.desk import ITEM_OF_SESSION
from server.work.requests import LIMIT_KEY
from server.work.sessions import OF_TOKEN, Session
from server.work.several import Several
from server.work.sql import Row

ARRIVAL = Several(who=OF_TOKEN, item=ITEM_OF_SESSION)


def at_item(token: str, item_id: str, key: str | None) -> tuple[Session | None, Row | None]:
    """The session of a cookie's token (None if it is over), and what ``desk.of_item`` takes as
    ``seen`` (None where there is no such item, and on SQLite, whose statements cross no network).
    """
    if not token or db.engine().dialect.name != "postgresql":
        return sessions.current(token), None
    with db.glance() as tx:
        session, item = _both(tx, token, item_id, (key or "")[:LIMIT_KEY])
    return sessions.noted(session), item


def _both(tx: Connection, token: str, item_id: str, key: str) -> tuple[Session | None, Row | None]:
    found = ARRIVAL.all(tx, item=item_id, key=key, **sessions.asked(token))
    return sessions.session_of(tx, found["who"]), next(iter(found["item"]), None)
