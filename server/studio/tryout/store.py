"""Try-outs in the database: one for each person and draft; only its own person sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson
import zstandard
from sqlalchemy import Connection, delete, insert, select

from server import clock, db
from server.errors import Refused
from server.feel.sentence import told
from server.models import tryouts as table
from server.studio.tryout.acts import MOST_ACTS, Act, Begun
from server.work.people import Person
from server.work.sql import Row


def find(tx: Connection, person: Person, draft_id: str) -> Row | None:
    """A person's try-out of a draft, with what was seen last under ``seen``."""
    own = table.c.person_id == person.id, table.c.change_set_id == draft_id
    row = tx.execute(select(table).where(*own)).mappings().first()
    if row is None:
        return None
    seen = orjson.loads(zstandard.ZstdDecompressor().decompress(row["seen"]))
    return {**row, "seen": seen}


def keep(
    person: Person,
    draft_id: str,
    tree: str,
    begun: Begun,
    acts: Sequence[Act],
    seen: Mapping[str, Any],
) -> None:
    """Remember the acts and what was seen after them. Raises Refused beyond the limit."""
    if len(acts) > MOST_ACTS:
        raise Refused(
            told("一次试办最多 %(limit)s 步，请重新开始", limit=MOST_ACTS),
            code="too_many_acts",
        )
    row: Row = {"person_id": person.id, "change_set_id": draft_id, "tree": tree}
    row |= {"begun": asdict(begun), "acts": [asdict(each) for each in acts]}
    row |= {"seen": zstandard.ZstdCompressor().compress(orjson.dumps(seen))}
    row |= {"changed_at": clock.now()}

    def work() -> None:
        with db.transaction() as tx:
            _drop(tx, person, draft_id)
            tx.execute(insert(table).values(**row))

    db.run(work)


def drop(person: Person, draft_id: str) -> None:
    """End a try-out; nothing of it stays."""

    def work() -> None:
        with db.transaction() as tx:
            _drop(tx, person, draft_id)

    db.run(work)


def _drop(tx: Connection, person: Person, draft_id: str) -> None:
    own = table.c.person_id == person.id, table.c.change_set_id == draft_id
    tx.execute(delete(table).where(*own))
