"""Column types and checks that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import CheckConstraint, Column, Dialect, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine


@lru_cache(maxsize=256)
def instant_text(value: datetime) -> str:
    """An aware instant in UTC as text of fixed width, so that text order is time order."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


class Instant(TypeDecorator[datetime]):
    """An aware instant, always UTC: timestamptz on PostgreSQL, ISO 8601 text on SQLite."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else instant_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        aware = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return aware.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON document as text: the database stores and returns it, nobody searches inside."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else read_json(value)


PRESSED = "z"
"""Begins what has been pressed; no JSON document does."""

LONG = 256
"""So many characters are worth pressing."""


def pressed(document: str) -> str:
    """A long JSON document in less room, for what is kept for years and seldom read: PostgreSQL
    itself presses no row below 2 kB."""
    if len(document) < LONG:
        return document
    return PRESSED + b64encode(zlib.compress(document.encode())).decode()


def read_json(document: str) -> Any:
    """What a stored JSON document says, pressed or not."""
    if document[:1] == PRESSED:
        return orjson.loads(zlib.decompress(b64decode(document[1:])))
    return orjson.loads(document)


def identifier(name: str = "id", **options: Any) -> Column[str]:
    """A column that holds one of our identifiers (server/ids.py)."""
    return Column(name, String(32), **options)


def reference(name: str, target: str, *, nullable: bool = False, **options: Any) -> Column[str]:
    """A column that points to the identifier of another table."""
    return Column(name, String(32), ForeignKey(target), nullable=nullable, **options)


def one_of(column: str, *values: str) -> CheckConstraint:
    """The column holds one word of a closed list (or NULL where the column allows it)."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def exactly_when(condition: str, column: str) -> CheckConstraint:
    """The column is filled exactly when the condition holds."""
    return CheckConstraint(f"({condition}) = ({column} IS NOT NULL)", name=f"{column}_when")


def partial(name: str, condition: str, *columns: str) -> Index:
    """An index of the rows that fulfil a condition, and of no others."""
    where = text(condition)
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def by_letters(name: str, letters: str) -> Index:
    """An index of the pairs of letters that an expression gives, on PostgreSQL alone."""
    index = Index(name, text(letters), postgresql_using="gin")
    return index.ddl_if(dialect="postgresql")
