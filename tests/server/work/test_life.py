"""The life of a case: procedures begin, run side by side, end; dates and names move with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from server import clock, db
from server.errors import NotAllowed, NotFound, Refused, Stale
from server.jobs import worker
from server.models import (
    cases,
    deadlines,
    instances,
    jobs,
    journal,
    subscriptions,
    work_items,
)
from server.work import beginning, worklist
from server.work import desk as desks
from server.work.record import history, record_at
from tests.office import Office
from tests.server.work import life
from tests.server.work.helpers import assert_intact, count, do, open_item, rows

DAY = date(2026, 11, 20)
END = date(2028, 11, 20)


@pytest.fixture
def approved(office: Office) -> Iterator[Office]:
    """A case approved on DAY, with what its approval begins."""
    life.publish()
    with clock.frozen(DAY):
        office.start("approval")
        do(office["officer"], "approve")
        assert worker.drain() == 3
        yield office


def case() -> dict[str, Any]:
    return rows(cases)[0]


def running() -> list[str]:
    return sorted(row["process_id"] for row in rows(instances, status="running"))


def extend(office: Office, **data: Any) -> dict[str, Any]:
    given = {"field_name": "延期", **data}
    return worklist.start_procedure(office["applicant"], case()["id"], "extension", given)


def date_of(milestone: str) -> dict[str, Any]:
    return rows(deadlines, milestone=milestone)[0]


# --- what an approval begins --------------------------------------------------------------------


def test_an_approval_begins_the_procedures_that_the_regime_has(approved: Office) -> None:
    assert running() == ["construction", "planning"]
    told = [(entry["act"], entry["detail"].get("process")) for entry in rows(journal)]
    assert ("begin", "planning") in told
    assert ("passed_over", "elsewhere") in told
    assert open_item("file_plan")["organisation_id"] == approved.organisations["unit"]
    assert_intact()


def test_a_procedure_that_runs_already_is_not_begun_again(approved: Office) -> None:
    job = rows(jobs, kind="begin", ref="planning")[0]
    with db.transaction() as tx:
        worker.RUNNERS["begin"](tx, job)
    assert running() == ["construction", "planning"]


def test_one_that_runs_about_another_matter_is_begun_beside_it(office: Office) -> None:
    automatic = b'<zeebe:property name="starts" value="automatic"/>'
    apart = automatic + b'<zeebe:property name="once_per" value="approved_on"/>'
    life.publish(planning=life.PLANNING.replace(automatic, apart))
    with clock.frozen(DAY):
        office.start("approval")
        do(office["officer"], "approve")
        worker.drain()
        begun = rows(jobs, kind="begin", ref="planning")[0]
        same, other = begun["payload"], dict(begun["payload"], variables={"approved_on": None})
        for payload in (same, other, other):
            with db.transaction() as tx:
                worker.RUNNERS["begin"](tx, begun | {"payload": payload})
    assert running() == ["construction", "planning", "planning"]


def test_the_first_variables_of_a_begun_procedure_are_those_named(approved: Office) -> None:
    plan = open_item("file_plan")
    assert date_of("plan_filing")["anchor_on"] == DAY
    assert plan["due_on"] == date_of("plan_filing")["due_on"]


def test_dates_open_on_the_record_with_their_proof_and_whoever_owes_them(
    approved: Office,
) -> None:
    date_row = date_of("acceptance_application")
    assert (date_row["anchor_name"], date_row["anchor_on"]) == ("construction_end", END)
    assert (date_row["due_on"], date_row["role"]) == (date(2028, 8, 20), "undertaker")
    assert date_row["proof"]
    assert date_of("plan_filing")["role"] == "undertaker"


def test_a_date_that_the_regime_does_not_have_does_not_open(approved: Office) -> None:
    assert rows(deadlines, milestone="public_notice") == []


def test_a_procedure_that_meets_a_date_meets_it_that_day(approved: Office) -> None:
    do(approved["applicant"], "file_plan")
    assert {row["status"] for row in rows(deadlines)} == {"met"}
    assert date_of("acceptance_application")["met_on"] == DAY
    assert case()["record"]["regions"] == {"extension": "none", "plan": "filed"}


def test_an_anchor_that_has_no_day_is_refused_in_words(office: Office) -> None:
    missing = life.APPROVAL.replace(b"acceptance_application@construction_end", b"plan_filing@x")
    life.publish(approval=missing)
    office.start("approval")
    with pytest.raises(Refused) as refused:
        do(office["officer"], "approve")
    assert (refused.value.code, refused.value.detail) == (
        "no_date",
        "“plan_filing”的起算日“x”没有登记",
    )
    assert open_item("approve")


# --- started by a person ------------------------------------------------------------------------


def test_a_person_of_the_role_starts_a_procedure_in_the_case(approved: Office) -> None:
    answer = extend(approved)
    assert (answer["case"], answer["state"]) == (case()["id"], "in_construction")
    assert running() == ["construction", "extension", "planning"]
    assert case()["record"]["regions"]["extension"] == "requested"
    told = rows(journal, act="start")[-1]
    assert (told["element_id"], told["clauses"]) == ("extension_asked", ["SX-21.1"])
    assert_intact()


def test_it_is_refused_with_its_reason_when_it_is_not_the_time(approved: Office) -> None:
    extend(approved)
    with pytest.raises(Refused) as refused:
        extend(approved)
    assert (refused.value.code, refused.value.detail) == ("not_now", "已有延期申请。")
    assert refused.value.clauses == ("SX-21.1",)
    assert running().count("extension") == 1


@pytest.mark.parametrize(
    ("login", "process", "error"),
    [
        ("officer", "extension", NotAllowed),
        ("stranger", "extension", NotFound),
        ("applicant", "planning", NotFound),
        ("applicant", "approval", NotFound),
        ("applicant", "nothing", NotFound),
    ],
)
def test_nobody_else_starts_it_and_nothing_else_is_started(
    approved: Office, login: str, process: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        worklist.start_procedure(approved[login], case()["id"], process, {"field_name": "x"})
    with pytest.raises(NotFound):
        worklist.start_procedure(approved["applicant"], "nothing", "extension", {})


def test_a_repeated_start_in_a_case_starts_once(approved: Office) -> None:
    def start() -> dict[str, Any]:
        given, person = {"field_name": "延期"}, approved["applicant"]
        return worklist.start_procedure(person, case()["id"], "extension", given, "key-1")

    assert start() == start()
    assert running().count("extension") == 1


def test_the_case_offers_what_may_be_started_now_by_whom(approved: Office) -> None:
    def offered(login: str) -> list[str]:
        with db.read() as tx:
            desk = desks.of_case(tx, case()["id"], lock=False)
            return [row["process_id"] for row in beginning.startable_in(desk, approved[login])]

    assert offered("applicant") == ["extension"]
    assert offered("officer") == []
    extend(approved)
    assert offered("applicant") == []


# --- what moves and what ends -------------------------------------------------------------------


@pytest.fixture
def extended(approved: Office) -> Office:
    """An extension granted thirty days later."""
    extend(approved)
    with clock.frozen(DAY + timedelta(days=30)):
        do(approved["officer"], "grant")
        worker.drain()
    return approved


def test_a_grant_moves_every_date_that_hangs_on_the_end(extended: Office) -> None:
    moved = date_of("acceptance_application")
    assert (moved["anchor_on"], moved["due_on"]) == (date(2029, 5, 20), date(2029, 2, 20))
    (told,) = rows(journal, act="move")
    assert (told["detail"]["before"], told["detail"]["after"]) == ("2028-08-20", "2029-02-20")
    assert told["clauses"] == ["SX-20.1"]
    assert_intact()


def test_a_procedure_that_is_ended_leaves_nothing_open(extended: Office) -> None:
    planning = rows(instances, process_id="planning")[0]
    assert (planning["status"], planning["outcome"]) == ("cancelled", "cancelled")
    (item,) = rows(work_items, element_id="file_plan")
    assert item["status"] == "cancelled"
    assert date_of("plan_filing")["status"] == "void"
    with pytest.raises(Stale):
        worklist.complete(extended["applicant"], item["id"], item["version"], {})
    told = [entry["detail"]["process"] for entry in rows(journal, act="cancel")]
    assert told == ["planning"]


def test_what_ends_comes_before_what_begins(extended: Office) -> None:
    assert running() == ["construction", "listening"]
    assert count(subscriptions) == 1


def test_the_record_is_known_for_every_day(extended: Office) -> None:
    with db.read() as tx:
        before = record_at(tx, case()["id"], DAY + timedelta(days=29))
        after = record_at(tx, case()["id"], DAY + timedelta(days=30))
        earlier = record_at(tx, case()["id"], DAY - timedelta(days=1))
        days = [day for day, _ in history(tx, case()["id"])]
    assert (before["construction_end"], before["base_name_zh"]) == (END, "某基地（筹）")
    assert (after["construction_end"], after["base_name_zh"]) == (
        date(2029, 5, 20),
        "某某基地（筹）",
    )
    assert (before["regions"]["extension"], after["regions"]["extension"]) == (
        "requested",
        "granted",
    )
    assert earlier == {}
    assert days == [DAY, DAY, DAY + timedelta(days=30)]


# --- the end of a case --------------------------------------------------------------------------


@pytest.fixture
def revoked(extended: Office) -> Office:
    """The decision to revoke, on the day after the end."""
    with clock.frozen(END + timedelta(days=1)):
        assert worker.drain() == 1
        do(extended["officer"], "decide_end")
    return extended


def test_a_timer_set_before_keeps_its_day(extended: Office) -> None:
    with clock.frozen(END):
        assert worker.drain() == 0
    with clock.frozen(END + timedelta(days=1)):
        assert worker.drain() == 1
    assert open_item("decide_end")["role"] == "authority"


def test_a_final_state_ends_every_other_procedure_and_voids_its_dates(revoked: Office) -> None:
    assert (case()["state"], case()["moves"]) == ("revoked", ["in_construction", "revoked"])
    assert case()["closed_at"] is not None
    with clock.frozen(END + timedelta(days=1)):
        assert worker.drain() == 1
    assert running() == []
    assert rows(work_items, status="open") == []
    assert count(subscriptions) == 0
    assert rows(deadlines, status="open") == []
    assert {job["kind"] for job in rows(jobs, status="due")} == {"tell"}
    closed = case()["closed_at"]
    assert clock.civil_day(closed) == END + timedelta(days=1)
    assert_intact()


def test_nothing_is_started_or_begun_after_the_end(revoked: Office) -> None:
    with pytest.raises(Refused) as refused:
        extend(revoked)
    assert refused.value.code == "case_over"
    job = rows(jobs, kind="begin", ref="planning")[0]
    with db.transaction() as tx:
        worker.RUNNERS["begin"](tx, job)
    assert rows(journal, act="passed_over")[-1]["detail"]["why"] == "办件已经终结"


def test_what_is_still_open_at_the_end_cannot_be_done(approved: Office) -> None:
    with clock.frozen(END + timedelta(days=1)):
        worker.drain()
        do(approved["officer"], "decide_end")
        item = open_item("file_plan")
        with pytest.raises(Stale):
            worklist.complete(approved["applicant"], item["id"], item["version"], {})
        worker.drain()
    assert rows(work_items, id=item["id"])[0]["status"] == "cancelled"


# --- a state to which the case cannot come ------------------------------------------------------


def test_a_move_the_law_does_not_have_becomes_an_incident(office: Office) -> None:
    wrong = life.APPROVAL.replace(b'value="in_construction"', b'value="established"')
    life.publish(approval=wrong)
    office.start("approval")
    answer = do(office["officer"], "approve")
    assert (answer["fault"], answer["state"]) == (True, "application_drafting")
    fault = rows(journal, act="fault")[0]
    assert fault["element_id"] == "approved"
    assert "没有从“申报准备”到“已成立”的转换" in fault["detail"]["error"]
    for days in range(1, 40):
        with clock.frozen(clock.now() + timedelta(days=days)):
            worker.drain()
    assert rows(jobs, kind="resume")[0]["status"] == "dead"
    assert rows(instances)[0]["status"] == "failed"
    assert case()["state"] == "application_drafting"
