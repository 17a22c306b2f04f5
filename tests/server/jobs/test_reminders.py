"""Reminders: told in time, once, all in one, and to the superior when a week has passed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from server import clock, db
from server.errors import NotFound
from server.ids import new_id
from server.jobs import claims, daily, reminders, worker
from server.models import deadlines, instances, memberships, notifications, people, work_items
from server.work import reminders as told
from tests.office import REGIME, Office
from tests.server.work.helpers import count, fill, open_item, rows

T = date(2027, 6, 30)
DATE = {
    "milestone": "plan_filing",
    "title": "报送建设方案",
    "title_en": "filing of the plan",
    "kind": "latest_by",
    "provisional": False,
    "soft": False,
    "clause": "SX-16.2",
    "calendar_version": "x",
    "proof": [],
    "status": "open",
}


def owe(role: str | None = "undertaker", due: date = T, **more: Any) -> str:
    """Enter an open date of the only case; returns its id."""
    instance = rows(instances)[0]
    owner = {"case_id": instance["case_id"], "instance_id": instance["id"], "role": role}
    days = {"due_on": due, "nominal_on": due, "anchor_on": due}
    row = DATE | owner | days | {"id": new_id()} | more
    with db.transaction() as tx:
        tx.execute(insert(deadlines).values(row))
    return str(row["id"])


def remind(day: date) -> None:
    """The daily jobs of a day, done by a worker."""
    with clock.frozen(day):
        daily.plan()
        worker.drain(claims.OUTSIDE)


@pytest.fixture
def watch(office: Office) -> Office:
    """A case without dates of its own, told of up to long before T."""
    office.start("watch")
    remind(T - timedelta(days=400))
    return office


def told_to(office: Office, login: str) -> list[tuple[date, list[int]]]:
    person = office[login].id
    return [
        (row["day"], [item["days"] for item in row["items"]])
        for row in rows(notifications, person_id=person)
    ]


def test_whoever_owes_a_date_is_told_at_every_step_and_on_no_other_day(watch: Office) -> None:
    owe()
    steps = (-91, -90, -89, -31, -30, -8, -7, -6, -2, -1, 0, 1, 2, 6, 7, 8, 30)
    for days in steps:
        remind(T + timedelta(days=days))
    expected = [(T + timedelta(days=days), [days]) for days in (-90, -30, -7, -1, 0, 1, 7)]
    assert told_to(watch, "applicant") == told_to(watch, "colleague") == expected
    assert told_to(watch, "stranger") == told_to(watch, "officer") == []


def test_a_reminder_says_of_what_in_both_languages(watch: Office) -> None:
    deadline = owe()
    remind(T)
    (item,) = rows(notifications)[0]["items"]
    assert item["deadline"] == deadline
    assert (item["title"], item["title_en"]) == ("报送建设方案", "filing of the plan")
    assert (item["due_on"], item["clause"], item["escalated"]) == ("2027-06-30", "SX-16.2", False)
    assert item["number"].startswith("SHANXI-")


def test_dates_of_one_day_come_as_one_reminder(watch: Office) -> None:
    owe()
    owe(milestone="self_check", due=T + timedelta(days=7))
    remind(T)
    assert told_to(watch, "applicant") == [(T, [0, -7])]


def test_a_standstill_is_made_up_for_in_one_reminder_with_the_latest_step(watch: Office) -> None:
    owe()
    owe(due=T + timedelta(days=29))
    remind(T - timedelta(days=100))
    remind(T + timedelta(days=3))
    assert told_to(watch, "applicant") == [(T + timedelta(days=3), [1, -30])]
    remind(T + timedelta(days=4))
    assert len(told_to(watch, "applicant")) == 1


def test_a_day_is_told_of_once_however_often_the_job_is_done(watch: Office) -> None:
    owe()
    remind(T)
    with clock.frozen(T), db.transaction() as tx:
        reminders.run(tx, {})
    assert len(told_to(watch, "applicant")) == 1


def test_a_job_that_failed_has_told_nobody(watch: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    owe()
    with monkeypatch.context() as broken:
        broken.setattr(reminders, "ADVANCE", None)
        remind(T)
    assert count(notifications) == 0
    remind(T + timedelta(days=1))
    assert told_to(watch, "applicant") == [(T + timedelta(days=1), [1])]


def superior(office: Office, short: str) -> str:
    """A superior of an organisation; returns the person's id."""
    person = {"id": new_id(), "login": "boss", "name": "领导", "password_hash": "x"}
    held = {"organisation_id": office.organisations[short], "role": "leader", "regime": REGIME}
    with db.transaction() as tx:
        tx.execute(insert(people).values(person))
        tx.execute(insert(memberships).values(held | {"person_id": person["id"]}))
    return person["id"]


def test_the_superior_of_the_office_is_told_a_week_after_the_date(watch: Office) -> None:
    boss = superior(watch, "authority")
    owe("authority")
    for days in (0, 1, 7):
        remind(T + timedelta(days=days))
    (row,) = rows(notifications, person_id=boss)
    assert (row["day"], row["items"][0]["escalated"]) == (T + timedelta(days=7), True)
    assert [days for _, days in told_to(watch, "officer")] == [[0], [1], [7]]


def test_a_date_that_is_met_or_asks_nothing_of_anybody_is_no_reminder(watch: Office) -> None:
    owe(status="met", met_on=T - timedelta(days=1))
    owe(status="void")
    owe(kind="min_duration")
    owe(kind="day_after")
    owe(role=None)
    remind(T)
    assert count(notifications) == 0


def test_a_task_of_a_named_person_reminds_that_person_alone(office: Office) -> None:
    office.start()
    fill(office)
    remind(T - timedelta(days=400))
    item, deadline = open_item("review", assignee_id=office["expert_1"].id), owe("expert_panel")
    with db.transaction() as tx:
        named = update(work_items).where(work_items.c.id == item["id"])
        tx.execute(named.values(deadline_id=deadline))
    remind(T)
    assert told_to(office, "expert_1") == [(T, [0])]
    assert told_to(office, "expert_2") == []
    assert rows(notifications)[-1]["items"][0]["item"] == item["id"]


def test_somebody_who_has_left_is_not_reminded(watch: Office) -> None:
    owe()
    with db.transaction() as tx:
        tx.execute(update(people).where(people.c.login == "colleague").values(active=False))
    remind(T)
    assert told_to(watch, "colleague") == []
    assert len(told_to(watch, "applicant")) == 1


def test_a_reminder_is_read_by_its_person_and_by_nobody_else(watch: Office) -> None:
    owe()
    remind(T)
    person = watch["applicant"]
    with db.read() as tx:
        (mine,) = told.of_person(tx, person)
        assert told.unread(tx, person) == 1
    with pytest.raises(NotFound):
        told.mark_read(watch["officer"], mine["id"])
    told.mark_read(person, mine["id"])
    told.mark_read(person, mine["id"])
    with db.read() as tx:
        assert told.unread(tx, person) == 0
