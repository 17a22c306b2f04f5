"""Several questions asked at once: on PostgreSQL one statement, so one journey and one state of the
database; on SQLite, where a statement makes no journey, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection

from server.db import ask
from server.work.sql import KEPT, Query, Row, read_row, render


class Several:
    """Queries by name; they share the parameters they are asked with."""

    def __init__(self, parts: Mapping[str, Query] | None = None, /, **more: Query) -> None:
        self.parts = {**(parts or {}), **more}

    def all(self, tx: Connection, **parameters: Any) -> dict[str, list[Row]]:
        """The rows of each query."""
        if tx.dialect.name != "postgresql":
            return {name: part.all(tx, **parameters) for name, part in self.parts.items()}
        texts = tuple((name, part.sql) for name, part in self.parts.items())
        ((told,),) = ask(tx, _at_once(texts), parameters).rows
        return {name: _rows(self.parts[name], found) for name, found in orjson.loads(told).items()}


@lru_cache(maxsize=KEPT)
def _at_once(texts: tuple[tuple[str, str], ...]) -> str:
    parts = (
        f"'{name}', (SELECT json_agg(q) FROM ({render(sql, 'postgresql')}) q)"
        for name, sql in texts
    )
    return f"SELECT json_build_object({', '.join(parts)})::text"


def _rows(part: Query, found: list[Row] | None) -> list[Row]:
    return [read_row(row, part.readers) for row in found or ()]
