"""Two versions of a text file, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from server.studio.difference.change import ADDED, REMOVED, Change


def compare(before: bytes, after: bytes) -> Iterator[Change]:
    """Lines that went and lines that came, with their numbers."""
    old, new = (each.decode("utf-8", "replace").splitlines() for each in (before, after))
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (Change(REMOVED, f"{n + 1:06}", old[n]) for n in range(i, j))
            yield from (Change(ADDED, f"{n + 1:06}", new[n]) for n in range(k, m))
