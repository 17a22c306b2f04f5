"""Letting time pass: whatever falls due on the way happens at its own moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from server import clock
from server.config import Config
from server.jobs import passing
from server.models import journal
from tests.office import Office
from tests.server.work.helpers import open_item, rows

DAY = timedelta(days=1)


@pytest.fixture
def _demonstration(tmp_path: Path) -> Iterator[None]:
    passing.use(Config(data_dir=tmp_path, demonstration=True))
    with clock.following(clock.source()):
        yield
    passing.use(Config(data_dir=tmp_path))


@pytest.mark.usefixtures("_demonstration")
def test_a_timer_on_the_way_fires_at_its_own_moment(office: Office) -> None:
    start = clock.now()
    office.start("watch")
    passing.until(clock.today() + 400 * DAY)
    assert open_item("inspect")["status"] == "open"
    fired = next(entry for entry in rows(journal) if entry["act"] == "fire")
    assert fired["at"] - start < 3.1 * DAY
    assert clock.now() - start >= 400 * DAY


@pytest.mark.usefixtures("_demonstration")
def test_a_second_journey_goes_on_from_the_first() -> None:
    start = clock.today()
    for _ in range(3):
        passing.until(clock.today() + DAY)
    assert clock.today() == start + 3 * DAY


@pytest.mark.usefixtures("_demonstration")
def test_every_process_of_the_installation_follows(tmp_path: Path) -> None:
    another = passing.Shared(clock.machine, tmp_path / passing.FILE)
    assert another.by() == 0 * DAY
    for days in (2, 1):
        passing.until(clock.today() + days * DAY)
    assert another.by() == 3 * DAY
    assert clock.civil_day(another()) == clock.today()


@pytest.mark.usefixtures("_demonstration")
def test_a_journey_that_breaks_off_leaves_the_day_as_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = clock.today()
    office.start("watch")

    def fails(_: str) -> int:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr("server.jobs.worker.drain", fails)
    with pytest.raises(RuntimeError):
        passing.until(start + 400 * DAY)
    assert clock.today() == start
