"""What is stored comes back as it was, and nothing else is read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.engine import codec, runtime
from server.engine.errors import StateError
from server.engine.ports import Ports
from server.feel.temporal import Months

from .drawing import call, chain, diagram, each, end, start, sub, user
from .walk import NOW, case, load

SIMPLE = diagram("p", start(), user("a"), end(), chain("begin", "a", "done"))
PORTS = Ports(now=NOW)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8")),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
    st.integers(-1200, 1200).map(Months),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


def body_of(state: bytes) -> list[object]:
    return orjson.loads(zstandard.ZstdDecompressor().decompress(state))


def packed(body: object) -> bytes:
    return zstandard.ZstdCompressor().compress(orjson.dumps(body))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(VALUES)
def test_every_value_comes_back_as_it_was(value: object) -> None:
    spec = load(SIMPLE, process="p")
    state = runtime.start(spec, {"v": value}, PORTS).state
    assert runtime.variables(spec, state) == {"v": value}


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 11, 20),
        datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
        time(9, 30),
        timedelta(days=1, seconds=2),
        Months(14),
        Decimal("0.10"),
        Decimal(2**70),
    ],
)
def test_types_json_does_not_have_are_kept(value: object) -> None:
    spec = load(SIMPLE, process="p")
    state = runtime.start(spec, {"v": [value]}, PORTS).state
    (back,) = runtime.variables(spec, state)["v"]
    assert back == value and type(back) is type(value)


def test_a_mark_seen_in_one_state_means_nothing_in_the_next() -> None:
    spec = load(SIMPLE, process="p")
    first = runtime.start(spec, {"on": date(2026, 1, 1)}, PORTS).state
    mark = body_of(first)[1]
    forged = {str(mark): ["t", "1999-01-01"]}
    state = runtime.start(spec, {"v": forged, "on": date(2026, 1, 1)}, PORTS).state
    assert runtime.variables(spec, state)["v"] == forged


def test_a_state_of_a_newer_version_is_refused() -> None:
    c = case(SIMPLE)
    c.start()
    body = body_of(c.state)
    body[0] = codec.FORMAT + 1
    with pytest.raises(StateError, match="升级"):
        runtime.variables(c.spec, packed(body))


def test_a_state_of_an_older_version_is_made_new_step_by_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    c = case(SIMPLE)
    c.start(x=1)
    body = body_of(c.state)

    def to_next(number: int):
        def upgrade(old: list[object]) -> list[object]:
            assert old[0] == number
            return [number + 1, *old[1:]]

        return upgrade

    monkeypatch.setattr(codec, "FORMAT", 3)
    monkeypatch.setattr(codec, "UPGRADES", {1: to_next(1), 2: to_next(2)})
    assert runtime.variables(c.spec, packed(body)) == {"x": 1}


@pytest.mark.parametrize(
    "state", [b"", b"x", b"\x28\xb5\x2f\xfd", packed({}), packed([]), packed(["1"])]
)
def test_what_is_no_state_is_refused(state: bytes) -> None:
    with pytest.raises(StateError):
        runtime.variables(load(SIMPLE, process="p"), state)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zstandard.ZstdCompressor().compress(b"[" + b"1," * 2_000_000 + b"1]")
    assert len(bomb) < 10_000
    with pytest.raises(StateError, match="过大"):
        runtime.variables(load(SIMPLE, process="p"), bomb)


def test_more_than_a_mebibyte_is_not_kept() -> None:
    c = case(SIMPLE)
    c.start()
    with pytest.raises(StateError, match="1024 KiB"):
        c.do("a", text="字" * 400_000)


def test_a_closed_sub_process_leaves_nothing_in_the_state() -> None:
    part = diagram("part", start("s2"), user("b"), end("e2"), chain("s2", "b", "e2"))
    inner = sub("inner", start("s3"), user("c"), end("e3"), chain("s3", "c", "e3"))
    c = case(
        diagram(
            "p",
            start(),
            call("ask", "part"),
            inner,
            user("last"),
            end(),
            chain("begin", "ask", "inner", "last", "done"),
        ),
        part,
    )
    c.start()
    assert len(body_of(c.state)[3][2]) == 2
    c.do("b", secret="x")
    c.do("c")
    assert len(body_of(c.state)[3][2]) == 1
    assert b"secret" not in orjson.dumps(body_of(c.state))


def test_variables_are_stored_once_however_many_tasks_see_them() -> None:
    c = case(
        diagram(
            "p", start(), user("a", each("= [1,2,3,4,5]", "i")), end(), chain("begin", "a", "done")
        )
    )
    c.start(title="国家技术标准创新基地")
    assert orjson.dumps(body_of(c.state)).count("国家技术标准创新基地".encode()) == 1


def test_a_usual_state_is_small() -> None:
    c = case(SIMPLE)
    c.start(application={"title": "基地", "unit": "某研究院", "fields": ["指标"] * 10})
    assert len(c.state) < 500
