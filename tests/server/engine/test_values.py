"""What a variable of a case may be."""

from __future__ import annotations

from decimal import Decimal

import pytest

from server.engine.errors import BadValue
from server.engine.values import MAX_DEPTH, plain, plain_variables


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        object(),
        b"x",
        {1: 2},
        {"a": {2}},
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        "\ud800",
        {"\ud800": 1},
        nested(MAX_DEPTH + 1),
        lambda: 1,
        range(3),
    ],
)
def test_what_cannot_be_kept_is_named(value: object) -> None:
    with pytest.raises(BadValue, match="变量“v"):
        plain({"v": value}["v"], "v")


def test_the_place_of_a_bad_value_is_named() -> None:
    with pytest.raises(BadValue, match=r"papers\.list\[2\]"):
        plain_variables({"papers": {"list": [1, object()]}})


def test_a_copy_shares_nothing_with_the_original() -> None:
    original = {"a": [{"b": 1}]}
    copy = plain(original)
    original["a"][0]["b"] = 2
    assert copy == {"a": [{"b": 1}]}


def test_tuples_become_lists_and_whole_decimals_numbers() -> None:
    assert plain(("a", Decimal(3), Decimal("3.50"), 2**70)) == [
        "a",
        3,
        Decimal("3.50"),
        Decimal(2**70),
    ]
    assert type(plain(Decimal(3))) is int
