"""The life of a case: its states as the law has them, who owes a date, reminders.

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")

KINDS = ("timer", "resume", "message", "begin", "cancel", "sweep")
"""Kinds of jobs before this revision."""

SQLITE_TRIGGERS = (
    """
    CREATE TRIGGER cases_begin_in_a_known_state BEFORE INSERT ON cases
    WHEN NEW.state <> '' AND EXISTS (SELECT 1 FROM case_states WHERE regime = NEW.regime)
        AND NOT EXISTS (
            SELECT 1 FROM case_states WHERE regime = NEW.regime AND state = NEW.state)
    BEGIN SELECT RAISE(ABORT, 'no such state of a case'); END
    """,
    """
    CREATE TRIGGER cases_move_as_the_law_allows BEFORE UPDATE OF state ON cases
    WHEN NEW.state <> OLD.state AND EXISTS (SELECT 1 FROM case_states WHERE regime = NEW.regime)
        AND (
            json_extract(NEW.moves, '$[0]') IS NOT OLD.state
            OR json_extract(NEW.moves, '$[#-1]') IS NOT NEW.state
            OR EXISTS (
                SELECT 1 FROM json_each(NEW.moves) a JOIN json_each(NEW.moves) b
                    ON b.key = a.key + 1
                WHERE NOT EXISTS (
                    SELECT 1 FROM case_transitions t WHERE t.regime = NEW.regime
                        AND t.from_state = a.value AND t.to_state = b.value)))
    BEGIN SELECT RAISE(ABORT, 'no such move of a case'); END
    """,
)

POSTGRESQL_TRIGGERS = (
    """
    CREATE FUNCTION cases_begin_in_a_known_state() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM case_states WHERE regime = NEW.regime) AND NOT EXISTS (
            SELECT 1 FROM case_states WHERE regime = NEW.regime AND state = NEW.state)
        THEN
            RAISE EXCEPTION 'no such state of a case' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER cases_begin_in_a_known_state BEFORE INSERT ON cases
    FOR EACH ROW WHEN (NEW.state <> '') EXECUTE FUNCTION cases_begin_in_a_known_state()
    """,
    """
    CREATE FUNCTION cases_move_as_the_law_allows() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        path text[] := ARRAY(SELECT json_array_elements_text(NEW.moves::json));
    BEGIN
        IF EXISTS (SELECT 1 FROM case_states WHERE regime = NEW.regime) AND (
            path[1] IS DISTINCT FROM OLD.state
            OR path[cardinality(path)] IS DISTINCT FROM NEW.state
            OR EXISTS (
                SELECT 1 FROM generate_series(2, cardinality(path)) i WHERE NOT EXISTS (
                    SELECT 1 FROM case_transitions t WHERE t.regime = NEW.regime
                        AND t.from_state = path[i - 1] AND t.to_state = path[i])))
        THEN
            RAISE EXCEPTION 'no such move of a case' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER cases_move_as_the_law_allows BEFORE UPDATE OF state ON cases
    FOR EACH ROW WHEN (NEW.state <> OLD.state)
    EXECUTE FUNCTION cases_move_as_the_law_allows()
    """,
)

GUARDS = ("cases_begin_in_a_known_state", "cases_move_as_the_law_allows")


def upgrade() -> None:
    _states()
    _reminders()
    for statement in POSTGRESQL_TRIGGERS if _on_postgresql() else SQLITE_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    for name in GUARDS:
        op.execute(f"DROP TRIGGER {name}" + (" ON cases" if _on_postgresql() else ""))
        if _on_postgresql():
            op.execute(f"DROP FUNCTION {name}()")
    op.execute("DELETE FROM jobs WHERE kind = 'remind'")
    _known_kinds(KINDS)
    op.drop_table("notifications")
    op.drop_index("ix_deadlines_due", "deadlines")
    op.drop_column("deadlines", "role")
    op.drop_column("cases", "moves")
    op.drop_table("case_transitions")
    op.drop_table("case_states")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _states() -> None:
    op.create_table(
        "case_states",
        sa.Column("regime", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("regime", "state", name="pk_case_states"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_transitions",
        sa.Column("regime", sa.String(length=64), nullable=False),
        sa.Column("from_state", sa.String(length=64), nullable=False),
        sa.Column("to_state", sa.String(length=64), nullable=False),
        sa.Column("clause", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["regime", "to_state"],
            ["case_states.regime", "case_states.state"],
            name="fk_case_transitions_regime_to_state",
        ),
        sa.PrimaryKeyConstraint("regime", "from_state", "to_state", name="pk_case_transitions"),
        sqlite_with_rowid=False,
    )
    op.add_column("cases", sa.Column("moves", sa.Text(), server_default="[]", nullable=False))


def _reminders() -> None:
    op.add_column("deadlines", sa.Column("role", sa.String(length=64), nullable=True))
    op.create_index(
        "ix_deadlines_due",
        "deadlines",
        ["due_on"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "notifications",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_notifications_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.UniqueConstraint("person_id", "day", name="uq_notifications_person_id_day"),
    )
    _known_kinds((*KINDS, "remind"))


def _known_kinds(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_constraint("ck_jobs_kind_known", type_="check")
        jobs.create_check_constraint("ck_jobs_kind_known", f"kind IN ({words})")
