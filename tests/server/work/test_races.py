"""Many people at the same moment: one winner, or everybody in turn; never two, never none."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from server import clock, db, models
from server.errors import Problem, Stale
from server.jobs import claims, worker
from server.models import cases, idempotency, jobs, journal, work_items
from server.work import desk as desks
from server.work import worklist
from server.work.people import tokens
from tests.office import REGIME, Office
from tests.server.work.helpers import FILLED, assert_intact, fill, open_item, review_all, rows

CLIENTS = 100


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Start all calls at the same moment; answers or problems, in the order of the calls."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def one(place: int) -> None:
        barrier.wait()
        try:
            results[place] = calls[place]()
        except Problem as problem:
            results[place] = problem

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_a_hundred_clients_one_completes_the_item(office: Office) -> None:
    office.start()
    item, data = open_item("fill"), FILLED | {"panel": [office["expert_1"].id]}
    people = [office["applicant"], office["colleague"]]

    def call(number: int) -> Callable[[], Any]:
        person = people[number % 2]
        return lambda: worklist.complete(person, item["id"], 1, data, f"key-{number}")

    results = at_once([call(number) for number in range(CLIENTS)])
    assert Counter(type(result) for result in results) == {dict: 1, Stale: CLIENTS - 1}
    assert len(rows(journal, act="complete")) == 1
    assert len(rows(work_items, element_id="review")) == 1
    assert len(rows(idempotency)) == 1
    assert_intact()


def test_eleven_experts_at_once_are_all_accepted_within_a_second(office: Office) -> None:
    took = [_panel_at_once(office, number) for number in range(3)]
    assert min(took) < 1, took  # the others may have met tests beside them
    assert len(rows(work_items, element_id="decide", status="open")) == 3
    assert [case["version"] for case in rows(cases)] == [13] * 3
    assert_intact()


def _panel_at_once(office: Office, number: int) -> float:
    """Seconds until the eleven experts of a new case have been accepted."""
    case = office.start()["case"]
    item = open_item("fill", case_id=case)
    panel = [expert.id for expert in office.experts]
    worklist.complete(office["applicant"], item["id"], 1, FILLED | {"panel": panel})
    found = rows(work_items, element_id="review", case_id=case)
    items = {item["assignee_id"]: item["id"] for item in found}

    def call(expert: Any) -> Callable[[], Any]:
        data, key = {"opinion": f"{expert.login} 同意"}, f"{expert.login} {number}"
        return lambda: worklist.complete(expert, items[expert.id], 1, data, key)

    began = time.monotonic()
    results = at_once([call(expert) for expert in office.experts])
    took = time.monotonic() - began
    assert [type(result) for result in results] == [dict] * 11
    return took


def test_a_thing_is_made_once_by_the_same_request_at_once(office: Office) -> None:
    made = at_once([lambda: tokens.create(office["officer"].id, "程序", "read", 9, "key")] * 8)
    assert len(rows(models.tokens)) == 1
    assert len({row["id"] for row, _ in made}) == 1
    assert len([token for _, token in made if token]) == 1


def test_the_same_request_sent_many_times_at_once_counts_once(office: Office) -> None:
    office.start()
    item, data = open_item("fill"), FILLED | {"panel": [office["expert_1"].id]}

    def call() -> Any:
        return worklist.complete(office["applicant"], item["id"], 1, data, "one key")

    results = at_once([call] * 20)
    assert all(result == results[0] for result in results)
    assert len(rows(journal, act="complete")) == 1


def test_the_same_start_sent_many_times_at_once_opens_one_case(office: Office) -> None:
    def call() -> Any:
        applicant, data = office["applicant"], {"field_name": "绿色生态"}
        return worklist.start_case(applicant, REGIME, "permit", "某基地", {}, data, "one key")

    results = at_once([call] * 8)
    assert {result["case"] for result in results} == {rows(cases)[0]["id"]}
    assert [case["number"][-4:] for case in rows(cases)] == ["0001"]


def test_cases_started_at_once_get_numbers_without_gap(office: Office) -> None:
    at_once([office.start] * 12)
    numbers = sorted(case["number"][-4:] for case in rows(cases))
    assert numbers == [f"{number:04}" for number in range(1, 13)]
    assert_intact()


def test_a_decision_and_a_timer_at_once_happen_in_some_order(office: Office) -> None:
    for _ in range(4):
        office.start()
        fill(office, size=1)
        review_all(office, size=1)
        item = open_item("decide")
        with clock.frozen(clock.noon(clock.today()).replace(year=2030)):
            at_once(
                [
                    lambda id=item["id"]: worklist.complete(
                        office["officer"], id, 1, {"decision": "approve"}
                    ),
                    worker.drain,
                    worker.drain,
                ]
            )
        assert not rows(jobs, status="due", kind="timer")
    assert len(rows(work_items, element_id="decide", status="completed")) == 4
    assert_intact()


def test_workers_share_the_jobs_and_do_each_once(office: Office) -> None:
    for _ in range(10):
        office.start("watch")
    with clock.frozen(clock.noon(clock.today()).replace(year=2030)):
        results = at_once([worker.drain] * 4)
    assert sum(results) == 10
    assert len(rows(work_items, element_id="inspect")) == 10
    assert {job["attempts"] for job in rows(jobs)} == {1}
    assert_intact()


def test_one_job_is_claimed_by_one_worker(office: Office) -> None:
    office.start("watch")
    with clock.frozen(clock.noon(clock.today()).replace(year=2030)):
        claimed = at_once([lambda: claims.claim(claims.ENGINE)] * 8)
    assert sum(job is not None for job in claimed) == 1


def test_who_waited_for_the_lock_sees_what_was_written_before(office: Office) -> None:
    office.start()
    item, person = open_item("fill")["id"], office["applicant"]
    locked, seen = threading.Event(), []

    def second() -> None:
        locked.wait()
        with db.transaction() as tx:
            seen.append(desks.of_item(tx, item, person.id))

    waiting = threading.Thread(target=second)
    waiting.start()
    with db.transaction() as tx:
        desks.of_item(tx, item, person.id)
        locked.set()
        time.sleep(0.2)
        tx.execute(update(work_items).values(version=7))
        tx.execute(update(cases).values(version=cases.c.version + 1))
    waiting.join()
    assert seen[0].item["version"] == 7
    assert seen[0].case["version"] == 2


def test_a_case_that_moves_while_an_item_is_handed_in_is_met_as_it_then_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL reads without the lock at first: what it writes must not rest on what was."""
    office.start()
    fill(office)
    first, second = office.experts[:2]
    item, other = (open_item("review", assignee_id=each.id) for each in (first, second))
    really, tries = worklist.submit, []

    def submit(desk: Any, *rest: Any) -> Any:
        tries.append(desk.case["version"])
        if desk.item["id"] == item["id"] and len(tries) == 1:
            at_once([lambda: worklist.complete(second, other["id"], 1, {"opinion": "同意"})])
        return really(desk, *rest)

    if db.engine().dialect.name == "postgresql":
        monkeypatch.setattr(worklist, "submit", submit)
    else:
        worklist.complete(second, other["id"], 1, {"opinion": "同意"})
    worklist.complete(first, item["id"], 1, {"opinion": "同意"}, "the one")
    done = rows(work_items, element_id="review", status="completed")
    assert {row["id"] for row in done} == {item["id"], other["id"]}
    assert len(rows(idempotency, key="the one")) == 1
    assert tries in ([], [2, 2, 3])
    assert_intact()
