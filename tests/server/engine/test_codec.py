"""What is stored comes back as it was, and nothing else is read."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import orjson
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.engine import codec, columns, runtime
from server.engine.errors import StateError
from server.engine.ports import Ports
from server.feel.temporal import Months

from .drawing import both, call, chain, diagram, each, end, start, sub, user
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


FIRST_FORMAT = """
[1,"4cce90c820a1",13,[null,{"p":["begin","s3"]},[["p",null,{"items":[
{"id":"e1","on":{"4cce90c820a1":["t","2026-01-01"]},"sum":{"4cce90c820a1":["n","1.50"]}},
{"id":"e2","on":{"4cce90c820a1":["t","2026-01-02"]},"sum":{"4cce90c820a1":["n","1.50"]}}],
"opened":{"4cce90c820a1":["t","2026-05-01"]},"found":[]},
[["bc28f80e6fcd44d6a5b0f3e4da20df01",-1,"Start",64,0,0,0],
["0927dbb02d204a39a838f7556462ca68",0,"begin",64,0,0,0],
["ebba047abd3942758d20f6a61a69441a",1,"inner",32,0,0,0]]],
["p#inner","ebba047abd3942758d20f6a61a69441a",null,
[["41fedff31de44aa8aceda9ea34165e18",-1,"Start",64,0,0,0],
["3341e5681b8841adad898230c4d2a700",0,"s3",64,0,0,0],
["2c4a61960c5d48009e5eeed5f44c80f9",1,"c",32,
{"next":3,"gone":0,"done":0,"out":[],"rest":[]},0,0],
["c103a07eb78f427797cbf5fa472462e9",2,"c [child]",16,{"open":1},{"loopCounter":1,"item":
{"id":"e1","on":{"4cce90c820a1":["t","2026-01-01"]},"sum":{"4cce90c820a1":["n","1.50"]}}},1],
["8bb01aa647e54cd797d7ca9a3d63011c",2,"c [child]",16,{"open":1},{"loopCounter":2,"item":
{"id":"e2","on":{"4cce90c820a1":["t","2026-01-02"]},"sum":{"4cce90c820a1":["n","1.50"]}}},1]]]]]]
"""
"""As it was written before tasks stood in columns."""


def test_a_state_of_the_first_format_goes_on_to_its_end() -> None:
    c = case(
        diagram(
            "p",
            start(),
            sub(
                "inner",
                start("s3"),
                user("c", each("= items", "item", "found", "= {by: item.id, on: item.on}")),
                end("e3"),
                chain("s3", "c", "e3"),
            ),
            end(),
            chain("begin", "inner", "done"),
        )
    )
    old = packed(orjson.loads(FIRST_FORMAT))
    assert runtime.variables(c.spec, old)["opened"] == date(2026, 5, 1)
    seen = runtime.local_variables(c.spec, old, "8bb01aa647e54cd797d7ca9a3d63011c")
    assert seen["item"] == {"id": "e2", "on": date(2026, 1, 2), "sum": Decimal("1.50")}
    for task in ("c103a07eb78f427797cbf5fa472462e9", "8bb01aa647e54cd797d7ca9a3d63011c"):
        outcome = runtime.complete(c.spec, old, task, {}, PORTS)
        old = outcome.state
        assert body_of(old)[0] == codec.FORMAT
    assert outcome.ended
    assert runtime.variables(c.spec, old)["found"] == [
        {"by": "e1", "on": date(2026, 1, 1)},
        {"by": "e2", "on": date(2026, 1, 2)},
    ]


SECOND_FORMAT = """
[2,"3e7e0891d107",7,[null,{"p":["begin"]},[["p",null,{"items":[
{"id":"e1","on":{"3e7e0891d107":["t","2026-01-01"]}},
{"id":"e2","on":{"3e7e0891d107":["t","2026-01-02"]}},
{"id":"e3","on":{"3e7e0891d107":["t","2026-01-03"]}}],
"found":[{"by":"e1","on":{"3e7e0891d107":["t","2026-01-01"]}}]},
[["3bad17e70fec46bc88bd1f7846d37670","e7d199bfac2a4b6d97e1ff730ba647b1",
"5f39b0beae8e4b1092e40c79c21925b2",2,3],[-1,0,1,2,2],["Start","begin","c","c [child]","c [child]"],
[64,64,32,16,16],[[0,0,1,2,2],[[["next","gone","done","out","rest"],[],[4],[0],[1],
[[[1,{"by":"e1","on":{"3e7e0891d107":["t","2026-01-01"]}}]]],[[]]],[["open"],[],[1,1]]]],
[[0,0,0,1,1],[[["loopCounter","item"],[],[2,3],[{"id":"e2","on":{"3e7e0891d107":
["t","2026-01-02"]}},{"id":"e3","on":{"3e7e0891d107":["t","2026-01-03"]}}]]]],[0,0,0,1,1]],
["items","found"],[],1]]]]
"""
ONE_BY_ONE = """
[2,"252e2c61baba",0,[null,{"p":["begin"]},[["p",null,{"items":["a","b","c"],"found":["a"]},
[["4de6987e85b948909107675c937724dd","985b08f6fcb64dd5baee41a38d4a9590",
"433ba584761a4776a2ca28468ffe1381",2],[-1,0,1,2],["Start","begin","c","c [child]"],[64,64,32,16],
[[0,0,1,2],[[["next","gone","done","out","rest"],[],[3],[0],[1],[[[1,"a"]]],[["c"]]],
[["open"],[],[1]]]],[[0,0,0,1],[[["loopCounter","item"],[],[2],["b"]]]],[0,0,0,1]],[],[],0]]]]
"""
"""As they were written before the list stood in one place; one item had been done of each."""


@pytest.mark.parametrize(
    ("written", "by", "found"),
    [(SECOND_FORMAT, "item.id", ["e1", "e2", "e3"]), (ONE_BY_ONE, "item", ["a", "b", "c"])],
    ids=["at once", "one by one"],
)
def test_a_panel_of_the_second_format_goes_on_to_its_end(
    written: str, by: str, found: list[str]
) -> None:
    many = each("= items", "item", "found", f"= {by}", one_by_one=written == ONE_BY_ONE)
    c = case(diagram("p", start(), user("c", many), end(), chain("begin", "c", "done")))
    body = orjson.loads(written)
    body[3][2][0][3][4][1][0][5][0] = [[1, found[0]]]  # what this diagram collects
    state = packed(body)
    while tasks := runtime.waiting(c.spec, state)[0]:
        state = runtime.complete(c.spec, state, tasks[0].id, {}, PORTS).state
    assert runtime.variables(c.spec, state)["found"] == found


def test_the_list_of_a_panel_is_stored_once() -> None:
    review = user("review", each("= experts", "expert", "opinions", "= expert.id"))
    c = case(diagram("p", start(), review, end(), chain("begin", "review", "done")))
    c.start(experts=[{"id": f"e{n}", "unit": "某研究院"} for n in range(9)])
    assert orjson.dumps(body_of(c.state)).count(b'"e8"') == 1
    c.take(runtime.add_instance(c.spec, c.state, "review", {"id": "e9", "unit": "某局"}, PORTS))
    assert len(c.variables["experts"]) == 9
    while c.open:
        c.do("review")
    assert c.variables["opinions"] == [f"e{n}" for n in range(10)]


def test_a_panel_keeps_its_list_when_the_variable_changes() -> None:
    review = user("review", each("= experts", "expert", "opinions", "= expert.id"))
    c = case(
        diagram(
            "p",
            start(),
            both("fork"),
            review,
            user("other"),
            both("join"),
            end(),
            chain("begin", "fork", "review", "join", "done"),
            chain("fork", "other", "join"),
        )
    )
    c.start(experts=[{"id": "e1"}, {"id": "e2"}])
    c.do("other", experts=[])
    c.do("review")
    c.do("review")
    assert c.variables["opinions"] == ["e1", "e2"]


MAPPINGS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.just(0) | MAPPINGS, max_size=30))
def test_mappings_are_unfolded_as_they_were(mappings: list[object]) -> None:
    back = columns.unfolded(columns.folded(mappings))
    assert back == mappings
    assert [list(one) for one in back if one] == [list(one) for one in mappings if one]


@pytest.mark.parametrize("count", [1, columns.MANY, 40])
def test_a_table_comes_back_whatever_is_in_it(count: int) -> None:
    spec = load(SIMPLE, process="p")
    rows = [{"id": f"e{n}", "in": {"on": date(2026, 1, 1), "n": n}} for n in range(count)]
    for table in (rows, [*rows, {"id": "other"}], [{}] * count, [*rows, 0]):
        state = runtime.start(spec, {"v": table}, PORTS).state
        assert runtime.variables(spec, state) == {"v": table}


def test_a_hundred_experts_fit_in_a_small_state() -> None:
    review = each("= experts", "expert", "opinions", "= {by: expert.id, opinion: opinion}")
    c = case(diagram("p", start(), user("review", review), end(), chain("begin", "review", "done")))
    c.start(experts=[{"id": secrets.token_hex(8), "name": f"专家{n}"} for n in range(100)])
    largest = len(c.state)
    while c.open:
        c.do("review", index=len(c.open) // 2, opinion="同意。")
        largest = max(largest, len(c.state))
    assert c.ended and largest < 3_000


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
