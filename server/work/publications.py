"""Publications: the tree of processes and forms at one moment, kept for ever.

Files are stored once by content. A release says from which day a publication rules what begins.
An instance stays with the publication it began with, so its catalogue must load as long as it
runs; loaded catalogues are shared by digest.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

import zstandard
from sqlalchemy import Connection, insert, select

from server import clock
from server.errors import NotFound
from server.law.catalogue import Catalogue, load
from server.law.catalogue import digest as digest_of
from server.models import blobs, publication_files, publications, releases
from server.work import states
from server.work.sql import Hot

_loaded: dict[str, Catalogue] = {}
_loading = threading.Lock()


def publish(tx: Connection, tree: Mapping[str, bytes], title: str, by: str | None) -> int:
    """Store a tree (path -> content) and put it in force today; returns its number.

    A tree that was published before stays what it is, in force or not. Whether a tree may be
    published is checked before (server/law/checks.py).
    """
    if (stored := find(tx, digest_of(tree))) is not None:
        states.publish(tx, catalogue(tx, stored))
        return stored
    number = store(tx, tree, title, by)
    put_in_force(tx, number, title, by)
    return number


def find(tx: Connection, digest: str) -> int | None:
    """The publication of that content, or None."""
    known = select(publications.c.id).where(publications.c.digest == digest)
    stored = tx.execute(known).scalar_one_or_none()
    return None if stored is None else int(stored)


def put_in_force(
    tx: Connection,
    number: int,
    title: str,
    by: str | None,
    effective_on: date | None = None,
    change_set_id: str | None = None,
    reason: str = "",
) -> None:
    """Let a stored publication rule what begins: at once, or from a civil day to come."""
    today = clock.today()
    day = effective_on or today
    row = {"publication_id": number, "title": title, "reason": reason, "released_by": by}
    when = {"effective_on": day, "at_once": day <= today, "released_at": clock.now()}
    tx.execute(insert(releases).values(**row, **when, change_set_id=change_set_id))


def store(tx: Connection, tree: Mapping[str, bytes], title: str, by: str | None) -> int:
    """Store a tree that is not yet in force; the same tree is not stored twice.

    A tree that cannot be loaded raises and stores nothing.
    """
    catalogue = _loaded.get(digest_of(tree)) or _remember(load(tree))
    states.publish(tx, catalogue)
    if (stored := find(tx, catalogue.digest)) is not None:
        return stored
    row = {"digest": catalogue.digest, "published_at": clock.now(), "title": title}
    adding = insert(publications).values(row | {"published_by": by}).returning(publications.c.id)
    number = int(tx.execute(adding).scalar_one())
    _store_files(tx, number, tree)
    return number


def _store_files(tx: Connection, number: int, tree: Mapping[str, bytes]) -> None:
    names = {path: sha256(content).hexdigest() for path, content in tree.items()}
    missing = _missing(tx, names.values())
    contents = {names[path]: tree[path] for path in tree if names[path] in missing}
    if contents:
        compress = zstandard.ZstdCompressor().compress
        rows = [{"sha": sha, "content": compress(plain)} for sha, plain in contents.items()]
        tx.execute(insert(blobs), rows)
    files = [{"publication_id": number, "path": p, "blob": sha} for p, sha in names.items()]
    if files:
        tx.execute(insert(publication_files), files)


def _missing(tx: Connection, wanted: Iterable[str]) -> set[str]:
    names = set(wanted)
    return names - set(tx.execute(select(blobs.c.sha).where(blobs.c.sha.in_(names))).scalars())


IN_FORCE = Hot("""
    SELECT r.publication_id, p.digest FROM releases r JOIN publications p ON p.id = r.publication_id
    WHERE r.at_once OR r.effective_on <= :today ORDER BY r.id DESC LIMIT 1""")


def current(tx: Connection) -> int:
    """The publication that new cases begin with; raises NotFound before the first one."""
    return in_force(tx)[0]


def in_force(tx: Connection) -> tuple[int, str]:
    """Its number and digest."""
    row = IN_FORCE.first(tx, today=clock.today().isoformat())
    if row is None:
        raise NotFound("尚未发布任何流程")
    return row["publication_id"], row["digest"]


def catalogue(tx: Connection, number: int, digest: str | None = None) -> Catalogue:
    """The catalogue of a publication; with its digest at hand no SQL is needed once loaded."""
    digest = digest or _digest(tx, number)
    return _loaded.get(digest) or _remember(load(tree(tx, number)))


def _digest(tx: Connection, number: int) -> str:
    found = select(publications.c.digest).where(publications.c.id == number)
    digest = tx.execute(found).scalar_one_or_none()
    if digest is None:
        raise NotFound("没有这个发布版本")
    return str(digest)


def _remember(loaded: Catalogue) -> Catalogue:
    with _loading:
        kept = _loaded.setdefault(loaded.digest, loaded)
    gc.freeze()  # it lives as long as the process: the collector need not walk it again and again
    return kept


def tree(tx: Connection, number: int) -> dict[str, bytes]:
    """The files of a publication as they were published."""
    wanted = (
        select(publication_files.c.path, blobs.c.content)
        .join(blobs, blobs.c.sha == publication_files.c.blob)
        .where(publication_files.c.publication_id == number)
    )
    decompress = zstandard.ZstdDecompressor().decompress
    return {path: decompress(content) for path, content in tx.execute(wanted)}
