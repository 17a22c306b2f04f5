"""What documents say, so that they can be found: read once per content, in the background.

A row waits from the moment the document is written down; server/jobs/reader.py has the file read in
a process of its own (reading.py), outside every transaction, and the text written down. Done twice
it is the same; a file that cannot be read is found by its name only. Who may find a document is
decided when it is looked for (server/work/search.py).
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server import db
from server.models import document_texts, documents
from server.work.documents import reading

log = logging.getLogger(__name__)

LIMIT_SECONDS = 5
"""A file that takes longer is found by its name only."""


def wait_for(tx: Connection, sha: str, media_type: str) -> None:
    """Have a kept file read, unless its content is known."""
    if media_type in reading.READERS:
        row = {"sha": sha, "media_type": media_type, "status": "waiting"}
        dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
        tx.execute(dialect.insert(document_texts).values(row).on_conflict_do_nothing())


def read_next(root: Path) -> bool:
    """Read a file that waits, and write down what it says; False when none waits."""
    waiting = document_texts.c.status == "waiting"
    found = select(document_texts.c.sha, document_texts.c.media_type).where(waiting)
    with db.read() as tx:
        row = tx.execute(found.order_by(document_texts.c.sha).limit(1)).first()
    if row is None:
        return False
    text = read(root / row.sha[:2] / row.sha[2:], row.media_type)
    db.run(lambda: _keep(row.sha, text))
    return True


def read(path: Path, media_type: str) -> str | None:
    """What a file says; None for one that cannot be read within the limits."""
    command = [sys.executable, "-I", reading.__file__, media_type, str(path)]
    try:
        done = subprocess.run(
            command, capture_output=True, env={}, timeout=LIMIT_SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        log.warning("%s cannot be read: %s", path.name[:12], type(error).__name__)
        return None
    return done.stdout.decode()


def _keep(sha: str, text: str | None) -> None:
    values = {"status": "unreadable"} if text is None else {"status": "read", "text": text}
    with db.transaction() as tx:
        if tx.dialect.name == "postgresql":
            values["grams"] = grams(text or "")  # type: ignore[assignment]
        tx.execute(update(document_texts).where(document_texts.c.sha == sha).values(values))


def grams(text: str) -> list[str]:
    """Every pair of neighbouring letters, each once, in lower case."""
    lower = text.lower()
    return sorted({lower[at : at + 2] for at in range(len(lower) - 1)})


def forget(tx: Connection) -> int:
    """Delete the texts of contents that no document has any more; returns how many."""
    used = select(documents.c.sha)
    return tx.execute(delete(document_texts).where(document_texts.c.sha.not_in(used))).rowcount
