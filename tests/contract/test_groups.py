"""Tests that share an office or a browser run on one worker; a runner that forgets it is slow."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("kept together")
def test_a_group_of_tests_stays_together(request: pytest.FixtureRequest, worker_id: str) -> None:
    alone = worker_id == "master"
    assert alone or request.node.nodeid.endswith("@kept together")
