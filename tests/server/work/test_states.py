"""Cases move as the law has it: the engine, the acts and the database itself see to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update
from sqlalchemy.exc import IntegrityError

from server import db
from server.models import case_states, case_transitions, cases, people
from server.work import publications
from server.work.journal import GENESIS
from tests.office import Office
from tests.procedures import tree
from tests.server.work.helpers import do, fill, review_all, rows


def move(*path: str, state: str | None = None) -> None:
    """Write a state past every rule of the program."""
    with db.transaction() as tx:
        values = {"state": path[-1] if state is None else state, "moves": list(path)}
        tx.execute(update(cases).values(values))


def test_a_publication_brings_its_states_and_moves(office: Office) -> None:
    known = {(row["regime"], row["state"]) for row in rows(case_states)}
    assert ("shanxi", "in_construction") in known
    moves = {(m["regime"], m["from_state"], m["to_state"]) for m in rows(case_transitions)}
    assert ("national", "in_construction", "terminated") in moves
    assert ("shanxi", "in_construction", "terminated") not in moves


def test_what_an_earlier_publication_knew_stays(office: Office) -> None:
    table = "processes/tables/transitions.dmn"
    known = len(rows(case_transitions))
    with db.transaction() as tx:
        publications.publish(tx, {p: d for p, d in tree().items() if p != table}, "less", None)
    assert len(rows(case_transitions)) == known


def test_the_case_keeps_the_way_of_its_last_move(office: Office) -> None:
    office.start()
    assert rows(cases)[0]["moves"] == ["", "application_drafting"]
    fill(office)
    review_all(office)
    do(office["officer"], "decide", decision="approve")
    assert rows(cases)[0]["moves"] == ["authority_study", "in_construction"]


@pytest.mark.parametrize(
    "path",
    [
        ("application_drafting", "established"),
        ("application_drafting", "recommender_review", "established"),
        ("established",),
        ("", "application_drafting", "recommender_review"),
        ("application_drafting", "nowhere"),
        (),
    ],
)
def test_the_database_refuses_a_move_that_the_law_does_not_have(
    office: Office, path: tuple[str, ...]
) -> None:
    office.start()
    with pytest.raises(IntegrityError, match="no such move"):
        move(*path, state=path[-1] if path else "established")
    assert rows(cases)[0]["state"] == "application_drafting"


def test_the_database_takes_every_step_of_a_way_that_the_law_has(office: Office) -> None:
    office.start()
    move("application_drafting", "recommender_review", "application_submitted", "formal_review")
    assert rows(cases)[0]["state"] == "formal_review"


def test_a_case_cannot_be_entered_in_a_state_that_nobody_knows(office: Office) -> None:
    office.start()
    case = {**rows(cases)[0], "id": "other", "number": "other"}
    with pytest.raises(IntegrityError, match="no such state"):
        _enter(case | {"state": "nowhere"})
    _enter(case | {"state": "established"})


def _enter(case: dict[str, Any]) -> None:
    with db.transaction() as tx:
        tx.execute(insert(cases).values(case))


PERSON = {"id": "p", "login": "p", "name": "某人", "password_hash": "x"}
CASE = {
    "id": "c",
    "number": "c",
    "regime": "elsewhere",
    "kind": "permit",
    "title": "某基地",
    "record": {},
    "journal_head": GENESIS,
    "journal_seq": 0,
    "version": 1,
    "opened_on": date(2026, 11, 20),
    "opened_by": "p",
}


def test_a_regime_whose_states_nobody_published_is_left_alone(database: Engine) -> None:
    with db.transaction() as tx:
        tx.execute(insert(people).values(PERSON))
        tx.execute(insert(cases).values(CASE))
        tx.execute(update(cases).values(state="anything"))
    assert (rows(cases)[0]["state"], rows(cases)[0]["moves"]) == ("anything", [])
