"""Acts of working together at the same moment as a completion, a withdrawal, a timer."""

from __future__ import annotations

import pytest

from tests.office import Office
from tests.server.work import pairs

ROUNDS = 2
RACED = [pair for pair in pairs.PAIRS if {pair[1], pair[2]} & set(pairs.AGAINST)]


@pytest.mark.parametrize("claimed", [True, False])
def test_two_acts_at_once_leave_what_one_order_leaves(office: Office, claimed: bool) -> None:
    pairs.people(office)
    for pair in RACED:
        if pair[0] == claimed:
            allowed = pairs.serial(office, pair)
            for _ in range(ROUNDS):
                assert pairs.at_the_same_time(office, pair) in allowed, pairs.name(pair)
