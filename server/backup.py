"""Backup and restore: the whole office in one archive that says what it holds.

The archive (tar) has every table as lines of JSON, read in one consistent state, and every document
by its content. It does not depend on the kind of database: an office on SQLite is restored on
PostgreSQL. Nothing is restored over an office that holds something. What was on its way to people
when the backup was made may have arrived since: a restored office sends nothing until an operator
has looked (server/work/outside/outbox.py).
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, LargeBinary, Table, func, insert, select
from sqlalchemy.types import Date

from server import clock, db, migrations
from server.config import Config
from server.models.columns import Instant
from server.work import journal
from server.work.outside import outbox

FORMAT = 1
MANIFEST = "manifest.json"
MEMBER = re.compile(r"manifest\.json|database/[a-z_]+\.jsonl|documents/[0-9a-f]{2}/[0-9a-f]{62}")
"""The only names that an archive may have: nothing can be written elsewhere."""

BATCH = 500
"""Rows written at once."""

FIRST = ("case_states", "case_transitions")
"""Tables that the triggers of others look into."""


class BackupError(ValueError):
    """An archive that cannot be made or restored; the message is a sentence for operators."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an archive holds: rows by table, documents, bytes of documents."""

    rows: dict[str, int]
    documents: int
    size: int

    def __str__(self) -> str:
        told = sum(self.rows.values())
        return f"{told} rows in {len(self.rows)} tables, {self.documents} documents, {self.size} B"


def tables() -> list[Table]:
    """Every table, each after those it refers to."""
    ordered = db.db.metadata.sorted_tables
    return sorted(ordered, key=lambda table: table.name not in FIRST)


# --- backup -------------------------------------------------------------------------------------


def backup(config: Config, target: IO[bytes]) -> Report:
    """Write the archive of an office; its manifest comes last, so a broken one has none."""
    sums: dict[str, str] = {}
    rows: dict[str, int] = {}
    with tarfile.open(fileobj=target, mode="w|") as archive:
        with db.read() as tx:
            for table in tables():
                rows[table.name] = _add_table(archive, sums, tx, table)
            heading = {"format": FORMAT, "at": clock.now().isoformat(), "schema": _schema(tx)}
        sizes = [_add_file(archive, sums, *each) for each in _files(config)]
        report = Report(rows, len(sizes), sum(sizes))
        manifest = heading | {"rows": rows, "documents": report.documents, "sha256": sums}
        _add_stream(archive, {}, MANIFEST, io.BytesIO(json.dumps(manifest, indent=1).encode()))
    return report


def _add_table(archive: tarfile.TarFile, sums: dict[str, str], tx: Connection, table: Table) -> int:
    """Through a file: a table may be larger than the memory. Returns the number of rows."""
    count = 0
    with tempfile.TemporaryFile() as file:
        for row in tx.execute(select(table).execution_options(yield_per=BATCH)).mappings():
            file.write(_line(table, row))
            count += 1
        _add_stream(archive, sums, f"database/{table.name}.jsonl", file)
    return count


def _line(table: Table, row: Any) -> bytes:
    plain = {column.name: _plain(row[column.name]) for column in table.columns}
    return json.dumps(plain, ensure_ascii=False).encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value.isoformat() if isinstance(value, date | datetime) else value


def _files(config: Config) -> Iterator[tuple[str, Path]]:
    root = config.data_dir / "documents"
    for path in sorted(root.glob("??/*")):
        yield f"documents/{path.parent.name}/{path.name}", path


def _add_file(archive: tarfile.TarFile, sums: dict[str, str], name: str, path: Path) -> int:
    with path.open("rb") as file:
        return _add_stream(archive, sums, name, file)


def _add_stream(archive: tarfile.TarFile, sums: dict[str, str], name: str, file: IO[bytes]) -> int:
    file.seek(0)
    sums[name] = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    member = tarfile.TarInfo(name)
    member.size, member.mode = file.seek(0, io.SEEK_END), 0o600
    file.seek(0)
    archive.addfile(member, file)
    return member.size


