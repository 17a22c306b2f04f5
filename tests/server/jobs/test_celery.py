"""Celery is woken and does what is due; without its broker the work is done all the same."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from server import clock, db, pool
from server.config import Config
from server.jobs.celery_app import Waker, make
from server.models import jobs
from tests.office import Office
from tests.server.work.helpers import open_item, rows

NOWHERE = "redis://127.0.0.1:1/0"


def just_due() -> Any:
    return clock.frozen(clock.now() + timedelta(days=3, seconds=2))


def in_four_days() -> Any:
    return clock.frozen(clock.now() + timedelta(days=4))


def wait_until_done() -> None:
    for _ in range(500):
        if rows(jobs, kind="timer", status="done"):
            return
        time.sleep(0.02)


def test_the_waker_sends_one_wake_up_without_content(office: Office) -> None:
    office.start("watch")
    app = make(Config())
    with just_due():
        Waker(app, tick=60).look()
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue("engine").get(timeout=10)
    assert message.headers["task"] == "server.jobs.engine"
    assert message.payload[:2] == [[], {}]
    assert message.headers["expires"] is not None
    assert rows(jobs, kind="timer")[0]["status"] == "due"


def test_what_the_pool_does_not_take_the_waker_does_itself(office: Office) -> None:
    office.start("watch")
    waker = Waker(make(Config()), tick=60)
    with just_due():
        waker.look()
        assert rows(jobs, kind="timer")[0]["status"] == "due"
    with clock.frozen(clock.now() + timedelta(days=3, seconds=10)):
        waker.look()
    assert open_item("inspect")


def test_a_pool_waits_for_its_broker_however_long() -> None:
    assert make(Config()).conf.broker_connection_max_retries is None
    assert make(Config()).conf.broker_connection_retry


def test_without_a_broker_the_waker_does_the_work_itself(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.start("watch")
    with just_due():
        Waker(make(Config(broker_url=NOWHERE)), tick=60).look()
    assert open_item("inspect")
    assert "the broker is away" in caplog.text


def test_many_wake_ups_do_the_work_once(office: Office) -> None:
    office.start("watch")
    app = make(Config())
    with in_four_days():
        for _ in range(5):
            app.tasks["server.jobs.engine"].apply()
            app.tasks["server.jobs.outside"].apply()
    assert [job["attempts"] for job in rows(jobs, kind="timer")] == [1]


def test_the_waker_looks_until_it_is_stopped(office: Office) -> None:
    office.start("watch")
    with in_four_days():
        waker = Waker(make(Config(broker_url=NOWHERE)), tick=0.02)
        waker.start()
        wait_until_done()
        waker.stop()
    assert open_item("inspect")


def test_a_database_that_is_away_does_not_end_the_waker(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(db, "_bound", {})
    Waker(make(Config()), tick=60).look()
    assert "could not do its work" in caplog.text


def test_each_process_of_the_pool_opens_its_own_database(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_bound", {})
    monkeypatch.setattr(pool, "settings", Config(data_dir=tmp_path))
    pool.open_process()
    assert str(db.engine().url).endswith("guicheng.sqlite")
    db.engine().dispose()
