"""The end of the period: when it is looked at, and on which ground a decision is asked for."""

from datetime import date
from typing import Any

import pytest

from tests.walk import Office


def case(**record: object) -> dict[str, Any]:
    return {"state": "in_construction", "record": record}


def expiry(regime: str, **record: object) -> date:
    answer = Office(regime).ask("construction.compute_expiry", case=case(**record))
    day = answer["expiry_on"]
    assert isinstance(day, date)
    return day


def test_the_decision_opens_the_day_after_the_period() -> None:
    assert expiry("national", construction_end="2026-08-31") == date(2026, 9, 1)


@pytest.mark.parametrize("regime", ["national", "shanxi"])
def test_it_waits_for_the_rolled_filing_day_where_filing_rolls(regime: str) -> None:
    assert expiry(regime, construction_end="2026-01-31") == date(2026, 2, 3)


def test_it_does_not_roll_where_filing_does_not() -> None:
    assert expiry("jiangxi", construction_end="2026-01-31") == date(2026, 2, 1)


def test_after_an_extension_the_new_end_counts() -> None:
    record = {"construction_end": "2026-09-30", "extension_count": 1}
    assert expiry("shanxi", **record) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("regime", "received", "day"),
    [
        ("jiangxi", "2026-04-28", date(2026, 5, 15)),
        ("shanxi", "2026-04-28", date(2026, 5, 15)),
        ("jiangxi", "2026-03-16", date(2026, 5, 1)),
    ],
)
def test_it_waits_for_the_filing_day_that_a_late_delivery_of_the_extension_gives(
    regime: str, received: str, day: date
) -> None:
    record = {"construction_end": "2026-04-30", "extension_count": 1}
    assert expiry(regime, **record, extension_received_on=received) == day


def test_an_admitted_late_filing_puts_it_off() -> None:
    record = {"construction_end": "2026-03-31", "late_filing_until": "2026-05-10"}
    assert expiry("jiangxi", **record) == date(2026, 5, 11)


def ground(regime: str, **record: object) -> tuple[str, str]:
    answer = Office(regime).ask("construction.find_ground", case=case(**record))
    return answer["ground"], answer["ground_clause"]


def test_nothing_filed_is_a_ground_of_its_own_in_the_national_text_only() -> None:
    assert ground("national") == ("not_extended", "GB-20.4")
    assert ground("shanxi") == ("period_over", "SX-6.3")
    assert ground("jiangxi") == ("period_over", "JX-7.3")


def test_a_denied_extension_is_a_ground_where_the_text_names_it() -> None:
    denied = {"regions": {"extension": "denied"}}
    assert ground("national", **denied) == ("extension_denied", "GB-20.4")
    assert ground("jiangxi", **denied) == ("period_over", "JX-7.3")


def test_unfinished_after_an_extension_is_the_ground_of_the_extension_article() -> None:
    found = {regime: ground(regime, extension_count=1)[1] for regime in ("shanxi", "jiangxi")}
    assert found == {"shanxi": "SX-21.3", "jiangxi": "JX-19.4"}


def test_a_regime_without_any_ground_is_a_fault_of_the_tables() -> None:
    with pytest.raises(LookupError):
        ground("jiangxi_base")


def test_a_case_that_was_never_approved_has_no_period() -> None:
    with pytest.raises(LookupError):
        expiry("national")
