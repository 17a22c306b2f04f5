"""The demonstration's day is moved by an operator and by nobody else, forward only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from server import clock, create_app, db
from server.config import Config
from server.jobs import passing
from tests.server.views.conftest import TODAY, Visitor

DAY = "/demonstration/day"


@pytest.fixture(autouse=True)
def _days_of_the_demonstration(app: Flask) -> None:
    """The day on which the tests stand is the one that moves."""
    passing.use(app.config["GUICHENG"])


def move(visitor: Visitor, day: str) -> int:
    form = {"day": day, "csrf_token": visitor.token}
    return visitor.client.post(DAY, data=form, headers={"Accept": "text/html"}).status_code


def test_the_day_moves_and_everybody_stays_signed_in(visit: Callable[[str], Visitor]) -> None:
    operator, applicant = visit("shanxi_operator"), visit("shanxi_applicant")
    assert '<time datetime="2026-11-20">2026-11-20</time>' in applicant.get("/inbox").text
    assert move(operator, "2027-11-20") == 303
    assert clock.today() == date(2027, 11, 20)
    assert '<time datetime="2027-11-20">2027-11-20</time>' in applicant.get("/inbox").text


def test_a_restart_goes_on_where_time_had_got_to(
    app: Flask, visit: Callable[[str], Visitor]
) -> None:
    assert move(visit("shanxi_operator"), "2026-11-30") == 303
    assert move(visit("shanxi_operator"), "2026-12-01") == 303
    clock.use(lambda: clock.noon(TODAY))
    passing.use(app.config["GUICHENG"])
    assert clock.today() == date(2026, 12, 1)


@pytest.mark.parametrize("day", ["2026-11-20", "2025-01-01", "2033-01-01"])
def test_time_moves_forward_and_not_too_far(visit: Callable[[str], Visitor], day: str) -> None:
    assert move(visit("shanxi_operator"), day) == 422
    assert clock.today() == TODAY


@pytest.mark.parametrize("day", ["", "tomorrow", "2027-02-30", "0" * 5000])
def test_what_is_no_day_is_refused_in_words(visit: Callable[[str], Visitor], day: str) -> None:
    assert move(visit("shanxi_operator"), day) == 400


def test_nobody_else_moves_the_day(visit: Callable[[str], Visitor]) -> None:
    for login in ("shanxi_applicant", "shanxi_authority", "national_leader"):
        assert move(visit(login), "2027-01-01") == 403
    assert clock.today() == TODAY


def test_an_office_that_is_no_demonstration_has_no_such_control(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "real.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    app = create_app(Config(f"sqlite:///{path}", tmp_path, "only for tests, and long enough!"))
    assert not [rule for rule in app.url_map.iter_rules() if "demonstration" in rule.rule]
    with pytest.raises(passing.Refused):
        passing.until(clock.today() + timedelta(days=1))
    db.engine().dispose()
