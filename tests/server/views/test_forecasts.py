"""推演 on the pages: in a process of its own, nothing changed, nothing sealed told."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server import db
from server.errors import NotAllowed, Refused, TooMany
from server.models import cases, jobs, journal
from server.views import apart, forecasts
from server.work import access
from server.work.people import Membership, Person
from tests.server.views.conftest import Visit, Visitor


@pytest.fixture
def address(visit: Visit, applicant: Visitor) -> str:
    with db.read() as tx:
        return f"/cases/{tx.execute(select(cases.c.id)).scalar_one()}/forecast"


def everything() -> list[Any]:
    with db.read() as tx:
        return [tx.execute(select(table)).all() for table in (cases, journal, jobs)]


def test_before_it_runs_the_page_asks_for_assumptions(applicant: Visitor, address: str) -> None:
    page = applicant.get(address).text
    assert "延期6个月" in page and "开始推演" in page and "项须办事项" not in page


def test_a_forecast_tells_duties_dates_and_files_and_changes_nothing(
    applicant: Visitor, address: str
) -> None:
    before = everything()
    query = f"{address}?run=1&assume=extended&assume=%3Cb%3E&years=5"
    page = applicant.get(query).text
    for words in ("编制申报材料", "云岭碳基材料研究院", "审核推荐", "SX-13.2", "延期6个月"):
        assert words in page
    text = applicant.get(f"{query}&format=csv").text
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    days = [row["日期"] for row in rows]
    assert days == sorted(days) and len(days) > 4
    calendar = applicant.get(f"{query}&format=ics")
    assert calendar.content_type == "text/calendar; charset=utf-8"
    assert calendar.text.count("BEGIN:VEVENT") == sum(bool(row["法定期限"]) for row in rows)
    assert not re.search(r"undertaker|authority", page.split("<table")[1])
    assert everything() == before


def test_what_several_do_on_one_day_is_one_line(app: Flask) -> None:
    with app.test_request_context():
        line = forecasts._plain(date(2026, 1, 1), "独立评审")
        assert [one["what"] for one in forecasts._at_once([line, dict(line)])] == [
            "独立评审（2 人）"
        ]


def test_numbers_out_of_bounds_are_brought_back(
    applicant: Visitor, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def refuse(config: object, *given: Any) -> None:
        seen.append(given[1:])
        raise Refused("停")

    monkeypatch.setattr(apart, "forecast", refuse)
    answer = applicant.get(f"{address}?run=1&years=99&pace=-4&assume=x")
    assert (answer.status_code, seen) == (422, [([], 10, 0)])


def test_while_one_runs_the_next_is_asked_to_wait(
    applicant: Visitor, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "WAIT_SECONDS", 0)
    with apart._one_at_a_time:
        assert applicant.get(f"{address}?run=1").status_code == 429


def test_what_the_forecast_refuses_is_said_and_a_fault_is_an_incident() -> None:
    told = apart._failure("Error: 没有这个办件\n")
    assert isinstance(told, Refused) and told.detail == "没有这个办件"
    assert isinstance(apart._failure("Traceback …"), RuntimeError)


def test_a_forecast_that_takes_too_long_is_ended(
    applicant: Visitor, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("guicheng", 60)

    monkeypatch.setattr(subprocess, "run", slow)
    answer = applicant.get(f"{address}?run=1")
    assert answer.status_code == 422 and "超过时限" in answer.text


# --- nothing sealed ------------------------------------------------------------------------------

CASE = {"regime": "shanxi"}


def someone(role: str) -> Person:
    return Person("p", "p", "p", memberships=(Membership("o", role, "shanxi"),))


def seat(status: str) -> dict[str, str]:
    return {"multi_instance": "review", "status": status, "instance_id": "run"}


@pytest.mark.parametrize("role", ["undertaker", "authority", "leader", "expert_panel"])
def test_nobody_has_a_forecast_while_a_panel_sits(role: str) -> None:
    with pytest.raises(NotAllowed):
        access.may_forecast(someone(role), CASE, {role}, [seat("open"), seat("completed")], {"run"})


def test_an_applicant_waits_for_the_end_of_the_procedure() -> None:
    given = (CASE, {"undertaker"}, [seat("completed")])
    with pytest.raises(NotAllowed):
        access.may_forecast(someone("undertaker"), *given, {"run"})
    access.may_forecast(someone("undertaker"), *given, set())
    access.may_forecast(someone("authority"), CASE, {"authority"}, [seat("completed")], {"run"})


def test_a_busy_forecast_is_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WAIT_SECONDS", 0)
    with apart._one_at_a_time, pytest.raises(TooMany):
        apart.forecast(None, "", (), 1, 1)  # type: ignore[arg-type]
