"""Drafts in the database: every save a row, one editor at a time, a journal chained by hash."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import zstandard
from sqlalchemy import Connection, func, insert, select, update

from server import clock
from server.errors import NotAllowed, NotFound, Stale
from server.feel.sentence import told
from server.ids import new_id
from server.models import (
    change_set_acts,
    change_set_saves,
    change_sets,
    people,
    release_pictures,
)
from server.work import journal, publications
from server.work.people import Person
from server.work.sql import Row

LEASE = timedelta(minutes=3)
"""How long a window holds a draft after its last sign of life."""

MAX_SAVES = 20_000
LISTED = 200


def begin(tx: Connection, person: Person, title: str) -> str:
    """A new draft on what is in force; returns its id."""
    now = clock.now()
    row: Row = {"id": new_id(), "title": title, "status": "open", "saves": 0}
    row |= {"base_id": publications.current(tx), "opened_by": person.id, "opened_at": now}
    row |= {"changed_at": now, "journal_head": journal.GENESIS, "journal_seq": 0}
    tx.execute(insert(change_sets).values(**row))
    note(tx, row, person, "open", {"title": title})
    return str(row["id"])


def find(tx: Connection, draft_id: str, lock: bool = False) -> Row:
    """A draft with the names of who opened and who holds it; raises NotFound."""
    if lock:
        locking = select(change_sets.c.id).where(change_sets.c.id == draft_id).with_for_update()
        tx.execute(locking).first()
    row = tx.execute(_NAMED.where(change_sets.c.id == draft_id)).mappings().first()
    if row is None:
        raise NotFound("没有找到这份草稿")
    return dict(row)


_OPENER, _HOLDER = people.alias("opener"), people.alias("holder")
_NAMED = (
    select(change_sets, _OPENER.c.name.label("opener"), _HOLDER.c.name.label("holder"))
    .join(_OPENER, _OPENER.c.id == change_sets.c.opened_by)
    .join(_HOLDER, _HOLDER.c.id == change_sets.c.holder_id, isouter=True)
)


def listed(tx: Connection, *statuses: str) -> list[Row]:
    """Drafts in one of the states, those changed last first."""
    wanted = _NAMED.where(change_sets.c.status.in_(statuses))
    found = tx.execute(wanted.order_by(change_sets.c.changed_at.desc()).limit(LISTED))
    return [dict(row) for row in found.mappings()]


# --- one editor at a time ---


def held_by_other(draft: Row, person: Person) -> bool:
    """Whether somebody else's window holds the draft now."""
    held = draft["held_until"] is not None and draft["held_until"] > clock.now()
    return held and draft["holder_id"] != person.id


def hold(tx: Connection, draft: Row, person: Person) -> None:
    """Hold a draft, or hold it longer. Raises Stale while another does, and when it is closed."""
    if draft["status"] != "open":
        raise Stale("草稿已提交审批或者已结束，不能修改", code="closed")
    if held_by_other(draft, person):
        raise Stale(
            told("%(holder)s正在修改这份草稿，请稍后再试", holder=draft["holder"]), code="held"
        )
    until = clock.now() + LEASE
    _set(tx, draft["id"], holder_id=person.id, held_until=until)


def let_go(tx: Connection, draft: Row, person: Person) -> None:
    """Hold it no longer; no error where the person does not."""
    if draft["holder_id"] == person.id:
        _set(tx, draft["id"], held_until=None)


# --- saves ---


def save(
    tx: Connection, draft: Row, person: Person, path: str, content: bytes | None, seen: int
) -> int:
    """Keep a file of the draft; returns the number of the save.

    ``seen`` is the last save of this file that the window knows of. No content takes the change
    back, empty content takes the file away. What may be kept is decided before (paths.check).
    Raises Stale, NotAllowed.
    """
    hold(tx, draft, person)
    if last_save(tx, draft["id"], path) != seen:
        raise Stale("这个文件已在别的窗口修改，请刷新后再试", code="behind")
    if draft["saves"] >= MAX_SAVES:
        raise NotAllowed("草稿的保存次数已达上限，请提交或者另建草稿", code="too_many_saves")
    seq = int(draft["saves"]) + 1
    kept = None if content is None else zstandard.ZstdCompressor().compress(content)
    row = {"change_set_id": draft["id"], "seq": seq, "path": path, "content": kept}
    row |= {"saved_by": person.id, "saved_at": clock.now()}
    tx.execute(insert(change_set_saves).values(**row))
    _set(tx, draft["id"], saves=seq, changed_at=row["saved_at"])
    return seq


def last_save(tx: Connection, draft_id: str, path: str) -> int:
    """The number of a file's last save; 0 where it was never saved."""
    own = change_set_saves.c.change_set_id == draft_id, change_set_saves.c.path == path
    return int(tx.execute(select(func.max(change_set_saves.c.seq)).where(*own)).scalar() or 0)


def contents(tx: Connection, draft_id: str) -> dict[str, bytes]:
    """Path to content of what the draft changes now."""
    saves = change_set_saves.c
    own = select(func.max(saves.seq)).where(saves.change_set_id == draft_id).group_by(saves.path)
    latest = select(saves.path, saves.content).where(
        saves.change_set_id == draft_id, saves.seq.in_(own), saves.content.is_not(None)
    )
    read = zstandard.ZstdDecompressor().decompress
    return {row.path: read(row.content) for row in tx.execute(latest.order_by(saves.path))}


