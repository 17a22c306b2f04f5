"""The verdict of an acceptance and the establishment."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

DELIVERED = date(2025, 7, 31)
DEFECTS = [{"defect_content": "标准数量不足", "defect_basis": "申报方案"}]
BOTH = [{"invited_role": "industry_authority"}, {"invited_role": "municipal_authority"}]


def office(regime: str, day: date = DELIVERED) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


def judge(regime: str, verdict: str, **given: object) -> Any:
    known = {
        "review_stage": "acceptance",
        "acceptance_failures": 0,
        "acceptance_verdict": verdict,
        "verdict_received_on": DELIVERED,
        "acceptance_applied_on": date(2025, 6, 2),
        "defects": DEFECTS,
        "invitations": BOTH,
    }
    return office(regime).ask("acceptance.check_verdict", **known | given)


def refusal(error: pytest.ExceptionInfo[Refusal]) -> tuple[str, tuple[str, ...]]:
    return error.value.code, error.value.clauses


class TestVerdict:
    @pytest.mark.parametrize("regime", ["national", "shanxi", "jiangxi"])
    def test_a_pass_leaves_nothing_to_rectify(self, regime: str) -> None:
        found = judge(regime, "pass")
        assert found["acceptance_failures"] == 0
        assert found["open_defects"] == []
        assert found["ground"] is None
        assert found["acceptance_pending"] is True
        assert found["rectification_due_on"] is None

    def test_six_months_from_delivery_roll_over_a_rest_day(self) -> None:
        found = judge("national", "rectify")
        assert found["rectification_due_on"] == date(2026, 2, 2)
        assert found["rectification_pending"] is True
        assert found["acceptance_pending"] is False
        assert found["open_defects"] == [
            {"number": 1, "content": "标准数量不足", "basis": "申报方案"}
        ]

    @pytest.mark.parametrize(
        ("regime", "stage", "ground"),
        [
            ("national", "acceptance", "acceptance_not_passed"),
            ("jiangxi", "acceptance_again", "acceptance_failed_again"),
        ],
    )
    def test_where_nothing_can_be_rectified_the_acceptance_stays_pending_for_the_decision(
        self, regime: str, stage: str, ground: str
    ) -> None:
        found = judge(regime, "not_passed", review_stage=stage, defects=None)
        assert found["ground"] == ground
        assert found["acceptance_failures"] == 1
        assert found["acceptance_pending"] is True
        assert found["rectification_pending"] is False

    def test_a_second_failure_in_shanxi_is_for_the_authority_to_decide(self) -> None:
        found = judge(
            "shanxi", "not_passed", review_stage="acceptance_again", acceptance_failures=1
        )
        assert found["ground"] == "acceptance_failed_again"
        assert found["acceptance_failures"] == 2
        assert found["rectification_due_on"] == date(2026, 2, 2)

    def test_a_verdict_that_the_regime_does_not_have_is_refused(self) -> None:
        with pytest.raises(Refusal) as error:
            judge("shanxi", "rectify")
        assert refusal(error) == ("unknown_verdict", ("SX-20.2",))

    def test_the_verdict_is_that_of_the_experts(self) -> None:
        with pytest.raises(Refusal) as error:
            judge("jiangxi", "pass", panel_verdict="not_passed")
        assert refusal(error) == ("verdict_differs", ("JX-20.1",))

    def test_what_is_to_be_rectified_is_listed(self) -> None:
        with pytest.raises(Refusal) as error:
            judge("jiangxi", "not_passed", defects=[])
        assert refusal(error) == ("defects_missing", ("JX-20.3",))

    @pytest.mark.parametrize("day", [date(2025, 8, 1), date(2025, 6, 1)])
    def test_delivery_lies_between_application_and_today(self, day: date) -> None:
        with pytest.raises(Refusal) as error:
            judge("national", "pass", verdict_received_on=day)
        assert refusal(error) == ("delivery_date_wrong", ("GB-21.1",))


class TestInvitations:
    def test_without_them_shanxi_has_no_verdict(self) -> None:
        with pytest.raises(Refusal) as error:
            judge("shanxi", "pass", invitations=BOTH[:1])
        assert refusal(error) == ("not_invited", ("SX-8.4",))

    def test_absence_does_not_matter(self) -> None:
        absent = [each | {"attendance": "absent"} for each in BOTH]
        assert judge("shanxi", "pass", invitations=absent)["ground"] is None

    @pytest.mark.parametrize("regime", ["national", "jiangxi"])
    def test_elsewhere_nobody_has_to_be_invited(self, regime: str) -> None:
        assert judge(regime, "pass", invitations=None)["ground"] is None


def test_an_overdue_rectification_is_a_ground_of_its_own() -> None:
    assert office("jiangxi").ask("acceptance.report_overdue") == {"ground": "rectification_overdue"}


class TestEstablishment:
    def establish(self, regime: str, **given: object) -> Any:
        record = {"field_name": "碳基新材料", "field_name_en": "Carbon-based New Materials"}
        known = {
            "case": {"record": record},
            "established_on": DELIVERED,
            "verdict_received_on": DELIVERED,
            "filed_late": False,
        }
        return office(regime).ask("acceptance.establish", **known | given)

    @pytest.mark.parametrize(
        ("regime", "zh", "en"),
        [
            (
                "national",
                "国家技术标准创新基地（碳基新材料）",
                "National Technical Standard Innovation Base of Carbon-based New Materials",
            ),
            (
                "shanxi",
                "山西省技术标准创新基地（碳基新材料）",
                "Shanxi Technical Standard Innovation Base of Carbon-based New Materials",
            ),
            (
                "jiangxi",
                "国家技术标准创新基地（江西绿色生态碳基新材料中心）",
                (
                    "National Technical Standard Innovation Base of "
                    "Jiangxi Green Ecological Carbon-based New Materials"
                ),
            ),
        ],
    )
    def test_the_final_names_are_without_preparation(self, regime: str, zh: str, en: str) -> None:
        found = self.establish(regime)
        assert (found["base_name_zh"], found["base_name_en"]) == (zh, en)
        assert found["established_on"] == DELIVERED
        assert found["acceptance_pending"] is False

    def test_it_is_not_approved_tomorrow(self) -> None:
        with pytest.raises(Refusal) as error:
            self.establish("shanxi", established_on=date(2025, 8, 1))
        assert refusal(error) == ("date_in_future", ("SX-20.3",))

    def test_it_is_not_approved_before_the_verdict(self) -> None:
        with pytest.raises(Refusal) as error:
            self.establish("shanxi", established_on=date(2025, 7, 30))
        assert refusal(error) == ("before_verdict", ("SX-20.3",))

    def test_a_late_application_needs_a_reason_to_be_approved(self) -> None:
        with pytest.raises(Refusal) as error:
            self.establish("jiangxi", filed_late=True)
        assert refusal(error) == ("late_reason_missing", ("JX-20.2",))
        late = self.establish("jiangxi", filed_late=True, late_grant_reason="因疫情推迟")
        assert late["established_on"] == DELIVERED
