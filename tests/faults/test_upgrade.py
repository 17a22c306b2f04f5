"""A few cases carried over an upgrade; ``make upgrade-drill`` takes five hundred."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import zstandard

from server.engine import codec
from tests.faults import standing, upgrade
from tests.walk import ROOT, shipped

PATHS = [ROOT / f"processes/scenarios/{name}.yaml" for name in ("shanxi/PF-11", "jiangxi/PF-21")]


def test_cases_go_on_after_schema_and_states_have_changed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'upgrade.sqlite'}"
    told = upgrade.run(url, 4, 1, PATHS, lambda: ThreadPoolExecutor(2), clerks=1)
    assert told["wrong"] == []
    assert told["acts"] > 2
    assert told["reads"] > 0
    assert told["kinds"]["task"] > 0
    assert {name.split()[1] for name in told["formats_before"]} == {"1"}
    assert "running 1" not in told["formats_after"]


def test_cases_come_to_stand_at_each_wait_on_the_way() -> None:
    found = standing.halts(shipped(), PATHS, 100, 1)
    assert len({halt.path for halt in found}) == len(PATHS)
    assert len(found) > 4


def test_the_older_format_is_read_by_its_upgrades_only() -> None:
    nodes = ["Start", "cast_ballot", "cast_ballot [child]"]
    internal = [[0, 1, 2], [[["items", "next"], [], ["voters"], [3]], [["open"], [], [1]]]]
    ids, own = ["0" * 31 + "1", "f" * 32, 2], [0, 0, {"note": "x"}]
    tasks = [ids, [-1, 0, 1], nodes, [64, 32, 16], internal, own, [0, 0, 1]]
    known = {"voters": ["a", "b"]}
    body = [codec.FORMAT, "m", 0, ["", {}, [["p", None, known, tasks, [], [], 0]]]]
    old = upgrade.aged(zstandard.compress(orjson.dumps(body)))
    read = orjson.loads(zstandard.decompress(old))
    assert read[0] == upgrade.OLD_FORMAT
    seen = {"note": "x", "loopCounter": 2, "voter": "b"}
    assert read[3][2][0][3][2] == ["0" * 31 + "1", 1, nodes[2], 16, {"open": 1}, seen, 1]
    for number in range(upgrade.OLD_FORMAT, codec.FORMAT):
        read = codec.UPGRADES[number](read)
    ids[2] = "0" * 31 + "1"
    internal[1][0] = [["next", "items"], [], [3], [[None, None]]]
    own[2] = seen
    assert orjson.loads(orjson.dumps(read)) == body