def paths_of(tx: Connection, draft_id: str) -> list[str]:
    """The paths that the draft has saved, without their contents."""
    own = select(change_set_saves.c.path).where(change_set_saves.c.change_set_id == draft_id)
    return sorted(set(tx.execute(own).scalars()))


def history(tx: Connection, draft_id: str, path: str) -> list[Row]:
    """The saves of one file, newest first."""
    saves = change_set_saves.c
    wanted = select(saves.seq, saves.saved_at, saves.content.is_(None).label("back"), people.c.name)
    found = wanted.join(people, people.c.id == saves.saved_by).where(
        saves.change_set_id == draft_id, saves.path == path
    )
    rows = tx.execute(found.order_by(saves.seq.desc()).limit(LISTED)).mappings()
    return [dict(row) for row in rows]


def content_of_save(tx: Connection, draft_id: str, seq: int) -> tuple[str, bytes]:
    """Path and content of one save; raises NotFound where there is none or it took back."""
    saves = change_set_saves.c
    wanted = select(saves.path, saves.content).where(
        saves.change_set_id == draft_id, saves.seq == min(max(seq, 0), MAX_SAVES + 1)
    )
    row = tx.execute(wanted).first()
    if row is None or row.content is None:
        raise NotFound("没有找到这次保存的内容")
    return row.path, zstandard.ZstdDecompressor().decompress(row.content)


def editors(tx: Connection, draft_id: str) -> set[str]:
    """Everybody who saved something in the draft, and who opened it."""
    own = change_set_saves.c.change_set_id == draft_id
    saved = tx.execute(select(change_set_saves.c.saved_by).where(own).distinct()).scalars()
    opened = select(change_sets.c.opened_by).where(change_sets.c.id == draft_id)
    return {*saved, *tx.execute(opened).scalars()}


# --- what a release looked like ---


def keep_pictures(tx: Connection, draft_id: str, pictures: Mapping[str, bytes]) -> None:
    """Keep the pictures of the diagrams that a release changes, path to SVG."""
    compress = zstandard.ZstdCompressor().compress
    rows = [
        {"change_set_id": draft_id, "path": path, "content": compress(content)}
        for path, content in pictures.items()
    ]
    if rows:
        tx.execute(insert(release_pictures), rows)


def pictured(tx: Connection, draft_ids: Collection[str]) -> dict[str, list[str]]:
    """Released draft to the paths of its pictures."""
    own = release_pictures.c.change_set_id.in_(draft_ids)
    wanted = select(release_pictures.c.change_set_id, release_pictures.c.path).where(own)
    found: dict[str, list[str]] = {}
    for row in tx.execute(wanted.order_by(release_pictures.c.path)):
        found.setdefault(row.change_set_id, []).append(row.path)
    return found


def picture(tx: Connection, draft_id: str, path: str) -> bytes:
    """One picture as SVG; raises NotFound."""
    table = release_pictures.c
    own = select(table.content).where(table.change_set_id == draft_id, table.path == path)
    content = tx.execute(own).scalar()
    if content is None:
        raise NotFound("没有找到这张流程图")
    return zstandard.ZstdDecompressor().decompress(content)


# --- the journal of a draft ---


def note(
    tx: Connection, draft: Row, person: Person, act: str, detail: Mapping[str, Any], **also: Any
) -> None:
    """Append to the journal; ``also`` are columns of the draft that change with it."""
    row: Row = {"change_set_id": draft["id"], "seq": draft["journal_seq"] + 1, "at": clock.now()}
    row |= {"actor_id": person.id, "actor_name": person.name, "act": act, "detail": dict(detail)}
    row["prev_hash"] = draft["journal_head"]
    row["hash"] = journal.digest(row)
    tx.execute(insert(change_set_acts).values(**row))
    draft |= {"journal_head": row["hash"], "journal_seq": row["seq"], **also}
    moved = {"journal_head": row["hash"], "journal_seq": row["seq"], "changed_at": row["at"]}
    _set(tx, draft["id"], **moved, **also)


def acts(tx: Connection, draft_id: str) -> list[Row]:
    """The journal of a draft in order."""
    own = select(change_set_acts).where(change_set_acts.c.change_set_id == draft_id)
    rows = tx.execute(own.order_by(change_set_acts.c.seq)).mappings()
    return [{str(name): value for name, value in row.items()} for row in rows]


def broken(tx: Connection, draft: Row) -> bool:
    """Whether an entry of the journal was changed, taken out or put in."""
    before, seq = journal.GENESIS, 0
    for row in acts(tx, draft["id"]):
        if row["prev_hash"] != before or row["hash"] != journal.digest(row):
            return True
        before, seq = row["hash"], row["seq"]
    return (before, seq) != (draft["journal_head"], draft["journal_seq"])


def _set(tx: Connection, draft_id: str, **columns: Any) -> None:
    tx.execute(update(change_sets).where(change_sets.c.id == draft_id).values(**columns))
