"""A database of SQLite as it was at one moment, to be put back under a running application."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


class Snapshot:
    """All of a database, kept in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept = sqlite3.connect(":memory:")
        self._watch = sqlite3.connect(path)
        with closing(sqlite3.connect(path)) as live:
            live.backup(self._kept)
        self._seen = self._version()

    def restore(self) -> None:
        """Undo everything since; nothing is to be done where nobody has committed anything."""
        if self._version() != self._seen:
            with closing(sqlite3.connect(self.path)) as live:
                self._kept.backup(live)
            self._seen = self._version()

    def _version(self) -> int:
        """Another number after each commit of anybody else."""
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        self._watch.close()
        self._kept.close()