def _schema(tx: Connection) -> str:
    return MigrationContext.configure(tx).get_current_revision() or ""


# --- restore ------------------------------------------------------------------------------------


def restore(config: Config, source: IO[bytes]) -> Report:
    """Put an archive into an empty office and check all of it.

    Raises BackupError for an office that holds something, an archive of another schema, and one
    that is not whole; then nothing is kept in the database.
    """
    migrations.migrate(config.url)
    with tempfile.TemporaryDirectory() as folder:
        taken = Taken(config, Path(folder))
        with tarfile.open(fileobj=source, mode="r|") as archive:
            for member in archive:
                taken.take(archive, member)
        manifest = taken.manifest()
        with db.transaction() as tx:
            _check_place(tx, manifest)
            rows = {table.name: _fill(tx, table, Path(folder)) for table in tables()}
            outbox.quarantine(tx, datetime.fromisoformat(manifest["at"]))
    if rows != manifest["rows"]:
        raise BackupError("the archive is not whole: rows are missing")
    if broken := journal.broken_cases():
        raise BackupError(f"the journal of {sorted(broken)} does not verify")
    return Report(rows, manifest["documents"], taken.size)


class Taken:
    """The members of an archive as they come: tables lie in ``folder``, documents in their
    place; what each one holds is known by its sum."""

    def __init__(self, config: Config, folder: Path) -> None:
        self.documents, self.folder = config.data_dir / "documents", folder
        self.sums: dict[str, str] = {}
        self.size = 0

    def take(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        """Keep one member; raises BackupError for one that has no place."""
        file = archive.extractfile(member) if MEMBER.fullmatch(member.name) else None
        if file is None:
            raise BackupError(f"{member.name} does not belong into an archive")
        path = self._place(member.name)
        with path.open("wb") as out:
            shutil.copyfileobj(file, out)
        with path.open("rb") as kept:
            self.sums[member.name] = hashlib.file_digest(kept, "sha256").hexdigest()
        self.size += member.size if member.name.startswith("documents/") else 0

    def _place(self, name: str) -> Path:
        folder, _, rest = name.rpartition("/")
        if not folder.startswith("documents/"):
            return self.folder / rest
        path = self.documents / folder.removeprefix("documents/") / rest
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def manifest(self) -> dict[str, Any]:
        """What the archive says of itself, which is what was found; raises BackupError."""
        path = self.folder / MANIFEST
        if not path.exists():
            raise BackupError("the archive has no manifest: it was cut off")
        manifest: dict[str, Any] = json.loads(path.read_bytes())
        if manifest["format"] != FORMAT:
            raise BackupError(f"an archive of format {manifest['format']} cannot be read")
        for name, stated in manifest["sha256"].items():
            if self.sums.get(name) != stated:
                raise BackupError(f"{name} is missing or was changed")
        return manifest


def _check_place(tx: Connection, manifest: dict[str, Any]) -> None:
    if manifest["schema"] != _schema(tx):
        stated = f"the archive has schema {manifest['schema']}, this software {_schema(tx)}"
        raise BackupError(f"{stated}: restore with the software that made it")
    for table in tables():
        if tx.execute(select(func.count()).select_from(table)).scalar_one():
            raise BackupError(f"this office is not empty: {table.name} has rows")


def _fill(tx: Connection, table: Table, folder: Path) -> int:
    path, count = folder / f"{table.name}.jsonl", 0
    if path.exists():
        with path.open("rb") as lines:
            while batch := [_row(table, line) for line in islice(lines, BATCH)]:
                tx.execute(insert(table), batch)
                count += len(batch)
    return count


def _row(table: Table, line: bytes) -> dict[str, Any]:
    plain = json.loads(line)
    return {column.name: _value(column, plain[column.name]) for column in table.columns}


def _value(column: Column[Any], plain: Any) -> Any:
    if plain is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(plain)
    if isinstance(column.type, Instant):
        return datetime.fromisoformat(plain)
    return date.fromisoformat(plain) if isinstance(column.type, Date) else plain
