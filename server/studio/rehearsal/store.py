"""Rehearsals in the database: one row for each version of a draft beside what was in force.

One rehearsal runs at a time in the whole office: it holds the only place (``place`` is unique),
whichever process serves the page. One that gives no sign of life any more loses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from server import clock, db
from server.errors import Refused, TooMany
from server.ids import new_id
from server.law.catalogue import digest
from server.models import publications
from server.models import rehearsals as table
from server.studio.drafts.overlay import Overlay, must_run
from server.studio.rehearsal.results import Report, unpacked
from server.work import access
from server.work.people import Person
from server.work.sql import Row

PLACE = 1
SILENCE = timedelta(seconds=120)
"""How long a rehearsal may give no sign of life."""

LOST = "演练中断，请重新开始。"
RUNNING = ("due", "running")


def begin(person: Person, laid: Overlay) -> str:
    """Ask for a rehearsal of a draft as it stands; returns its id, also of one that runs already.

    Raises Refused where nothing is changed or what is changed cannot run, TooMany while another
    draft is rehearsed.
    """
    access.may_read_models(person)
    if not laid.changed:
        raise Refused("草稿没有改动任何内容", code="unchanged")
    must_run(laid)
    version = {"tree": digest(laid.tree), "in_force": digest(laid.current)}

    def work() -> str:
        with db.transaction() as tx:
            _free_lost(tx)
            known = _row(tx, **version)
            if known and known["status"] in RUNNING:
                return str(known["id"])
            return _taken(tx, known, version, laid, person)

    try:
        return db.run(work)
    except IntegrityError as error:
        raise TooMany("正在进行一次演练，请稍后再试。") from error


def _taken(tx: Connection, known: Row | None, version: Row, laid: Overlay, person: Person) -> str:
    now = clock.now()
    fresh: Row = {"status": "due", "place": PLACE, "asked_by": person.id, "asked_at": now}
    fresh |= {"beat_at": now, "done_at": None, "total": 0, "played": 0, "failures": 0}
    fresh |= {"phase": "in_force", "reason": "", "content": None}
    fresh |= {"change_set_id": laid.draft["id"], "saves": laid.draft["saves"]}
    if known:
        tx.execute(update(table).where(table.c.id == known["id"]).values(**fresh))
        return str(known["id"])
    row = {"id": new_id(), **version, **fresh}
    tx.execute(insert(table).values(**row))
    return str(row["id"])


def _free_lost(tx: Connection) -> None:
    lost = table.c.place == PLACE, table.c.beat_at < clock.now() - SILENCE
    values = {"place": None, "status": "failed", "reason": LOST}
    tx.execute(update(table).where(*lost).values(**values))


def find(tx: Connection, rehearsal_id: str) -> Row | None:
    """One rehearsal without its content."""
    return _row(tx, id=rehearsal_id)


def of_version(
    tx: Connection, tree: Mapping[str, bytes], in_force: Mapping[str, bytes]
) -> Row | None:
    """The rehearsal of exactly this tree beside exactly this version in force."""
    return _row(tx, tree=digest(tree), in_force=digest(in_force))


def of_draft(tx: Connection, laid: Overlay) -> Row | None:
    """The rehearsal of exactly what a draft holds; of a closed one, of its last version."""
    if laid.draft["status"] in ("open", "submitted"):
        return of_version(tx, laid.tree, laid.current)
    return of_tree(tx, digest(laid.tree))


def of_releases(tx: Connection, numbers: Iterable[int]) -> dict[int, Row]:
    """Publication to the last finished rehearsal of exactly its files."""
    wanted = select(publications.c.id, publications.c.digest)
    trees = tx.execute(wanted.where(publications.c.id.in_(set(numbers))))
    found = {row.id: of_tree(tx, row.digest) for row in trees}
    return {number: row for number, row in found.items() if row}


def of_tree(tx: Connection, tree: str) -> Row | None:
    """The last finished rehearsal of exactly this tree, by its digest."""
    as_draft = table.c.in_force != table.c.tree
    done = select(*LIGHT).where(table.c.tree == tree, table.c.status == "done", as_draft)
    row = tx.execute(done.order_by(table.c.done_at.desc()).limit(1)).mappings().first()
    return dict(row) if row else None


def report(tx: Connection, rehearsal_id: str) -> Report:
    """What came of a rehearsal."""
    wanted = select(table.c.content).where(table.c.id == rehearsal_id)
    return unpacked(tx.execute(wanted).scalar())


def baseline(tx: Connection, in_force: str) -> Report:
    """What is known already of the scenarios on a version in force."""
    wanted = select(table.c.content).where(table.c.tree == in_force, table.c.in_force == in_force)
    return unpacked(tx.execute(wanted).scalar())


LIGHT = [column for column in table.c if column.name != "content"]


def _row(tx: Connection, **where: Any) -> Row | None:
    found = tx.execute(select(*LIGHT).filter_by(**where)).mappings().first()
    return dict(found) if found else None


# --- from the process that plays ---


def beat(rehearsal_id: str, **columns: Any) -> None:
    """A sign of life, with how far it is."""

    def work() -> None:
        with db.transaction() as tx:
            _set(tx, rehearsal_id, beat_at=clock.now(), **columns)

    db.run(work)


def keep_baseline(in_force: str, content: bytes) -> None:
    """Remember what the scenarios say of the version in force, for the next rehearsal."""

    def work() -> None:
        with db.transaction() as tx:
            known = _row(tx, tree=in_force, in_force=in_force)
            if known:
                return _set(tx, known["id"], content=content, done_at=clock.now())
            now = clock.now()
            row: Row = {"id": new_id(), "tree": in_force, "in_force": in_force, "status": "done"}
            row |= {"asked_at": now, "beat_at": now, "done_at": now, "phase": "in_force"}
            row |= {"total": 0, "played": 0, "failures": 0, "saves": 0, "content": content}
            tx.execute(insert(table).values(**row))
            return None

    db.run(work)


def finish(rehearsal_id: str, content: bytes, failures: int) -> None:
    """It was played to the end."""
    beat(
        rehearsal_id,
        status="done",
        place=None,
        done_at=clock.now(),
        content=content,
        failures=failures,
    )


def broke_off(rehearsal_id: str, reason: str) -> None:
    """It ended before its end, for a reason in words; nothing where it had ended."""

    def work() -> None:
        with db.transaction() as tx:
            alive = table.c.id == rehearsal_id, table.c.status.in_(RUNNING)
            values = {"status": "failed", "place": None, "reason": reason}
            tx.execute(update(table).where(*alive).values(**values))

    db.run(work)


def _set(tx: Connection, rehearsal_id: str, **columns: Any) -> None:
    tx.execute(update(table).where(table.c.id == rehearsal_id).values(**columns))
