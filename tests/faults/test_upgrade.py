"""A few cases carried over an upgrade; ``make upgrade-drill`` takes five hundred."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
import zstandard

from server.engine import codec
from tests.faults import standing, upgrade
from tests.walk import ROOT, shipped

PATHS = [ROOT / f"processes/scenarios/{name}.yaml" for name in ("shanxi/PF-11", "jiangxi/PF-21")]


def test_cases_go_on_after_schema_and_states_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "UPGRADES", {})
    url = f"sqlite:///{tmp_path / 'upgrade.sqlite'}"
    told = upgrade.run(url, 4, 1, PATHS, lambda: ThreadPoolExecutor(2), clerks=1)
    assert told["wrong"] == []
    assert told["acts"] > 2
    assert told["reads"] > 0
    assert told["kinds"]["task"] > 0
    assert {name.split()[1] for name in told["formats_before"]} == {"0"}
    assert "running 0" not in told["formats_after"]


def test_cases_come_to_stand_at_each_wait_on_the_way() -> None:
    found = standing.halts(shipped(), PATHS, 100, 1)
    assert len({halt.path for halt in found}) == len(PATHS)
    assert len(found) > 4


def test_the_older_format_is_read_by_its_upgrade_only() -> None:
    body = [codec.FORMAT, "m", 0, ["", {}, []]]
    old = upgrade.aged(zstandard.compress(orjson.dumps(body)))
    read = orjson.loads(zstandard.decompress(old))
    assert read[0] == upgrade.OLD_FORMAT
    assert upgrade.renewed(read) == body
