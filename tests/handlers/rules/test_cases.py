"""What a case has on record, however little that is."""

from datetime import date

import pytest

from handlers.rules.cases import construction_end, recorded, recorded_day, region


def test_a_case_without_a_record_has_nothing() -> None:
    assert recorded({}) == {}
    assert recorded_day({}, "approved_on") is None
    assert region({"record": {}}, "extension") == ""


def test_days_are_days_and_regions_are_words() -> None:
    case = {"record": {"construction_end": "2026-03-31", "regions": {"extension": "granted"}}}
    assert construction_end(case) == date(2026, 3, 31)
    assert region(case, "extension") == "granted"


def test_a_case_never_approved_has_no_end() -> None:
    with pytest.raises(LookupError, match="届满日"):
        construction_end({"record": {}})
