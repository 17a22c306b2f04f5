"""Extensions: when they may be asked for, how long they are, where the period then ends."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office


def office(regime: str, day: date) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


def asked(regime: str, day: date, end: str, **record: object) -> dict[str, Any]:
    case = {"record": {"construction_end": end, **record}}
    answer: dict[str, Any] = office(regime, day).ask("extension.check_filing", case=case)
    return answer


def refusal(regime: str, day: date, end: str, **record: object) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(Refusal) as error:
        asked(regime, day, end, **record)
    return error.value.code, error.value.clauses


class TestFiling:
    def test_the_first_and_the_last_day_of_the_window_are_in_time(self) -> None:
        for day in (date(2026, 5, 31), date(2026, 8, 31)):
            assert asked("national", day, "2026-08-31") == {
                "extension_requested_on": day,
                "extension_filed_late": False,
            }

    def test_before_the_window_it_is_returned_as_premature(self) -> None:
        assert refusal("national", date(2026, 5, 30), "2026-08-31") == ("premature", ("GB-20.1",))

    def test_a_window_that_ends_on_a_rest_day_is_open_to_the_next_working_day(self) -> None:
        sunday = "2027-02-28"
        assert asked("shanxi", date(2027, 3, 1), sunday)["extension_filed_late"] is False
        assert refusal("shanxi", date(2027, 3, 2), sunday) == ("too_late", ("SX-21.1",))

    def test_jiangxi_takes_late_applications_to_the_end_and_marks_them(self) -> None:
        end = "2026-03-31"
        assert asked("jiangxi", date(2026, 2, 28), end)["extension_filed_late"] is False
        assert asked("jiangxi", date(2026, 3, 31), end)["extension_filed_late"] is True
        assert refusal("jiangxi", date(2026, 4, 1), end) == ("too_late", ("JX-19.1",))

    def test_an_admitted_late_application_is_taken_to_the_day_named(self) -> None:
        admitted = {"late_filing_until": "2026-05-10"}
        assert asked("jiangxi", date(2026, 5, 10), "2026-03-31", **admitted)["extension_filed_late"]
        assert refusal("jiangxi", date(2026, 5, 11), "2026-03-31", **admitted)[0] == "too_late"

    def test_there_is_one_extension_only(self) -> None:
        found = refusal("national", date(2027, 6, 10), "2027-06-30", extension_count=1)
        assert found == ("already_extended", ("GB-20.4",))


def granted(regime: str, end: str, months: int, **changes: object) -> dict[str, Any]:
    known = {
        "case": {"record": {"construction_end": end}},
        "extension_months": months,
        "extension_granted_on": "2026-07-28",
        "extension_filed_late": False,
    }
    it = office(regime, date(2026, 7, 28))
    answer: dict[str, Any] = it.ask("extension.grant_extension", **known | changes)
    return answer


class TestGrant:
    def test_the_new_end_counts_from_the_old_one(self) -> None:
        assert granted("national", "2026-06-30", 12) == {
            "construction_end": date(2027, 6, 30),
            "original_construction_end": date(2026, 6, 30),
            "extension_months": 12,
            "extension_granted_on": date(2026, 7, 28),
            "extension_received_on": date(2026, 7, 28),
            "extension_count": 1,
            "late_filing_until": None,
        }

    @pytest.mark.parametrize(
        ("regime", "months", "clause"),
        [("national", 13, "GB-20.3"), ("shanxi", 7, "SX-21.2"), ("jiangxi", 7, "JX-19.3")],
    )
    def test_more_than_the_maximum_needs_a_reason(
        self, regime: str, months: int, clause: str
    ) -> None:
        with pytest.raises(Refusal) as error:
            granted(regime, "2026-06-30", months)
        assert (error.value.code, error.value.clauses) == ("extension_too_long", (clause,))
        with_reason = granted(regime, "2026-06-30", months, extension_exception="重大技术变更。")
        assert with_reason["extension_months"] == months

    def test_a_late_application_is_granted_with_a_reason_only(self) -> None:
        with pytest.raises(Refusal) as error:
            granted("jiangxi", "2026-07-31", 6, extension_filed_late=True)
        assert (error.value.code, error.value.clauses) == ("late_reason_missing", ("JX-19.2",))
        reason = {"extension_filed_late": True, "late_grant_reason": "关键设备到货延误。"}
        assert granted("jiangxi", "2026-07-31", 6, **reason)["construction_end"] == date(
            2027, 1, 31
        )

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"extension_granted_on": "2026-07-29"}, "date_in_future"),
            ({"extension_received_on": "2026-07-29"}, "date_in_future"),
            ({"extension_received_on": "2026-07-27"}, "delivered_early"),
        ],
    )
    def test_days_that_cannot_be_are_refused(self, changes: dict[str, object], code: str) -> None:
        with pytest.raises(Refusal) as error:
            granted("shanxi", "2026-07-31", 6, **changes)
        assert error.value.code == code
