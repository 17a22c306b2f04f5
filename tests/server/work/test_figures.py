"""Figures over the cases a person may read, on each kind of database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from server import clock, db
from server.ids import new_id
from server.models import cases, deadlines, instances
from server.work.figures import figures
from tests.office import Office
from tests.server.work.helpers import fill

BEGUN = date(2026, 1, 1)


def add_date(used: int | None, allowed: int, milestone: str = "plan_filing") -> None:
    """A legal date of the only case; ``used`` days after its anchor it was met, if at all."""
    with db.transaction() as tx:
        case = tx.execute(select(cases.c.id)).scalar_one()
        row: dict[str, Any] = {
            "id": new_id(),
            "case_id": case,
            "instance_id": tx.execute(select(instances.c.id)).scalars().first(),
            "milestone": milestone,
            "title": "报送建设方案",
            "title_en": "filing of the plan",
            "kind": "within",
            "due_on": BEGUN + timedelta(days=allowed),
            "provisional": False,
            "anchor_on": BEGUN,
            "soft": False,
            "clause": "SX-16.2",
            "calendar_version": "",
            "proof": [],
            "met_on": None if used is None else BEGUN + timedelta(days=used),
            "status": "open" if used is None else "met",
        }
        tx.execute(insert(deadlines).values(row))


def test_everything_is_counted_within_what_one_may_read(office: Office) -> None:
    office.start()
    office.start()
    fill(office)
    told = figures(office["officer"])
    assert (told.totals["cases"], told.totals["opened"]) == (2, 2)
    assert sum(row["count"] for row in told.states) == 2
    assert sum(row["count"] for row in told.workload) == told.totals["steps"] > 2
    assert len(told.lives) == 2
    nothing = figures(office["stranger"])
    assert set(nothing.totals.values()) == {0}
    assert nothing.states == nothing.workload == nothing.used == nothing.lives == []


def test_a_regime_narrows_the_figures(office: Office) -> None:
    office.start()
    assert figures(office["officer"], "shanxi").totals["cases"] == 1
    assert figures(office["officer"], "national").totals["cases"] == 0


def test_days_used_stand_beside_days_allowed(office: Office) -> None:
    office.start()
    for used in (10, 20, 45):
        add_date(used, 30)
    (row,) = figures(office["officer"]).used
    assert (row["count"], float(row["used"]), float(row["allowed"])) == (3, 25.0, 30.0)
    assert (float(row["longest"]), row["late"]) == (45.0, 1)


def test_a_passed_date_is_overdue_and_a_near_one_due(office: Office) -> None:
    office.start()
    before = figures(office["officer"]).totals
    add_date(None, 30)
    with clock.frozen(BEGUN + timedelta(days=31)):
        assert figures(office["officer"]).totals["overdue"] == 1
    with clock.frozen(BEGUN + timedelta(days=24)):
        assert figures(office["officer"]).totals["week"] == before["week"] + 1


def test_a_closed_case_is_counted_by_state_and_not_as_open(office: Office) -> None:
    office.start()
    with db.transaction() as tx:
        tx.execute(update(cases).values(closed_at=clock.now()))
    told = figures(office["officer"])
    assert (told.totals["cases"], told.lives) == (0, [])
    assert sum(row["count"] for row in told.states) == 1
