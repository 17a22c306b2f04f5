"""A quick slice of ``make fuzz``, and that it sees what it is there to see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from server.views.api import fields
from tests.fuzz import calls, office

EXAMPLES = 1
OPERATIONS = 50
"""At least so many there are."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office.prepare(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.xdist_group("fuzz")
def test_the_api_keeps_its_document(prepared: Path, tmp_path: Path) -> None:
    login = office.ROLES[0]
    with office.opened(prepared, tmp_path) as app:
        found = calls.play(calls.load(app), office.token(login), office.known(login), EXAMPLES)
    assert not found.faults, "\n".join(found.faults)
    assert len(found.operations) > OPERATIONS and found.calls > OPERATIONS
    assert found.statuses[200] and found.statuses[422]


@pytest.mark.xdist_group("fuzz")
def test_what_is_accepted_against_the_document_is_seen(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def anything(self: fields.Shape, value: Any) -> Any:
        return value

    monkeypatch.setattr(fields.Shape, "__call__", anything)
    login = office.ROLES[0]
    with office.opened(prepared, tmp_path) as app:
        schema = calls.load(app).include(path_regex="/cases/search$")
        found = calls.play(schema, office.token(login), office.known(login), 40)
    assert found.faults
