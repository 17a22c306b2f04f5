"""A case run forward on a copy: dated duties, worst-case dates, and nothing changed."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from server import clock, db
from server.errors import NotFound
from server.models import journal
from server.rehearsal import machinery
from server.studio import simulation
from server.studio.scenarios import Unreadable, finding, stage, usual
from server.studio.scenarios.play import Play
from server.studio.scenarios.scenario import THE_CASE, steps_of
from server.studio.simulation import Forecast
from tests.walk import shipped

SIGNED = timedelta(simulation.PACE)
"""The application is filed on its last day; the sponsor's second officer signs it after that."""

BEGUN, PLAN_DUE = date(2025, 3, 31), date(2025, 6, 3)


@pytest.fixture
def case() -> Iterator[str]:
    """A centre in Jiangxi whose preparation has just begun, T = 2026-03-31."""
    habits = usual.of(shipped(), "jiangxi")
    steps = list(habits.expand(steps_of([{"on": BEGUN, "reach": "in_construction"}])))
    with stage.raised(shipped(), machinery(), usual.opening(steps)) as office:
        stage.put_on_record("jiangxi", stage.PREREQUISITES, clock.today())
        play = Play(shipped(), "jiangxi", habits, office)
        assert [problem for step in steps if (problem := play.attempt(step))] == []
        yield play.cases[THE_CASE]


def run(case: str, *given: str) -> Forecast:
    return simulation.forecast(machinery(), case, given)


def reached(told: Forecast, state: str) -> list[date]:
    return [day for day, name in told.states if name == state]


def test_everything_is_done_on_its_last_day(case: str) -> None:
    told = run(case)
    plan = next(duty for duty in told.duties if duty.procedure == "plan_filing")
    assert (plan.role, plan.due_on, plan.done_on) == ("sponsor", PLAN_DUE, PLAN_DUE)
    assert reached(told, "acceptance_applied") == [date(2026, 2, 28) + SIGNED]
    assert len(reached(told, "established")) == 1


def test_an_extension_and_a_rectification_move_the_end(case: str) -> None:
    plain, late = run(case), run(case, "extended", "rectified_once")
    assert reached(late, "acceptance_applied")[0] == date(2026, 8, 30) + SIGNED
    assert len(reached(late, "rectifying_acceptance")) == 1
    assert reached(late, "established")[0] > reached(plain, "established")[0]
    assert late.words == ("一切照常，最后一日办理", "延期6个月", "验收整改一次")


def test_dates_beyond_the_published_holidays_are_provisional(case: str) -> None:
    told = run(case, "extended", "rectified_once")
    again = next(duty for duty in told.duties if duty.procedure == "rectification" and duty.due_on)
    assert again.due_on and again.due_on.year == 2027
    assert again.provisional
    assert not any(duty.provisional for duty in told.duties if duty.procedure == "plan_filing")


def test_a_field_can_be_assumed(case: str) -> None:
    told = run(case, "extension_months=3", "extended", "extension_months=3")
    assert reached(told, "acceptance_applied") == [date(2026, 5, 30) + SIGNED]


def test_an_assumption_nobody_knows_is_refused(case: str) -> None:
    with pytest.raises(Unreadable, match="没有“blessed”这个假设；有 "):
        run(case, "blessed")


def test_the_case_itself_does_not_change(case: str) -> None:
    before, now = finding.case(case), clock.now()
    run(case, "extended")
    assert finding.case(case) == before
    assert (clock.now() - now).total_seconds() < 60
    with db.read() as tx:
        acts = tx.execute(select(journal.c.act).where(journal.c.case_id == case)).scalars()
        assert "simulate" not in set(acts)


def test_a_case_is_found_by_its_number(case: str) -> None:
    assert simulation.find(finding.case(case)["number"]) == case
    with pytest.raises(NotFound):
        simulation.find("nothing")


def test_the_sheet_and_the_calendar_tell_the_same_dates(case: str) -> None:
    told = run(case)
    sheet = list(csv.DictReader(io.StringIO(simulation.as_csv(told))))
    legal = [row for row in sheet if row["法定期限"]]
    calendar = simulation.as_calendar(told)
    assert calendar.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert calendar.count("BEGIN:VEVENT") == len(legal) >= 2
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    for row in legal:
        assert f"DTSTART;VALUE=DATE:{row['法定期限'].replace('-', '')}" in calendar
