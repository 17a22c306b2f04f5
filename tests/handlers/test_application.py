"""The rules of the application: rounds, conditions, numbers, names and periods."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

DAY = date(2025, 4, 1)


def office(regime: str, day: date = DAY) -> Office:
    return Office(regime, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI))


def refused(error: pytest.ExceptionInfo[Refusal]) -> tuple[str, tuple[str, ...]]:
    return error.value.code, error.value.clauses


UNIT = {"undertaker_id": "unit_a", "field_name": "竹产业"}


def begun(it: Office, **changes: object) -> Any:
    return it.ask("application.check_round", **(UNIT | changes))


def handed_in(it: Office, facts: dict[str, Any]) -> Any:
    return it.ask("application.check_eligibility", facts=facts)


class TestRound:
    @pytest.mark.parametrize("regime", ["national", "shanxi", "jiangxi"])
    def test_an_application_joins_the_latest_open_round(self, regime: str) -> None:
        it = office(regime).on_record("overall_plan", "guide", day=DAY)
        it.books.record("guide", {"number": "0002", "title": "第二批次", "effective_on": DAY})
        found = begun(it)
        assert (found["round_number"], found["round_title"]) == ("0002", "第二批次")
        assert found["round_closes_on"] is None

    def test_no_round_is_open_before_a_guide_or_after_its_closing_day(self) -> None:
        it = office("national")
        it.books.record(
            "guide",
            {
                "number": "0001",
                "title": "指南",
                "effective_on": date(2025, 1, 1),
                "closes_on": date(2025, 3, 31),
            },
        )
        with pytest.raises(Refusal) as error:
            begun(it)
        assert refused(error) == ("no_open_round", ("GB-9.1", "GB-11.1"))

    def test_the_closing_day_itself_is_open(self) -> None:
        it = office("national")
        guide = {"number": "0001", "title": "指南", "effective_on": DAY, "closes_on": "2025-04-01"}
        it.books.record("guide", guide)
        assert begun(it)["round_number"] == "0001"

    def test_a_guide_of_tomorrow_opens_nothing_today(self) -> None:
        it = office("national").on_record("guide", day=date(2025, 4, 2))
        with pytest.raises(Refusal, match="没有正在受理"):
            begun(it)

    def test_shanxi_wants_its_plan_first(self) -> None:
        it = office("shanxi").on_record("guide", day=DAY)
        with pytest.raises(Refusal) as error:
            begun(it)
        assert refused(error) == ("no_overall_plan", ("SX-6.2",))

    def test_a_regime_takes_nothing_before_its_first_day(self) -> None:
        it = office("jiangxi", date(2018, 6, 7)).on_record(
            "overall_plan", "guide", day=date(2018, 6, 1)
        )
        with pytest.raises(Refusal) as error:
            begun(it)
        assert refused(error) == ("not_in_force", ("JX-38.1",))


def shanxi_facts(**changes: object) -> dict[str, Any]:
    return {
        "legal_person": True,
        "registered_in_province": True,
        "standards_staff": True,
        "standards_kinds": ["local"],
        "no_incident": True,
        "last_incident_on": None,
        "supported": None,
    } | changes


class TestEligibility:
    def test_conditions_met_leave_only_what_people_judge(self) -> None:
        found = handed_in(office("shanxi"), shanxi_facts())
        assert found["eligible"] is True
        assert {row["criterion"] for row in found["eligibility"] if row["met"] is None} == {
            "support",
            "leading",
        }
        assert "牵头单位在本省境内注册登记（SX-11.1）：满足" in found["eligibility_summary"]
        assert "整体实力在本省行业内领先（SX-11.4）：须人工判断" in found["eligibility_summary"]

    @pytest.mark.parametrize(
        ("change", "clause"),
        [
            ({"registered_in_province": False}, "SX-11.1"),
            ({"legal_person": None}, "SX-11.1"),
            ({"standards_kinds": []}, "SX-11.3"),
            ({"no_incident": False, "last_incident_on": "2022-04-01"}, "SX-11.5"),
        ],
    )
    def test_a_hard_condition_not_met_refuses(self, change: dict[str, Any], clause: str) -> None:
        with pytest.raises(Refusal) as error:
            handed_in(office("shanxi"), shanxi_facts(**change))
        assert refused(error) == ("not_eligible", (clause,))

    def test_an_incident_before_the_three_years_does_not_bar(self) -> None:
        facts = shanxi_facts(no_incident=False, last_incident_on="2022-03-31")
        assert handed_in(office("shanxi"), facts)["eligible"]

    def test_a_condition_in_principle_is_left_to_the_reviewer(self) -> None:
        facts = {"legal_person": True, "supported": False}
        found = handed_in(office("national"), facts)
        assert found["eligible"] is False
        assert "得到行业部门或者地方政府的支持（GB-10.1）：不满足" in found["eligibility_summary"]


def numbered(it: Office, **changes: object) -> Any:
    variables = {
        "round_number": "0001",
        "undertaker_id": "unit_a",
        "undertaker_name": "甲",
        "field_name": "竹产业",
        "recommender_name": "某市人民政府",
    }
    return it.ask("application.number_case", **(variables | changes))["application_number"]


class TestNumber:
    def test_numbers_count_up_within_regime_and_year(self) -> None:
        it = office("jiangxi")
        assert numbered(it) == "JX申〔2025〕0001号"
        assert numbered(it, undertaker_id="unit_b") == "JX申〔2025〕0002号"

    def test_the_same_unit_and_field_cannot_be_recommended_twice_in_a_round(self) -> None:
        it = office("national")
        numbered(it)
        with pytest.raises(Refusal) as error:
            numbered(it, recommender_name="某部")
        assert refused(error) == ("already_submitted", ("GB-6.2", "GB-12.2"))

    @pytest.mark.parametrize(
        ("regime", "clauses"),
        [("national", ("GB-6.2", "GB-12.2")), ("shanxi", ("SX-13.1",)), ("jiangxi", ("JX-8.1",))],
    )
    def test_a_second_one_is_refused_at_its_start(
        self, regime: str, clauses: tuple[str, ...]
    ) -> None:
        it = office(regime).on_record("overall_plan", "guide", day=DAY)
        assert begun(it)
        numbered(it)
        with pytest.raises(Refusal) as error:
            begun(it, field_name="竹 产业")
        assert refused(error) == ("already_submitted", clauses)
        assert begun(it, field_name="储能") and begun(it, undertaker_id="unit_b")

    @pytest.mark.parametrize(
        ("office_id", "is_told"),
        [("unit_a", True), ("recommender_a", True), ("recommender_b", False), ("", False)],
    )
    def test_only_the_unit_and_its_recommender_are_told_who_submitted_it(
        self, office_id: str, is_told: bool
    ) -> None:
        it = office("national")
        numbered(it, recommender_id="recommender_a")
        actor = {"offices": [{"id": office_id, "name": "x"}] if office_id else []}
        with pytest.raises(Refusal) as error:
            numbered(it, actor=actor)
        told = str(error.value.reason)
        assert ("某市人民政府" in told, "国创申" in told or "0001号" in told) == (is_told, is_told)

    @pytest.mark.parametrize("written", ["竹 产业", "竹产业　", "\t竹产业"])
    def test_a_field_written_with_other_spaces_is_the_same_field(self, written: str) -> None:
        it = office("jiangxi")
        numbered(it)
        with pytest.raises(Refusal, match="同一单位同一领域"):
            numbered(it, field_name=written)

    def test_nothing_is_submitted_after_the_closing_day_of_its_round(self) -> None:
        it = office("national")
        guide = {"number": "0001", "title": "指南", "closes_on": "2025-04-01"}
        it.books.record("guide", guide | {"effective_on": date(2025, 3, 1)})
        assert numbered(it)
        it.now = it.now.replace(day=2)
        with pytest.raises(Refusal) as error:
            numbered(it, undertaker_id="unit_b")
        assert refused(error) == ("round_closed", ("GB-9.1",))

    def test_another_field_or_a_later_round_is_a_new_application(self) -> None:
        it = office("national")
        numbered(it)
        numbered(it, field_name="储能")
        assert numbered(it, round_number="0002").endswith("0003号")


class TestName:
    @pytest.mark.parametrize(
        ("regime", "zh", "en"),
        [
            (
                "national",
                "国家技术标准创新基地（竹产业）",
                "National Technical Standard Innovation Base of Bamboo Industry",
            ),
            ("shanxi", "山西省技术标准创新基地（竹产业）（筹）", ""),
            ("jiangxi", "国家技术标准创新基地（江西绿色生态竹产业中心）（筹）", ""),
        ],
    )
    def test_each_regime_names_the_base_under_construction(
        self, regime: str, zh: str, en: str
    ) -> None:
        asked = {"field_name": "竹产业", "field_name_en": "Bamboo Industry"}
        found = office(regime).ask("application.propose_name", **asked)
        assert found == {"base_name_zh": zh, "base_name_en": en}


def approved(regime: str, months: int, **changes: object) -> Any:
    variables = {"approved_on": DAY, "period_months": months} | changes
    return office(regime).ask("application.register_approval", **variables)


class TestApproval:
    @pytest.mark.parametrize(
        ("regime", "months", "end"),
        [
            ("national", 36, date(2028, 4, 1)),
            ("national", 24, date(2027, 4, 1)),
            ("shanxi", 36, date(2028, 4, 1)),
            ("jiangxi", 12, date(2026, 4, 1)),
        ],
    )
    def test_the_period_runs_from_the_day_of_approval(
        self, regime: str, months: int, end: date
    ) -> None:
        found = approved(regime, months)
        assert found == {
            "approved_on": DAY,
            "approval_received_on": DAY,
            "construction_end": end,
        }

    @pytest.mark.parametrize(
        ("regime", "months", "clause"),
        [("national", 37, "GB-16.2"), ("shanxi", 24, "SX-18.1"), ("jiangxi", 6, "JX-17.1")],
    )
    def test_another_period_is_refused(self, regime: str, months: int, clause: str) -> None:
        with pytest.raises(Refusal) as error:
            approved(regime, months, period_exception="  ")
        assert refused(error) == ("period_not_allowed", (clause,))

    def test_a_reason_admits_an_exception_only_where_the_rule_is_soft(self) -> None:
        assert approved("shanxi", 24, period_exception="任务简单。")["construction_end"]
        with pytest.raises(Refusal, match="筹建期为12个月，现填18个月。"):
            approved("jiangxi", 18, period_exception="任务较重。")

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"approved_on": date(2025, 4, 2)}, "date_in_future"),
            ({"approval_received_on": date(2025, 4, 2)}, "date_in_future"),
            ({"approval_received_on": date(2025, 3, 31)}, "delivered_early"),
            ({"notice_last_day": DAY}, "notice_running"),
            ({"approved_on": date(2025, 3, 9), "submitted_on": "2025-03-10"}, "approved_early"),
            (
                {"approved_on": date(2025, 3, 9), "opinion_formed_on": "2025-03-10"},
                "approved_early",
            ),
            ({"approved_on": date(2025, 3, 9), "studied_on": "2025-03-10"}, "approved_early"),
            ({"approved_on": date(2025, 3, 9), "objections_settled_on": DAY}, "approved_early"),
        ],
    )
    def test_days_that_cannot_be_are_refused(self, change: dict[str, Any], code: str) -> None:
        with pytest.raises(Refusal) as error:
            approved("national", 36, **change)
        assert error.value.code == code

    def test_delivery_may_follow_the_approval(self) -> None:
        found = approved("shanxi", 36, approved_on="2025-03-20", approval_received_on="2025-03-25")
        assert found["approval_received_on"] == date(2025, 3, 25)
