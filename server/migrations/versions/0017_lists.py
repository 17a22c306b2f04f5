"""Indexes that lists begin at, whatever the size of their tables; cases and papers by their letters.

Revision 0017, after 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

Indexes = tuple[tuple[str, str, tuple[str, ...], str | None], ...]

INBOX = ("role", "organisation_id", "regime", "due_on", "id")
OPEN, FREE = "status = 'open'", "status = 'open' AND assignee_id IS NULL"
MADE = (
    ("ix_cases_regime_id", "cases", ("regime", "id"), None),
    ("ix_cases_state_id", "cases", ("state", "id"), None),
    ("ix_deadlines_due", "deadlines", ("due_on", "id"), OPEN),
    ("ix_deadlines_met", "deadlines", ("due_on", "id"), "status = 'met'"),
    ("ix_work_items_inbox", "work_items", INBOX, FREE),
    ("ix_work_items_due", "work_items", ("due_on", "id"), OPEN),
    ("ix_work_items_assigned", "work_items", ("assignee_id", "case_id"), "assignee_id IS NOT NULL"),
    (
        "ix_work_items_completed",
        "work_items",
        ("completed_by", "case_id"),
        "completed_by IS NOT NULL",
    ),
    (
        "ix_work_items_done",
        "work_items",
        ("completed_by", "completed_at", "id"),
        "completed_by IS NOT NULL",
    ),
)
FORMER = (
    ("ix_deadlines_due", "deadlines", ("due_on",), OPEN),
    ("ix_work_items_inbox", "work_items", INBOX, OPEN),
    (
        "ix_work_items_done",
        "work_items",
        ("completed_by", "completed_at"),
        "completed_by IS NOT NULL",
    ),
)

LETTERS = """
CREATE FUNCTION {name} RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(DISTINCT substr(words, i, 2))
    FROM lower({words}) AS words, generate_series(1, length(words) - 1) AS i
$$
"""
NAMES = """concat_ws(' ', number, title, record::json ->> 'base_name_zh',
        record::json ->> 'base_name_en', record::json ->> 'application_number')"""
FUNCTIONS = (
    ("case_letters(number text, title text, record text)", NAMES),
    ("letters_of(name text)", "name"),
)
INDEXES = (
    "CREATE INDEX ix_cases_letters ON cases USING gin (case_letters(number, title, record))",
    "CREATE INDEX ix_documents_letters ON documents USING gin (letters_of(name))",
)


def upgrade() -> None:
    _replace(FORMER, MADE)
    if op.get_bind().dialect.name == "postgresql":
        for name, words in FUNCTIONS:
            op.execute(LETTERS.format(name=name, words=words))
        for index in INDEXES:
            op.execute(index)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_documents_letters")
        op.execute("DROP INDEX ix_cases_letters")
        op.execute("DROP FUNCTION case_letters(text, text, text)")
        op.execute("DROP FUNCTION letters_of(text)")
    _replace(MADE, FORMER)


def _replace(
    old: tuple[tuple[str, str, tuple[str, ...], str | None], ...],
    new: tuple[tuple[str, str, tuple[str, ...], str | None], ...],
) -> None:
    for name, table, _, _ in old:
        op.drop_index(name, table_name=table)
    for name, table, columns, where in new:
        some = sa.text(where) if where else None
        op.create_index(name, table, list(columns), sqlite_where=some, postgresql_where=some)
