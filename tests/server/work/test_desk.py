"""The desk of an act."""

from __future__ import annotations

import pytest

from server import db
from server.work import desk
from tests.office import Office


def test_what_is_only_read_is_not_locked_on_either_database(office: Office) -> None:
    case = office.start()["case"]
    with db.read() as tx:
        assert desk.of_case(tx, case, lock=False).case["id"] == case
        with pytest.raises(RuntimeError, match="only read"):
            desk.of_case(tx, case)
