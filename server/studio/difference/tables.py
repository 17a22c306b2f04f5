"""Two versions of a decision table, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator

from server.studio.difference.change import LABEL, Change, Facts, changes
from server.studio.sheets import Row, Sheet, read


def compare(before: bytes, after: bytes) -> Iterator[Change]:
    """Rows that went or came, cells and columns that changed; the field is the column's label."""
    return changes(_facts(before), _facts(after))


def _facts(content: bytes) -> Facts:
    found: dict[str, dict[str, str]] = {}
    for sheet in read(content):
        found[sheet.id] = {LABEL: sheet.name, "columns": "、".join(sheet.columns)}
        found |= {row.id: _of_row(sheet, row) for row in sheet.rows}
    return found


def _of_row(sheet: Sheet, row: Row) -> dict[str, str]:
    cells = dict(zip(sheet.columns, row.cells, strict=False))
    return {LABEL: row.label, **cells, "note": row.note}
