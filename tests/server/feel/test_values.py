"""The doors from and to JSON."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

import pytest

from server.feel import FeelError, compile_expression, from_json, to_json
from server.feel.temporal import Months
from server.feel.values import from_host, from_iso


class Colour(StrEnum):
    RED = "red"


def test_every_kind_leaves_as_json() -> None:
    values = [Decimal("1.50"), Decimal("1E3"), date(2026, 11, 20), time(10, 30, tzinfo=UTC)]
    assert to_json(values) == [1.5, 1000, "2026-11-20", "10:30:00Z"]
    moment, months = datetime(2026, 11, 20, 10, 30, 0, 5000, tzinfo=UTC), Months(-14)
    assert to_json({"a": moment, "b": timedelta(hours=-36), "c": months}) == {
        "a": "2026-11-20T10:30:00.005Z",
        "b": "-P1DT12H",
        "c": "-P1Y2M",
    }
    assert to_json(compile_expression('[[1..5), (> @"P1D")]')({})) == ["[1..5)", "(P1D..)"]
    assert isinstance(to_json(Decimal("2.00")), int)


def test_a_function_and_a_number_too_large_cannot_leave() -> None:
    for text, code in (("function() 1", "value"), ("10 ** 400 + 0.5", "budget")):
        with pytest.raises(FeelError) as caught:
            to_json(compile_expression(text)({}))
        assert caught.value.code == code


def test_host_values_enter_as_feel_values() -> None:
    assert from_host((1, 0.1, float("nan"), Colour.RED)) == [
        Decimal(1),
        Decimal("0.1"),
        None,
        "red",
    ]
    assert type(from_host(Colour.RED)) is str
    assert from_host(True) is True


def test_a_context_needs_names_of_text() -> None:
    with pytest.raises(FeelError):
        from_host({1: 2})


@pytest.mark.parametrize(
    ("text", "type_ref", "value"),
    [
        ("2026-11-20", "date", date(2026, 11, 20)),
        ("2026-11-20", "string", "2026-11-20"),
        ("2026-11-20", None, "2026-11-20"),
        ("not a date", "date", "not a date"),
        ("P1D", "dayTimeDuration", timedelta(days=1)),
        ("P1Y", "years and months duration", Months(12)),
        ("10:30:00", "time", time(10, 30)),
        (5, "number", Decimal(5)),
    ],
)
def test_text_becomes_what_its_type_asks_for(
    text: object, type_ref: str | None, value: object
) -> None:
    assert from_json(text, type_ref) == value


def test_texts_of_iso_form_are_read_wherever_they_stand() -> None:
    assert from_iso({"a": ["2026-11-20", "标准"]}) == {"a": [date(2026, 11, 20), "标准"]}
