"""Dates and steps across all cases a person may read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server import clock, db
from server.errors import NotFound
from server.work import agenda
from server.work.agenda import STANDINGS
from server.work.inbox import Wanted
from tests.office import Office
from tests.server.work.helpers import fill

ALL = Wanted()


def names(page: agenda.Page) -> list[str]:
    return [row["name"] for row in page.items]


def test_steps_are_those_of_the_cases_one_may_read(office: Office) -> None:
    office.start()
    assert names(agenda.steps(office["applicant"], ALL)) == ["编制材料"]
    assert names(agenda.steps(office["operator"], ALL)) == ["编制材料"]
    assert names(agenda.steps(office["stranger"], ALL)) == []


def test_nobody_learns_from_a_step_who_the_expert_is(office: Office) -> None:
    office.start()
    fill(office)
    for login in ("applicant", "operator"):
        for row in agenda.steps(office[login], ALL).items:
            assert "assignee_id" not in row and "专家1" not in str(row.values())


def test_dates_stand_open_near_overdue(office: Office) -> None:
    office.start()
    officer = office["officer"]
    counts = {state: len(agenda.dates(officer, Wanted(state=state)).items) for state in STANDINGS}
    assert counts["open"] == len(agenda.dates(officer, ALL).items) > 0
    assert counts["overdue"] == counts["met"] == 0
    with clock.frozen(clock.now() + timedelta(days=400)):
        assert len(agenda.dates(officer, Wanted(state="overdue")).items) == counts["open"]


def test_pages_of_dates_follow_each_other(office: Office) -> None:
    for _ in range(3):
        office.start()
    officer, after, seen = office["officer"], "", []
    whole = [row["id"] for row in agenda.dates(officer, ALL).items]
    for _ in whole:
        page = agenda.dates(officer, Wanted(after=after), size=1)
        seen += [row["id"] for row in page.items]
        after = page.cursor
    assert (seen, after) == (whole, "")


def test_a_date_of_a_case_one_may_not_know_of_is_not_found(office: Office) -> None:
    office.start()
    row = agenda.dates(office["officer"], ALL).items[0]
    with db.read() as tx:
        assert agenda.one_date(tx, office["officer"], row["id"])[0]["proof"]
        for login, identity in (("stranger", row["id"]), ("officer", "nothing")):
            with pytest.raises(NotFound):
                agenda.one_date(tx, office[login], identity)
