"""For machines that watch: alive, ready, figures; requests have numbers; what operators see."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import insert

from server import clock, db, logs
from server.ids import new_id
from server.jobs import beats
from server.models import jobs
from tests.server.views.conftest import Visit, Visitor
from tests.server.views.test_objections import authority

__all__ = ["authority"]


def give_up(case: str) -> str:
    """A job of the case whose tries are used up."""
    row = {"id": new_id(), "kind": "render", "ref": "X", "key": "render:X", "payload": {}}
    tried = {"attempts": 5, "max_attempts": 5, "status": "dead", "last_error": "磁盘已满"}
    with db.transaction() as tx:
        tx.execute(insert(jobs).values(**row, **tried, case_id=case, run_at=clock.now()))
    return row["id"]


def test_alive_and_ready(visit: Visit) -> None:
    assert visit("").get("/healthz").get_json() == {"status": "ok"}
    assert visit("").get("/readyz").get_json() == {"status": "ok", "publication": 1}


def test_a_database_that_is_away_is_503_with_a_time_to_come_back(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = visit("")
    monkeypatch.setitem(db._bound, "read", db.connect("postgresql+psycopg://127.0.0.1:1/none"))
    answer = nobody.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_figures_count_what_is_due_and_what_was_given_up(visit: Visit, authority: Visitor) -> None:
    give_up(case_of(authority))
    beats.beat("worker@here:1")
    text = visit("").get("/metrics").text
    assert "guicheng_incidents 1.0" in text
    assert "guicheng_processes 1.0" in text
    assert re.search(r"guicheng_jobs_due [1-9]", text)
    assert 'route="/tasks/<item_id>/complete"' in text


def case_of(authority: Visitor) -> str:
    found = re.search(r'href="/cases/(\w+)"', authority.get("/cases").text)
    assert found
    return found[1]


def test_figures_need_the_token_where_there_is_one(app: Flask, visit: Visit) -> None:
    app.config["GUICHENG"] = replace(app.config["GUICHENG"], metrics_token="t" * 32)
    assert visit("").get("/metrics").status_code == 404
    right = {"Authorization": f"Bearer {'t' * 32}"}
    assert visit("").get("/metrics", **right).status_code == 200


def test_an_operator_reads_the_cause_and_has_it_tried_again(
    visit: Visit, authority: Visitor
) -> None:
    job = give_up(case_of(authority))
    operator = visit("national_operator")
    page = operator.get("/operations").text
    assert "磁盘已满" in page
    assert operator.post(f"/operations/{job}/retry").status_code == 303
    assert "磁盘已满" not in operator.get("/operations").text
    assert visit("shanxi_operator").post(f"/operations/{job}/retry").status_code == 404


def test_incidents_of_another_regime_are_not_shown(visit: Visit, authority: Visitor) -> None:
    give_up(case_of(authority))
    assert "磁盘已满" not in visit("shanxi_operator").get("/operations").text


def test_every_answer_has_the_number_of_its_request(visit: Visit) -> None:
    nobody = visit("")
    assert len(nobody.get("/sign-in").headers["X-Request-ID"]) == 16
    given = {"X-Request-ID": "abc-12345"}
    assert nobody.get("/sign-in", **given).headers["X-Request-ID"] == "abc-12345"
    hostile = {"X-Request-ID": 'x"; drop'}
    assert len(nobody.get("/sign-in", **hostile).headers["X-Request-ID"]) == 16


def test_a_line_says_which_request_and_who_and_nothing_that_was_typed(
    authority: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    case, lines = case_of(authority), logs.Lines()
    caplog.handler.setFormatter(lines)
    with caplog.at_level(logging.INFO, "server.requests"):
        authority.get(f"/cases/{case}?q=秘密")
    line = json.loads(caplog.text.splitlines()[-1])
    assert (line["path"], line["status"], line["case"]) == (f"/cases/{case}", 200, case)
    assert line["person"]
    assert line["request"]
    assert "秘密" not in caplog.text
