"""New files of the software beside what people have changed: neither takes the other's place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, select

from server.law.catalogue import digest
from server.models import publications as table
from server.studio.drafts import acts, overlay
from server.studio.drafts.paths import REMOVED
from server.work import publications

SOFTWARE = "随软件发布"
MERGED = "随软件发布，保留已批准的修改"


class Disagreement(ValueError):
    """The software's files and the changes of the office do not fit; the text lists why."""


def upgrade(tx: Connection, tree: Mapping[str, bytes]) -> int:
    """Put the software's files in force where they are new; returns what is in force.

    A file that only the office has changed stays as it is, and so does one that both have
    changed: it was decided here. Raises Disagreement where the result has errors.
    """
    if publications.find(tx, digest(tree)) is not None:
        publications.publish(tx, tree, SOFTWARE, None)
        return publications.current(tx)
    base = _last_of_software(tx)
    publications.store(tx, tree, SOFTWARE, None)
    if base is None:
        return _put_in_force(tx, tree, SOFTWARE)
    now = publications.catalogue(tx, publications.current(tx)).files
    merged = merge(base, now, tree)
    _must_agree(merged)
    number = _put_in_force(tx, merged, SOFTWARE if merged == tree else MERGED)
    acts.line_up(tx, merged, acts.coming(tx))
    return number


def merge(
    base: Mapping[str, bytes], ours: Mapping[str, bytes], theirs: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Three versions of a tree: theirs where ours is as it was, else ours."""
    merged = {}
    for path in {*ours, *theirs}:
        old, own, new = (each.get(path, REMOVED) for each in (base, ours, theirs))
        merged[path] = new if own == old else own
    return {path: merged[path] for path in sorted(merged) if merged[path] != REMOVED}


def _last_of_software(tx: Connection) -> Mapping[str, bytes] | None:
    own = select(table.c.id).where(table.c.title == SOFTWARE, table.c.published_by.is_(None))
    number = tx.execute(own.order_by(table.c.id.desc()).limit(1)).scalar()
    return None if number is None else publications.tree(tx, int(number))


def _must_agree(tree: Mapping[str, bytes]) -> None:
    found = overlay.findings(overlay.catalogue(tree))
    errors = [f"{each.file}：{each.sentence}" for each in found if each.severity == "error"]
    if errors:
        raise Disagreement("\n".join(errors))


def _put_in_force(tx: Connection, tree: Mapping[str, bytes], title: str) -> int:
    number = publications.store(tx, tree, title, None)
    publications.put_in_force(tx, number, title, None)
    return number


def export(tree: Mapping[str, bytes], root: Path) -> list[str]:
    """Write a tree below a folder, byte for byte; files it does not have are removed. Returns
    the paths that changed."""
    changed = []
    held = {
        path.relative_to(root).as_posix(): path
        for top in ("processes", "forms")
        for path in (root / top).rglob("*")
        if path.is_file()
    }
    for path in sorted({*held, *tree}):
        if _inside(path) and (path not in held or held[path].read_bytes() != tree.get(path)):
            changed.append(path)
            _write(root / path, tree.get(path))
    return changed


def _inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return parts[0] in ("processes", "forms") and ".." not in parts


def _write(file: Path, content: bytes | None) -> None:
    if content is None:
        return file.unlink()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return None
