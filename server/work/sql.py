"""SQL text, rendered once per dialect: the hot path sends strings, not expression trees.

A statement is written once, with ``:name`` parameters and a few words that differ by dialect:
``{strings(x)}`` is the list in parameter x, ``{object(k, v)}`` an aggregate that makes a JSON
object, ``{row(table t)}`` the row of t as one object, ``{days(a, b)}`` the days from a to b,
``{text(c, name)}`` an entry of the JSON object in column c, ``{holds(c, x)}`` that the array in
column c has the whole list in parameter x (SQLite has no arrays and passes over nothing),
``{within(c, x)}`` that the text in column c has that of parameter x somewhere.
``{lock(t)}`` locks the rows of t, and ``{skip_locked(t)}`` passes over rows of t that others have
locked; SQLite has locked the whole file at BEGIN IMMEDIATE. PostgreSQL's driver reads a text anew
each time it is sent unless it is shorter than 4 096 characters, so the words for rows are short
there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Self

import orjson
from sqlalchemy import Connection, Date, LargeBinary, Select, Table

from server.db import ask, db
from server.models.columns import Instant, Json, instant_text, read_json

Row = dict[str, Any]

WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "postgresql": (
        (r"\{strings\((\w+)\)\}", r"(SELECT json_array_elements_text(CAST(:\1 AS json)))"),
        (r"\{object\(([^)]*)\)\}", r"json_object_agg(\1)"),
        (r"\{days\(([^,)]+), ([^)]+)\)\}", r"(\2 - \1)"),
        (r"\{text\(([^,)]+), (\w+)\)\}", r"(CAST(\1 AS json) ->> '\2')"),
        (
            r"\{holds\(([^,)]+), (\w+)\)\}",
            r"\1 @> ARRAY(SELECT json_array_elements_text(CAST(:\2 AS json)))",
        ),
        (r"\{within\(([^,)]+), (\w+)\)\}", r"strpos(\1, :\2) > 0"),
        (r"\{lock\((\w+)\)\}", r"FOR UPDATE OF \1"),
        (r"\{skip_locked\((\w+)\)\}", r"FOR UPDATE OF \1 SKIP LOCKED"),
        (r"(?<!:):(\w+)", r"%(\1)s"),
    ),
    "sqlite": (
        (r"\{strings\((\w+)\)\}", r"(SELECT value FROM json_each(:\1))"),
        (r"\{object\(([^)]*)\)\}", r"json_group_object(\1)"),
        (r"\{days\(([^,)]+), ([^)]+)\)\}", r"(julianday(\2) - julianday(\1))"),
        (r"\{text\(([^,)]+), (\w+)\)\}", r"json_extract(\1, '$.\2')"),
        (r"\{holds\(([^,)]+), (\w+)\)\}", "1 = 1"),
        (r"\{within\(([^,)]+), (\w+)\)\}", r"instr(\1, :\2) > 0"),
        (r"\{lock\((\w+)\)\}", ""),
        (r"\{skip_locked\((\w+)\)\}", ""),
    ),
}

KEPT = 4096
"""So many rendered statements are kept: their texts differ by filters, offices and sizes."""

PACKED = re.compile(r"\{row\((\w+) (\w+)\)\}")


@lru_cache(maxsize=KEPT)
def render(sql: str, dialect: str) -> str:
    """The text that the driver of a dialect understands."""
    sql = PACKED.sub(lambda found: _row_object(found[1], found[2], dialect), sql)
    for pattern, replacement in WORDS[dialect]:
        sql = re.sub(pattern, replacement, sql)
    return sql


def strings(values: Iterable[str]) -> str:
    """A list as a parameter for ``{strings(x)}``."""
    return orjson.dumps(list(values)).decode()


def _row_object(table: str, alias: str, dialect: str) -> str:
    columns = db.metadata.tables[table].columns
    plain = [column.name for column in columns if not isinstance(column.type, LargeBinary)]
    if dialect == "postgresql" and len(plain) == len(columns):
        return f"row_to_json({alias})"
    pairs = ", ".join(f"'{name}', {alias}.{name}" for name in plain)
    return f"json_object({pairs})" if dialect == "sqlite" else f"json_build_object({pairs})"


@cache
def insert_text(table: Table, dialect: str) -> str:
    """INSERT of any number of rows, given as one JSON array in parameter ``rows_<table>``."""
    parameter = f":rows_{table.name}"
    if dialect == "postgresql":
        source = f"json_populate_recordset(CAST(NULL AS {table.name}), CAST({parameter} AS json))"
        return f"INSERT INTO {table.name} SELECT * FROM {source}"
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(f"value->>'{column.name}'" for column in table.columns)
    return f"INSERT INTO {table.name} ({names}) SELECT {values} FROM json_each({parameter})"


@cache
def _encoders(table: Table) -> dict[str, Callable[[Any], Any]]:
    return {str(column.name): _encoder(column.type) for column in table.columns}


def _encoder(kind: object) -> Callable[[Any], Any]:
    if isinstance(kind, Instant):
        return instant_text
    return json_text if isinstance(kind, Json) else _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def encode(table: Table, rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows of a table as the JSON array that ``insert_text`` reads; absent columns are NULL."""
    encoders = _encoders(table)
    plain = [
        {name: encoders[name](value) for name, value in row.items() if value is not None}
        for row in rows
    ]
    return orjson.dumps(plain).decode()


