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
        with closing(sqlite3.connect(path)) as live:
            live.backup(self._kept)

    def restore(self) -> None:
        """Undo everything since."""
        with closing(sqlite3.connect(self.path)) as live:
            self._kept.backup(live)

    def close(self) -> None:
        self._kept.close()
