"""Who comes beyond the places and the queue is told to come again, at once."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from flask import Flask

from server.views import admission
from server.views.admission import Door
from tests.server.views.conftest import PAGE


def test_a_place_is_taken_and_given_back() -> None:
    door = Door(1, 0)
    assert door.enter()
    assert not door.enter()
    door.leave()
    assert door.enter()


def test_whoever_waits_gets_the_place_that_becomes_free() -> None:
    door, entered = Door(1, 1), Event()
    assert door.enter()
    waiting = Thread(target=lambda: door.enter() and entered.set())
    waiting.start()
    door.leave()
    assert entered.wait(5)
    waiting.join()


def test_nobody_waits_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE", 0.01)
    door = Door(1, 1)
    assert door.enter()
    assert not door.enter()
    door.leave()
    assert door.enter()


@pytest.fixture
def full(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(Door, "enter", lambda self: False)
    return app


def test_a_full_office_says_so_in_words_and_when_to_come_again(full: Flask) -> None:
    answer = full.test_client().get("/sign-in", headers=PAGE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert answer.get_data(as_text=True) == "系统繁忙，请稍后再试"


def test_programs_are_told_as_a_problem(full: Flask) -> None:
    answer = full.test_client().get("/api/v1/user-tasks", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.get_json()["code"] == "busy"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_what_watches_the_office_is_always_answered(full: Flask, path: str) -> None:
    assert full.test_client().get(path).status_code == 200


def test_every_answer_gives_its_place_back(app: Flask) -> None:
    client = app.test_client()
    for path in ("/sign-in", "/nothing", "/inbox", "/portal/notices") * 5:
        assert client.get(path, headers=PAGE).status_code != 503
