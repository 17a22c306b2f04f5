"""A week without a worker (short version): each timer fires once, reminders come as one."""

from __future__ import annotations

import pytest

from tests import databases
from tests.faults import downtime


@pytest.mark.parametrize("kind", databases.KINDS)
def test_after_a_week_everything_due_happens_once_and_no_date_has_changed(kind: str) -> None:
    found = downtime.on(kind, timers=60)
    assert found["wrong"] == []
    assert found["fired"] == 60
