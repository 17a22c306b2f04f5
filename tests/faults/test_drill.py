"""A lost office (small version): all of it comes back, and nothing is sent a second time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server import furnish
from server.config import Config
from server.jobs.outside import sender
from tests import databases
from tests.faults import drill


@pytest.fixture(autouse=True)
def ways() -> Iterator[None]:
    """The drill listens where the mail goes; afterwards all is as before."""
    before = dict(sender.WAYS)
    yield
    sender.WAYS.update(before)
    furnish(Config())


@pytest.mark.parametrize("kind", databases.KINDS)
def test_a_lost_office_comes_back_whole_and_sends_nothing_twice(kind: str) -> None:
    found = drill.on(kind, cases=12, megabytes=2)
    assert found["wrong"] == []
    assert found["sent_after_the_backup"] > 0
