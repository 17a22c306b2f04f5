"""A small nation: its law is whole, two bases live two years, and what is wrong is seen."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from server import clock, db
from server.law import checks
from server.law.catalogue import load
from server.models import cases, jobs
from tests.nation import invariants
from tests.nation.life import BEGIN, Plan, run
from tests.nation.provinces import PROVINCES, with_provinces
from tests.nation.running import shares, summed

JIANGXI = PROVINCES[1]
"""Modelled on the regime with the shortest time of construction."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = tmp_path_factory.mktemp("nation") / "province.sqlite"
    return path, run(JIANGXI, Plan(bases=2, years=2, seed=1), path)


def test_a_province_of_each_model_has_a_law_without_faults() -> None:
    made = load(with_provinces(PROVINCES[:3]))
    assert {one.regime for one in PROVINCES[:3]} < set(made.regimes)
    assert [each.sentence for each in checks.check(made) if each.severity == "error"] == []


def test_provinces_differ_in_model_numbers_and_seasons() -> None:
    assert len({(one.model, one.window, one.inspections) for one in PROVINCES}) > 20
    assert len({one.prefix for one in PROVINCES}) == len(PROVINCES)


def test_two_bases_live_two_years_and_nothing_is_wrong(
    lived: tuple[Path, dict[str, Any]],
) -> None:
    _, told = lived
    assert told["defects"] == []
    assert told["bases"] == 2
    assert told["acts"]["do_usually"] > 20
    assert told["timers"] > 0


def test_a_procedure_that_waits_for_nothing_is_seen(lived: tuple[Path, dict[str, Any]]) -> None:
    path, _ = lived
    db.bind(db.connect(f"sqlite:///{path}"))
    with clock.frozen(BEGIN.replace(year=BEGIN.year + 2)):
        assert invariants.wrong() == []
        with db.transaction() as tx:
            tx.execute(delete(jobs).where(jobs.c.kind == "timer", jobs.c.status == "due"))
            tx.execute(update(cases).values(closed_at=clock.now()))
        wrong = invariants.wrong()
    db.engine().dispose()
    assert any("waits for nothing" in each for each in wrong)
    assert any("is over" in each for each in wrong)


def test_the_figures_of_provinces_add_up() -> None:
    assert shares(10, 4) == [3, 3, 2, 2]
    one = {
        **dict.fromkeys(("bases", "procedures", "timers", "jobs", "daily", "bytes", "cpu"), 1),
        **{name: {"a": 1} for name in ("acts", "refused", "given_up", "states")},
        "regime": "x",
        "defects": ["wrong"],
    }
    total = summed([one, one])
    assert (total["bases"], total["acts"], total["defects"]) == (2, {"a": 2}, ["x wrong"] * 2)