def json_text(value: Any) -> str:
    """A JSON document as stored: keys sorted, so that equal documents are equal text."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: object) -> object:
    """Decimals and other exact values of the engine stand as text in a JSON document."""
    return str(value)


def _instant(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _bytes(value: Any) -> bytes:
    return bytes.fromhex(value[2:]) if isinstance(value, str) else bytes(value)


def _object(value: Any) -> Row:
    """SQLite has a JSON object as text; in PostgreSQL's answers it is part of a larger one."""
    row: Row = orjson.loads(value) if isinstance(value, str) else value
    return row


Reader = Callable[[Any], Any]

Readers = Mapping[str, Collection[str]]
NOTHING: Readers = {}

READERS: dict[str, Reader] = {
    "json": read_json,
    "objects": _object,
    "instants": _instant,
    "days": _day,
    "bytes": _bytes,
}


class Query:
    """A SELECT with the columns whose values need reading, for one dialect or the other."""

    def __init__(
        self, sql: str, readers: Readers = NOTHING, rows: Mapping[str, Table] | None = None
    ) -> None:
        """``readers``: kinds of ``READERS`` -> names of result columns; ``rows``: names of
        ``packed`` columns and their tables."""
        plain = [(name, READERS[kind]) for kind, names in readers.items() for name in names]
        self.sql = sql
        self.readers = plain + [(name, _unpacker(table)) for name, table in (rows or {}).items()]

    @classmethod
    def of(cls, statement: Select[Any]) -> Self:
        """A SELECT put together by SQLAlchemy and written out once, for what every request asks.

        Instants and days among its parameters are text.
        """
        return cls(str(statement.compile()), readers(statement))

    def all(self, tx: Connection, **parameters: Any) -> list[Row]:
        """All rows as dictionaries."""
        return [read_row(row, self.readers) for row in self._rows(tx, parameters)]

    def _rows(self, tx: Connection, parameters: Row) -> Iterable[Row]:
        names, rows, _ = ask(tx, render(self.sql, tx.dialect.name), parameters)
        return (dict(zip(names, row, strict=True)) for row in rows)

    def first(self, tx: Connection, **parameters: Any) -> Row | None:
        """The first row, or None."""
        rows = self.all(tx, **parameters)
        return rows[0] if rows else None


class Hot(Query):
    """A SELECT that requests ask again and again. PostgreSQL sends each row as one JSON object,
    for the driver and SQLAlchemy take their time for each column of a result."""

    def _rows(self, tx: Connection, parameters: Row) -> Iterable[Row]:
        if tx.dialect.name != "postgresql":
            return super()._rows(tx, parameters)
        return (orjson.loads(text) for (text,) in ask(tx, _as_objects(self.sql), parameters).rows)


@lru_cache(maxsize=KEPT)
def _as_objects(sql: str) -> str:
    return f"SELECT row_to_json(q)::text FROM ({render(sql, 'postgresql')}) q"


def read_row(row: Row, readers: Iterable[tuple[str, Reader]]) -> Row:
    """A row whose values have been read, the same one."""
    for name, reader in readers:
        if row[name] is not None:
            row[name] = reader(row[name])
    return row


def _unpacker(table: Table) -> Reader:
    inside = [(n, READERS[kind]) for kind, names in readers(table).items() for n in names]
    return lambda value: read_row(_object(value), inside)


def packed(table: Table, alias: str) -> str:
    """A row of a table in one column, for a ``Hot`` over several wide tables: the driver pays for
    each column of a result, orjson does not. Binary columns are left out."""
    return f"{{row({table.name} {alias})}}"


def columns(table: Table, alias: str) -> str:
    """``alias.name AS name`` for the columns of a table, for use in a SELECT."""
    return ", ".join(f'{alias}."{c.name}" AS "{c.name}"' for c in table.columns)


def readers(source: Table | Select[Any]) -> dict[str, list[str]]:
    """The ``readers`` of a Query that selects the ``columns`` of this table, or asks this."""

    columns = source.selected_columns if isinstance(source, Select) else source.columns

    def named(kind: type) -> list[str]:
        return [name for name, column in columns.items() if isinstance(column.type, kind)]

    return {"json": named(Json), "instants": named(Instant), "days": named(Date)}
