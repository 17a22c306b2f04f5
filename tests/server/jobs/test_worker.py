"""Jobs: timers, messages and failed steps are done once, late ones too; incidents are in words."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from server import clock, db
from server.errors import NotFound, Stale
from server.jobs import claims, daily, worker
from server.jobs.ticker import Ticker
from server.models import (
    cases,
    idempotency,
    instances,
    jobs,
    journal,
    records,
    subscriptions,
    work_items,
)
from server.work import worklist
from tests.office import Office, furnish
from tests.server.work.helpers import assert_intact, count, do, fill, open_item, review_all, rows

DAY = timedelta(days=1)


def later(days: float) -> Any:
    return clock.frozen(clock.now() + days * DAY)


def test_a_timer_fires_when_it_is_due_and_only_once(office: Office) -> None:
    office.start("watch")
    assert worker.drain() == 0
    with later(3.1):
        assert worker.drain() == 1
        assert worker.drain() == 0
    assert open_item("inspect")["status"] == "open"
    job = rows(jobs, kind="timer")[0]
    assert (job["status"], job["attempts"], job["lease_until"]) == ("done", 1, None)
    assert [entry["act"] for entry in rows(journal)] == ["start", "fire", "step", "step"]
    assert_intact()


def test_a_reminder_does_not_take_the_task_away(office: Office) -> None:
    office.start()
    fill(office)
    review_all(office)
    with later(30):
        assert worker.drain() == 1
    assert open_item("explain")["status"] == open_item("decide")["status"] == "open"
    answer = do(office["officer"], "decide", decision="approve")
    assert answer["ended"] is False
    assert do(office["officer"], "explain", explanation="材料较多")["ended"] is True


def test_a_timer_that_is_no_longer_needed_does_nothing(office: Office) -> None:
    office.start()
    fill(office)
    review_all(office)
    do(office["officer"], "decide", decision="approve")
    with later(30):
        assert worker.drain() == 0


def test_a_timer_claimed_before_its_task_was_done_changes_nothing(office: Office) -> None:
    office.start()
    fill(office)
    review_all(office)
    with later(30):
        job = claims.claim(claims.ENGINE)
        do(office["officer"], "decide", decision="approve")
        assert job is not None
        with pytest.raises(Stale):
            worker._perform(job)
    assert rows(work_items, element_id="explain") == []


def test_jobs_late_by_years_are_done_in_the_order_they_were_due(office: Office) -> None:
    starts = []
    for days in (2, 0, 1):
        with later(days):
            starts.append(office.start("watch")["case"])
    with later(1000):
        assert worker.drain() == 3
    watched = rows(journal, act="fire")
    scheduled = {entry["case_id"]: entry["detail"]["scheduled"] for entry in watched}
    assert sorted(starts, key=scheduled.__getitem__) == [starts[1], starts[2], starts[0]]
    assert_intact()


def test_a_message_of_the_case_reaches_who_waits_for_it(office: Office) -> None:
    office.start("notice")
    do(office["applicant"], "tell", explanation="已经贴出")
    assert rows(work_items, element_id="answer") == []
    assert worker.drain() == 1
    assert open_item("answer")["role"] == "authority"
    assert [row["message"] for row in rows(subscriptions)] == ["objection"]


def test_a_failed_step_is_tried_again_and_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.start()
    fill(office, mode="fail")
    monkeypatch.setattr(sys.modules["handlers.trial"], "MENDED", True)
    assert worker.drain() == 0
    with later(1):
        assert worker.drain() == 1
    assert len(rows(work_items, element_id="review", status="open")) == 3
    assert rows(jobs, kind="resume")[0]["status"] == "done"
    assert rows(records, kind="permit")[0]["data"]["number"] == "0001"
    assert_intact()


def use_up(office: Office) -> dict[str, Any]:
    office.start("watch", broken=True)
    for days in range(1, 40):
        with later(days):
            worker.drain()
    return rows(jobs, kind="resume")[0]


def test_a_step_that_always_fails_becomes_an_incident(office: Office) -> None:
    job = use_up(office)
    assert (job["status"], job["attempts"]) == ("dead", job["max_attempts"])
    assert "督办系统没有应答" in job["last_error"]
    assert rows(instances)[0]["status"] == "failed"
    assert rows(journal)[-1]["act"] == "incident"
    assert_intact()


def test_an_operator_has_an_incident_tried_again(office: Office) -> None:
    job = use_up(office)
    with pytest.raises(NotFound):
        worklist.retry(office["applicant"], job["id"])
    worklist.retry(office["operator"], job["id"])
    with pytest.raises(Stale):
        worklist.retry(office["operator"], job["id"])
    again = rows(jobs, kind="resume")[0]
    assert (again["status"], again["attempts"]) == ("due", 0)
    assert rows(instances)[0]["status"] == "running"
    assert worker.run_one() is True
    assert_intact()


def test_an_unknown_job_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        worklist.retry(office["operator"], "nothing")


# --- claims -------------------------------------------------------------------------------------


def test_a_leased_job_is_not_given_to_another(office: Office) -> None:
    office.start("watch")
    with later(4):
        assert claims.claim(claims.ENGINE) is not None
        assert claims.claim(claims.ENGINE) is None


def test_a_job_whose_worker_died_comes_back_after_the_lease(office: Office) -> None:
    office.start("watch")
    with later(4):
        lost = claims.claim(claims.ENGINE)
        assert lost is not None
    with later(4 + 1 / 24):
        assert worker.drain() == 1
        with pytest.raises(Stale):
            worker._perform(lost)
    job = rows(jobs, kind="timer")[0]
    assert (job["status"], job["attempts"]) == ("done", 2)
    assert len(rows(work_items, element_id="inspect")) == 1


def test_a_job_that_ends_its_worker_each_time_becomes_an_incident(office: Office) -> None:
    office.start("watch")
    tries = rows(jobs, kind="timer")[0]["max_attempts"]
    for number in range(tries):
        with later(4 + number):
            assert claims.claim(claims.ENGINE) is not None  # and its worker dies
    with later(4 + tries):
        assert worker.drain() == 1
    job = rows(jobs, kind="timer")[0]
    assert job["status"] == "dead"
    assert "Abandoned" in job["last_error"]
    assert rows(work_items, element_id="inspect") == []


def test_a_lease_taken_while_the_clock_was_ahead_holds_nothing_up(office: Office) -> None:
    office.start("watch")
    with later(9):
        assert claims.claim(claims.ENGINE) is not None  # and its worker dies, and the clock is set
    with later(4):
        assert claims.anything_due(claims.ENGINE)
        assert worker.drain() == 1
    assert len(rows(work_items, element_id="inspect")) == 1


def test_two_jobs_of_one_case_are_not_under_way_at_once(office: Office) -> None:
    office.start("watch")
    first = rows(jobs)[0]
    with db.transaction() as tx:
        tx.execute(insert(jobs).values(first | {"id": "second", "key": "second", "ref": "gone"}))
    with later(4):
        assert claims.claim(claims.ENGINE) is not None
        assert claims.claim(claims.ENGINE) is None


def test_a_case_that_somebody_works_on_is_passed_over(postgresql_database: Engine) -> None:
    office = furnish()
    office.start("watch")
    with later(4), postgresql_database.begin() as other:
        other.execute(select(cases.c.id).with_for_update())
        assert claims.claim(claims.ENGINE) is None
    with later(4):
        assert claims.claim(claims.ENGINE) is not None


def test_a_job_nobody_can_read_becomes_an_incident(office: Office) -> None:
    office.start("watch")
    with db.transaction() as tx:
        tx.execute(update(jobs).values(kind="message", payload={}, max_attempts=1))
    with later(4):
        assert worker.drain() == 1
    assert rows(jobs)[0]["status"] == "dead"


# --- housekeeping -------------------------------------------------------------------------------


def test_old_answers_are_swept_and_new_ones_kept(office: Office) -> None:
    office.start()
    do(office["applicant"], "fill", "old", summary="x", panel=[office["expert_1"].id])
    with later(8):
        do(office["expert_1"], "review", "new", opinion="同意")
        daily.plan()
        daily.plan()
        assert worker.drain(claims.OUTSIDE) == len(daily.KINDS)
    assert [row["key"] for row in rows(idempotency)] == ["new"]


def test_the_embedded_worker_does_what_is_due(office: Office) -> None:
    office.start("notice")
    ticker = Ticker(tick=0.05)
    ticker.start()
    do(office["applicant"], "tell", explanation="已经贴出")
    for _ in range(200):
        if rows(jobs, kind="message", status="done"):
            break
        time.sleep(0.02)
    ticker.stop()
    assert open_item("answer")
    assert count(jobs) == 1 + len(daily.KINDS)
