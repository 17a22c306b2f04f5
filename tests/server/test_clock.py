"""One clock: aware, in UTC, with the civil day of Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from server import clock, ids


def test_the_day_in_shanghai_begins_at_sixteen_utc() -> None:
    assert clock.midnight(date(2026, 11, 21)) == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert clock.civil_day(datetime(2026, 11, 20, 15, 59, tzinfo=UTC)) == date(2026, 11, 20)
    assert clock.civil_day(datetime(2026, 11, 20, 16, 0, tzinfo=UTC)) == date(2026, 11, 21)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_the_zone_of_the_machine_changes_nothing(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    with clock.frozen(datetime(2026, 12, 31, 16, tzinfo=UTC)):
        assert clock.today() == date(2027, 1, 1)


def test_the_clock_can_be_held_and_let_go() -> None:
    with clock.frozen(date(2031, 5, 6)):
        assert clock.today() == date(2031, 5, 6)
        assert clock.now() == clock.noon(date(2031, 5, 6))
    assert clock.now() - clock.machine() < timedelta(seconds=5)


def test_a_demonstration_stays_on_its_day_while_the_time_runs() -> None:
    source = clock.on(date(2025, 4, 1))
    first, second = source(), source()
    assert first <= second
    assert clock.civil_day(second) == date(2025, 4, 1)


def test_a_setting_names_a_day_or_a_moment_from_which_the_time_runs() -> None:
    assert clock.civil_day(clock.told("2025-04-01")()) == date(2025, 4, 1)
    source = clock.told("2026-12-21T23:59:30")
    begun = datetime(2026, 12, 21, 15, 59, 30, tzinfo=UTC)
    assert timedelta(0) <= source() - begun < timedelta(seconds=20)
    assert source() <= source()


def test_ids_are_unique_and_ordered_by_time() -> None:
    with clock.frozen(date(2026, 11, 20)):
        early = {ids.new_id() for _ in range(1000)}
    with clock.frozen(date(2026, 11, 21)):
        late = ids.new_id()
    assert len(early) == 1000
    assert max(early) < late
    assert {len(late)} == {len(i) for i in early} == {ids.LENGTH}
