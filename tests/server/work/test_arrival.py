"""The session and the work item in one statement: the same answers, and nothing decided early."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from server import clock, db
from server.errors import Stale
from server.models import people, sessions, work_items
from server.work import arrival, worklist
from server.work import sessions as work_sessions
from server.work.sql import Row
from tests.office import Office, furnish
from tests.server.work.helpers import FILLED, assert_intact, fill, open_item, rows


@pytest.fixture
def province(postgresql_database: Engine) -> Office:
    return furnish()


def token_of(office: Office, login: str = "applicant") -> str:
    with db.transaction() as tx:
        return work_sessions.begin(tx, office[login].id)


def data_of(office: Office) -> dict[str, object]:
    return {**FILLED, "panel": [expert.id for expert in office.experts[:3]]}


def test_it_finds_the_person_whom_the_session_alone_finds(office: Office) -> None:
    office.start()
    token = token_of(office)
    session, _ = arrival.at_item(token, open_item("fill")["id"], "key")
    assert session == work_sessions.current(token)
    assert session is not None and session.person.id == office["applicant"].id


def test_what_was_read_with_the_session_is_what_the_act_would_read(province: Office) -> None:
    province.start()
    item = open_item("fill")
    _, seen = arrival.at_item(token_of(province), item["id"], "key")
    assert seen is not None and seen["item"] == item
    answer = worklist.complete(
        province["applicant"], item["id"], 1, data_of(province), "key", seen=seen
    )
    assert len(answer["next"]) == 0 and rows(work_items, id=item["id"])[0]["status"] == "completed"
    assert_intact()


def test_a_repeated_request_gets_its_answer_from_what_was_read(province: Office) -> None:
    province.start()
    item, token, data = open_item("fill"), token_of(province), data_of(province)

    def handed_in() -> Row:
        _, seen = arrival.at_item(token, item["id"], "key")
        return worklist.complete(province["applicant"], item["id"], 1, data, "key", seen=seen)

    assert handed_in() == handed_in()


def test_the_answer_of_somebody_elses_key_is_not_read(province: Office) -> None:
    province.start()
    item = open_item("fill")
    worklist.complete(province["applicant"], item["id"], 1, data_of(province), "key")
    _, seen = arrival.at_item(token_of(province, "reviewer"), item["id"], "key")
    assert seen is not None and seen["answered"] is None


def test_an_item_that_was_done_after_it_was_read_is_read_again(province: Office) -> None:
    province.start()
    item = open_item("fill")
    _, seen = arrival.at_item(token_of(province), item["id"], None)
    fill(province)
    with pytest.raises(Stale):
        worklist.complete(province["applicant"], item["id"], 1, data_of(province), None, seen=seen)
    assert_intact()


def test_a_request_whose_first_answer_was_lost_is_answered_though_it_was_read_before(
    province: Office,
) -> None:
    province.start()
    item, data = open_item("fill"), data_of(province)
    _, seen = arrival.at_item(token_of(province), item["id"], "key")
    first = worklist.complete(province["applicant"], item["id"], 1, data, "key")
    again = worklist.complete(province["applicant"], item["id"], 1, data, "key", seen=seen)
    assert again == first


def test_nobody_arrives_without_a_running_session(office: Office) -> None:
    office.start()
    item, token = open_item("fill")["id"], token_of(office)
    with db.transaction() as tx:
        tx.execute(update(sessions).values(expires_at=clock.now() - timedelta(seconds=1)))
    assert [arrival.at_item(given, item, None)[0] for given in (token, "", "x")] == [None] * 3


def test_a_disabled_account_does_not_arrive(office: Office) -> None:
    office.start()
    item, token = open_item("fill")["id"], token_of(office)
    with db.transaction() as tx:
        tx.execute(update(people).values(active=False))
    assert arrival.at_item(token, item, None)[0] is None


@pytest.mark.parametrize("item", ["nothing", "", "x" * 10_000, "事项"])
def test_an_item_that_is_not_there_is_no_row(office: Office, item: str) -> None:
    session, seen = arrival.at_item(token_of(office), item, "k" * 1_000)
    assert session is not None and seen is None
