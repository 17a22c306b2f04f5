"""Sentences that are kept as JSON and recalled."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import orjson
import pytest

from server.feel.sentence import Sentence, kept, recalled, told


@pytest.mark.parametrize(
    "given",
    [Decimal("12.50"), date(2026, 11, 28), timedelta(days=3), None, 7, 1.5, "甲", ["甲", "乙"]],
)
def test_a_sentence_comes_back_whatever_stands_in_it(given: object) -> None:
    inner = told("应为%(given)s", given=given)
    line = told("第1步：%(inner)s。", inner=inner)
    back = recalled(orjson.loads(orjson.dumps(kept(line))))
    assert isinstance(back, Sentence)
    assert back == line
    assert back.pattern == line.pattern
    found = back.given["inner"]
    assert isinstance(found, Sentence)
    assert found.pattern == inner.pattern
