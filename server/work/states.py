"""Copies a publication's states and moves to where the database itself looks them up."""

from __future__ import annotations

from sqlalchemy import Connection

from server.law.catalogue import Catalogue
from server.models import case_states, case_transitions
from server.work.sql import Row, encode, insert_text, render

KEEP = " WHERE true ON CONFLICT DO NOTHING"


def publish(tx: Connection, catalogue: Catalogue) -> None:
    """Add what is new; what an earlier publication knew stays, for the cases pinned to it."""
    machines = {regime: catalogue.states(regime) for regime in catalogue.regimes}
    known: list[Row] = [
        {"regime": regime, "state": state}
        for regime, machine in machines.items()
        for state in machine.words
    ]
    moves: list[Row] = [
        {"regime": regime, "from_state": before, "to_state": after, "clause": clause}
        for regime, machine in machines.items()
        for (before, after), clause in machine.moves.items()
    ]
    for table, rows in ((case_states, known), (case_transitions, moves)):
        statement = render(insert_text(table, tx.dialect.name) + KEEP, tx.dialect.name)
        tx.exec_driver_sql(statement, {f"rows_{table.name}": encode(table, rows)})
