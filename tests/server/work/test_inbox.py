"""Lists: what waits, what is done, what one started, what one may read; paged by key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server import clock, db
from server.work import beginning, inbox, worklist
from server.work.inbox import Wanted
from tests.office import Office
from tests.server.work.helpers import do, fill, open_item, review_all

ALL = Wanted()


def numbers(page: inbox.Page) -> list[str]:
    return [item["number"][-4:] for item in page.items]


def test_an_item_waits_for_everybody_of_its_office_and_nobody_else(office: Office) -> None:
    office.start()
    assert [row["name"] for row in inbox.tasks(office["colleague"], ALL).items] == ["编制材料"]
    for login in ("stranger", "officer", "expert_1", "operator"):
        assert inbox.tasks(office[login], ALL).items == []


def test_a_claimed_item_leaves_the_list_of_the_others(office: Office) -> None:
    office.start()
    worklist.claim(office["colleague"], open_item("fill")["id"])
    assert inbox.tasks(office["applicant"], ALL).items == []
    mine = inbox.tasks(office["colleague"], ALL).items[0]
    assert mine["assignee_name"] == "colleague"
    assert mine["claimed_at"] is not None


def test_an_expert_sees_their_own_review_only(office: Office) -> None:
    office.start()
    fill(office)
    items = inbox.tasks(office["expert_1"], ALL).items
    assert [item["assignee_id"] for item in items] == [office["expert_1"].id]


def test_counts_are_per_role_with_those_past_their_date(office: Office) -> None:
    office.start()
    office.start()
    assert inbox.tabs(office["applicant"], ALL) == [inbox.Tab("undertaker", 2, 0)]
    with clock.frozen(clock.now() + timedelta(days=100)):
        assert inbox.tabs(office["applicant"], ALL) == [inbox.Tab("undertaker", 2, 2)]


def test_a_list_is_searched_by_title_number_and_step(office: Office) -> None:
    office.start()
    office.start()
    applicant = office["applicant"]
    assert numbers(inbox.tasks(applicant, Wanted(text="0002"))) == ["0002"]
    assert numbers(inbox.tasks(applicant, Wanted(text="某基"))) == ["0001", "0002"]
    assert numbers(inbox.tasks(applicant, Wanted(text="编制"))) == ["0001", "0002"]
    for nothing in ("%", "_", "!", "'; DROP TABLE cases; --"):
        assert inbox.tasks(applicant, Wanted(text=nothing)).items == []


@pytest.mark.parametrize("field", ["role", "regime"])
def test_a_list_is_filtered(office: Office, field: str) -> None:
    office.start()
    right = {"role": "undertaker", "regime": "shanxi"}[field]
    assert len(inbox.tasks(office["applicant"], Wanted(**{field: right})).items) == 1
    assert inbox.tasks(office["applicant"], Wanted(**{field: "other"})).items == []


@pytest.mark.parametrize("sort", ["due", "-due", "arrived", "-arrived", "number", "-number"])
def test_pages_follow_each_other_without_gap_or_repetition(office: Office, sort: str) -> None:
    for days in (0, 3, 1):
        with clock.frozen(clock.now() + timedelta(days=days)):
            office.start()
            office.start("notice")
    applicant = office["applicant"]
    whole = inbox.tasks(applicant, Wanted(sort=sort)).items
    seen, after = [], ""
    while True:
        page = inbox.tasks(applicant, Wanted(sort=sort, after=after), size=2)
        seen += page.items
        after = page.cursor
        if not after:
            break
    assert [item["id"] for item in seen] == [item["id"] for item in whole]
    assert len(seen) == 6


def test_items_without_a_date_come_last(office: Office) -> None:
    office.start("notice")
    office.start()
    for sort in ("due", "-due"):
        dates = [
            item["due_on"] for item in inbox.tasks(office["applicant"], Wanted(sort=sort)).items
        ]
        assert dates[0] is not None
        assert dates[1] is None


def test_what_is_done_and_what_was_started_is_listed(office: Office) -> None:
    office.start()
    fill(office)
    assert [item["name"] for item in inbox.done(office["applicant"], ALL).items] == ["编制材料"]
    assert numbers(inbox.started(office["applicant"], ALL)) == ["0001"]
    assert inbox.started(office["colleague"], ALL).items == []


def test_the_cases_one_may_read_are_those_one_has_to_do_with(office: Office) -> None:
    office.start()
    for login in ("applicant", "colleague", "officer", "reviewer", "operator"):
        assert len(inbox.readable(office[login], ALL).items) == 1
    for login in ("stranger", "recommender", "expert_1"):
        assert inbox.readable(office[login], ALL).items == []
    fill(office, size=1)
    assert len(inbox.readable(office["expert_1"], ALL).items) == 1
    review_all(office, size=1)
    assert len(inbox.readable(office["expert_1"], ALL).items) == 1


def test_an_act_on_a_reminder_is_for_the_office(office: Office) -> None:
    office.start()
    fill(office, size=1)
    review_all(office, size=1)
    do(office["second_officer"], "decide", decision="approve")
    assert inbox.done(office["officer"], ALL).items == []


def test_a_person_is_offered_what_they_may_start(office: Office) -> None:
    with db.read() as tx:
        offered = beginning.startable(tx, office["applicant"])
        assert {row["process_id"] for row in offered if row["regime"] == "shanxi"} == {
            "permit", "notice", "watch",
        }  # fmt: skip
        assert beginning.startable(tx, office["officer"]) == []
