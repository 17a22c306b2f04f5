"""Documents: who uploaded which file, and the case whose form carries it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from sqlalchemy import (
    Connection,
    Text,
    delete,
    exists,
    func,
    insert,
    select,
    type_coerce,
)

from server import clock
from server.db import read, run, transaction
from server.errors import NotFound, TooMany
from server.feel.sentence import told
from server.ids import new_id
from server.models import documents, drafts, submissions
from server.work.documents import names, texts
from server.work.documents.files import Files, Received
from server.work.requests import answered, check_key, remember, request_hash, stored_answer

LIMIT_LOOSE = 200
"""Documents one person may have uploaded without handing them in."""

LOOSE_DAYS = 30
GRACE = timedelta(hours=1)

_files = Files(Path("var/documents"))


@dataclass(frozen=True, slots=True)
class Document:
    """One uploaded file; ``case_id`` is empty until a form that carries it was handed in."""

    id: str
    sha: str
    name: str
    media_type: str
    size: int
    case_id: str | None
    uploaded_by: str
    uploaded_at: datetime
    field: str


def bind(files: Files) -> None:
    """Make ``files`` the store of this process."""
    global _files
    _files = files


def upload(
    person_id: str, name: str, stream: BinaryIO, field: str = "", key: str | None = None
) -> Document:
    """Keep an upload for a form that is still being filled in.

    With a ``key``, the same file sent again is the same document. Raises Invalid or TooLarge for
    the file, TooMany when the person hoards uploads.
    """
    check_key(key)
    received = _files.receive(name, stream)

    def act() -> Document:
        with transaction() as tx:
            return _enter_once(tx, received, person_id, field, key)

    return run(act)


def _enter_once(
    tx: Connection, received: Received, person_id: str, field: str, key: str | None
) -> Document:
    """The document of this key, entered if there is none yet; raises Invalid for another file."""
    request = request_hash("upload", received.sha, [received.name, field])
    if answer := stored_answer(answered(tx, person_id, key), request):
        return find(tx, answer["id"])
    document = enter(tx, received, person_id, field)
    if key is not None:
        remember(tx, person_id, key, request, {"id": document.id})
    return document


def receive(name: str, stream: BinaryIO) -> Received:
    """Check a file and keep it, for whoever writes down themselves whose it is."""
    return _files.receive(name, stream)


def enter(tx: Connection, received: Received, person_id: str, field: str = "") -> Document:
    """Write down a received file as a loose document of this person."""
    loose = (documents.c.uploaded_by == person_id) & documents.c.case_id.is_(None)
    count = tx.execute(select(func.count()).select_from(documents).where(loose)).scalar_one()
    if count >= LIMIT_LOOSE:
        raise TooMany(
            told("您有 %(count)s 个附件尚未随表单提交，请先提交或稍后再试。", count=count),
            code="loose_files",
        )
    document = Document(
        id=new_id(),
        sha=received.sha,
        name=received.name,
        media_type=received.media_type,
        size=received.size,
        case_id=None,
        uploaded_by=person_id,
        uploaded_at=clock.now(),
        field=field[:200],
    )
    add(tx, document)
    return document


def add(tx: Connection, document: Document) -> None:
    """Write down a document, and have read what it says."""
    tx.execute(insert(documents).values(_row(document)))
    texts.wait_for(tx, document.sha, document.media_type)


def find(tx: Connection, document_id: str) -> Document:
    """The document with this id. Raises NotFound. Whether it may be seen is for access to say."""
    row = tx.execute(select(documents).where(documents.c.id == document_id)).mappings().first()
    if row is None:
        raise NotFound("没有这个附件。")
    return Document(**row)


def of_case(tx: Connection, case_id: str) -> list[Document]:
    """The documents handed in with a case, oldest first."""
    query = select(documents).where(documents.c.case_id == case_id).order_by(documents.c.id)
    return [Document(**row) for row in tx.execute(query).mappings()]


def read_next() -> bool:
    """Read what one more file says, for the search; False when none waits."""
    return texts.read_next(_files.root)


def open_file(document: Document) -> BinaryIO:
    """The content. Raises NotFound when the file is gone from the disk."""
    return open_kept(document.sha)


def open_kept(sha: str) -> BinaryIO:
    """The content with this SHA-256. Raises NotFound when the file is gone from the disk."""
    try:
        return _files.path(sha).open("rb")
    except FileNotFoundError as error:
        raise NotFound("附件的文件不在存储中，请联系运维人员。", code="file_missing") from error


SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg"})
"""Media types that a browser draws by itself, without running anything of the file's."""


def is_shown(media_type: str) -> bool:
    """Whether a document of this type can be looked at without saving it."""
    return media_type in SHOWN


class Sendable(Protocol):
    """What is known of a file that is sent."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def size(self) -> int: ...


def headers(document: Sendable, shown: bool = False) -> dict[str, str]:
    """What a file is sent with: saved, or shown on a page of its own; never guessed at, and in a
    sandbox, where it has no origin, runs nothing and reaches nothing."""
    return {
        "Content-Type": document.media_type,
        "Content-Length": str(document.size),
        "Content-Disposition": names.disposition(document.name, shown),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
    }


def collect() -> tuple[int, int]:
    """Remove loose documents nobody handed in or drafted, then files without a document.

    Returns how many rows and files went. Meant for a nightly job; safe beside uploads.
    """
    with transaction() as tx:
        rows = tx.execute(delete(documents).where(*_forgotten())).rowcount
        texts.forget(tx)
    with read() as tx:
        used = set(tx.execute(select(documents.c.sha)).scalars()) | _of_the_public(tx)
    return rows, sum(_discard(path) for sha, path in _files.kept() if sha not in used)


def _of_the_public(tx: Connection) -> set[str]:
    """Evidence that came through the portal has rows of its own."""
    kept = tx.execute(select(submissions.c.documents)).scalars()
    return {file["sha"] for files in kept for file in files}


def _forgotten() -> tuple[Any, ...]:
    drafted = exists().where(
        drafts.c.person_id == documents.c.uploaded_by,
        type_coerce(drafts.c.data, Text).contains(documents.c.id),
    )
    before = clock.now() - timedelta(days=LOOSE_DAYS)
    return documents.c.case_id.is_(None), documents.c.uploaded_at < before, ~drafted


def _discard(path: Path) -> bool:
    """Delete a file unless an upload has just renewed it.

    The file is moved aside first: when its time shows that an upload wrote it after we looked,
    it goes back; it is the same content, so going back can undo nothing.
    """
    if _is_young(path):
        return False
    aside = path.with_name(f"old-{path.name}")
    os.replace(path, aside)
    if _is_young(aside):
        os.replace(aside, path)
        return False
    aside.unlink()
    return True


def _is_young(path: Path) -> bool:
    return clock.machine().timestamp() - path.stat().st_mtime < GRACE.total_seconds()


def _row(document: Document) -> Mapping[str, Any]:
    return {name: getattr(document, name) for name in documents.c.keys()}  # noqa: SIM118
