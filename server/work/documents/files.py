"""Files on disk, named by their content: ``<data>/documents/ab/cdef…``.

A file appears under its name only whole and on the disk for good (temporary file, fsync, rename),
so a row in the database never points to half a file, whenever the power fails.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from server.errors import TooLarge
from server.feel.sentence import told
from server.work.documents import names
from server.work.documents.kinds import recognise

CHUNK = 1024 * 1024
HASH_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was checked and kept, but belongs to nobody yet. ``size`` is in bytes."""

    sha: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one installation; ``limit`` is the largest upload in bytes."""

    root: Path
    limit: int = 20 * 1024 * 1024

    def receive(self, name: str, stream: BinaryIO) -> Received:
        """Check an upload and keep it. Raises Invalid (name, kind, content) or TooLarge.

        Needs no database: call it before the transaction, for it may take a second.
        """
        shown = names.clean(name)
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.root, prefix="new-", delete=False) as file:
            try:
                return self._keep(shown, stream, file)
            finally:
                Path(file.name).unlink(missing_ok=True)

    def _keep(self, name: str, stream: BinaryIO, file: IO[bytes]) -> Received:
        sha, size = self._copy(stream, file)
        kind = recognise(file, size, names.ending(name))  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
        self._place(Path(file.name), sha)
        return Received(sha, name, kind.media_type, size)

    def _copy(self, stream: BinaryIO, file: IO[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > self.limit:
                raise TooLarge(
                    told("文件超过 %(limit)s MiB。", limit=self.limit // 1024 // 1024),
                    code="file_size",
                )
            digest.update(chunk)
            file.write(chunk)
        return digest.hexdigest(), size

    def _place(self, temporary: Path, sha: str) -> None:
        target = self.path(sha)
        target.parent.mkdir(exist_ok=True)
        os.replace(temporary, target)
        for directory in (target.parent, self.root):
            _sync(directory)

    def path(self, sha: str) -> Path:
        """Where the file with this content lies."""
        return self.root / sha[:2] / sha[2:]

    def kept(self) -> Iterator[tuple[str, Path]]:
        """Every file with its SHA-256, and leftovers of broken uploads with an empty one."""
        for path in self.root.glob("new-*"):
            yield "", path
        for path in self.root.glob("??/*"):
            sha = path.parent.name + path.name
            yield sha if len(sha) == HASH_DIGITS else "", path


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
