"""A year's holiday notice arrives: it is kept, and the dates that waited for it are recomputed."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection

from server import db
from server.models import deadlines
from server.work import calendars
from server.work import desk as desks
from server.work.dates import recompute
from server.work.settle import Act, note
from server.work.sql import Query, Row, columns, readers
from server.work.store import Writes
from server.work.surroundings import Surroundings

PROVISIONAL = Query(
    f"""SELECT {columns(deadlines, "d")} FROM deadlines d
        WHERE d.provisional AND d.status = 'open' ORDER BY d.case_id, d.id""",
    readers(deadlines),
)


def load(data: bytes) -> str:
    """Keep a notice and recompute; returns a sentence. Raises SheetError when it is not one."""

    def keep() -> str:
        with db.transaction() as tx:
            return calendars.store(tx, data).notice

    notice = db.run(keep)
    with db.read() as tx:
        waiting = PROVISIONAL.all(tx)
    moved = sum(db.run(partial(_recomputed, row)) for row in waiting)
    return f"已载入 {notice}；{len(waiting)} 个暂定期限重新计算，其中 {moved} 个有变动。"


def _recomputed(row: Row) -> bool:
    """Compute one date again in a transaction of its own; whether the day has changed."""
    with db.transaction() as tx:
        return _recompute(tx, row)


def _recompute(tx: Connection, row: Row) -> bool:
    desk = desks.of_instance(tx, row["case_id"], row["instance_id"])
    deadline = Surroundings(desk).deadline(row["milestone"], row["anchor_on"])
    writes = Writes()
    recompute(row["id"], deadline, writes)
    detail = {"milestone": row["milestone"], "before": row["due_on"], "after": deadline.due_on}
    clauses = (row["clause"],)
    note(desk, [Act("recompute", name=row["title"], clauses=clauses, detail=detail)], writes)
    return bool(deadline.due_on != row["due_on"])
