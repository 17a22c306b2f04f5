"""Which organisation, and whose people, a lane means."""

import pytest

from server.work import parties
from tests.walk import shipped


@pytest.mark.parametrize(
    ("regime", "role"),
    [("national", "sponsor"), ("shanxi", "undertaker"), ("jiangxi", "sponsor")],
)
def test_a_lane_that_is_an_office_under_another_name_has_its_people(regime: str, role: str) -> None:
    assert parties.acting(shipped(), regime, "acceptance_applicant") == role


@pytest.mark.parametrize("lane", ["authority", "expert_panel", "unknown", ""])
def test_every_other_lane_is_its_own_role(lane: str) -> None:
    assert parties.acting(shipped(), "shanxi", lane) == lane
