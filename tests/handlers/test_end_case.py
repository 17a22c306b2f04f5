"""The decision that ends a case, or does not."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

DAY = date(2026, 9, 1)
RECORD = {
    "base_name_zh": "某基地",
    "construction_end": DAY,
    "acceptance_failures": 0,
    "assessment_grade": "不合格",
}


def office(regime: str) -> Office:
    return Office(regime, datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=SHANGHAI))


def basis(regime: str, ground: str, state: str = "in_construction") -> Any:
    case = {"state": state, "record": RECORD}
    return office(regime).ask("end_case.assemble_basis", case=case, ground=ground)


def decide(regime: str, ground: str, decision: str, **given: object) -> Any:
    ending = basis(regime, ground)["ending"]
    known = {"ending": ending, "ground": ground, "proposed_on": DAY, "case_decision": decision}
    known |= {"decision_reason": "经研究决定。", "case": {"state": "in_construction"}}
    return office(regime).ask("end_case.check_decision", **known | given)


def refusal(error: pytest.ExceptionInfo[Refusal]) -> tuple[str, tuple[str, ...]]:
    return error.value.code, error.value.clauses


class TestBasis:
    @pytest.mark.parametrize(
        ("regime", "ground", "state", "word", "final"),
        [
            ("national", "not_extended", "in_construction", "终止建设", "terminated"),
            ("national", "acceptance_not_passed", "acceptance_review", "终止建设", "terminated"),
            ("national", "violation", "formal_review", "不予批准", "not_approved"),
            ("national", "violation", "in_construction", "终止建设", "terminated"),
            ("national", "violation", "established", "撤销", "revoked"),
            ("shanxi", "period_over", "in_construction", "撤销", "revoked"),
            ("jiangxi", "acceptance_failed_again", "acceptance_review", "撤销", "revoked"),
        ],
    )
    def test_the_right_word_and_state_per_regime_and_phase(
        self, regime: str, ground: str, state: str, word: str, final: str
    ) -> None:
        ending = basis(regime, ground, state)["ending"]
        assert (ending["word"], ending["state"]) == (word, final)

    def test_it_tells_the_facts_on_record(self) -> None:
        told = basis("shanxi", "period_over")["basis_summary"].split("\n\n")
        assert told == ["**名称** 某基地", "**建设期届满** 2026-09-01", "**考核结果** 不合格"]

    def test_only_what_the_text_leaves_open_may_be_decided_otherwise(self) -> None:
        values = [each["value"] for each in basis("jiangxi", "period_over")["decision_choices"]]
        assert values == ["end", "late_filing"]
        strict = basis("jiangxi", "unfinished_after_extension")["decision_choices"]
        assert [each["label"] for each in strict] == ["撤销"]

    def test_a_ground_that_the_regime_does_not_know_is_a_fault(self) -> None:
        with pytest.raises(LookupError, match="evaluation_failed"):
            basis("shanxi", "evaluation_failed")


class TestAnotherState:
    def test_it_is_decided_anew_on_the_basis_of_that_state(self) -> None:
        case = {"state": "established", "record": RECORD}
        found = decide("national", "violation", "end", case=case)
        assert (found["basis_changed"], found["case_decision"]) == (True, None)
        assert (found["ending"]["word"], found["decision_choices"][0]["label"]) == ("撤销", "撤销")
        assert "ended_on" not in found

    def test_a_state_with_the_same_consequence_changes_nothing(self) -> None:
        case = {"state": "acceptance_review", "record": RECORD}
        found = decide("national", "not_extended", "end", case=case)
        assert (found["basis_changed"], found["ended_on"]) == (False, DAY)


class TestEnd:
    def test_it_ends_on_the_day_of_the_decision(self) -> None:
        found = decide("national", "not_extended", "end", decided_on=DAY)
        assert found == {
            "basis_changed": False,
            "ended_on": DAY,
            "ended_ground": "not_extended",
            "ended_clause": "GB-20.4",
        }

    @pytest.mark.parametrize("day", [date(2026, 8, 31), date(2026, 9, 2)])
    def test_not_before_it_was_submitted_and_not_tomorrow(self, day: date) -> None:
        with pytest.raises(Refusal) as error:
            decide("shanxi", "period_over", "end", decided_on=day)
        assert refusal(error) == ("decision_date_wrong", ("SX-6.3",))

    def test_a_violation_needs_the_statement_of_the_party(self) -> None:
        with pytest.raises(Refusal) as error:
            decide("national", "violation", "end")
        assert refusal(error) == ("statement_missing", ("GB-36.5",))
        assert decide("national", "violation", "end", party_statement="无异议")["ended_on"] == DAY


OVERDUE = {"rectification_due_on": "2026-08-31"}


class TestOverdue:
    def decide(self, state: str, **record: object) -> Any:
        case = {"state": state, "record": OVERDUE | record}
        return decide("jiangxi", "rectification_overdue", "end", case=case)

    def test_where_nothing_was_filed_in_time_it_ends(self) -> None:
        assert self.decide("rectifying_acceptance")["ended_on"] == DAY

    @pytest.mark.parametrize(
        ("state", "record"),
        [
            ("rectifying_acceptance", {"acceptance_pending": True}),
            ("acceptance_applied", {}),
            ("rectifying_acceptance", {"rectification_due_on": "2026-09-01"}),
        ],
    )
    def test_not_while_a_re_application_is_pending_or_may_still_be_filed(
        self, state: str, record: dict[str, object]
    ) -> None:
        with pytest.raises(Refusal) as error:
            self.decide(state, **record)
        assert refusal(error) == ("not_overdue", ("JX-7.3",))


class TestOtherwise:
    def test_a_late_filing_is_admitted_through_a_day_with_its_reason(self) -> None:
        found = decide("shanxi", "period_over", "late_filing", late_filing_until=DAY)
        assert found == {
            "basis_changed": False,
            "decide_again_on": DAY,
            "late_filing_until": DAY,
            "late_filing_reason": "经研究决定。",
        }

    def test_waiting_has_its_day_and_admits_nothing(self) -> None:
        found = decide("national", "conditions_lost", "wait", wait_until=date(2026, 12, 1))
        assert found["decide_again_on"] == date(2026, 12, 1)
        assert found["late_filing_until"] is None

    @pytest.mark.parametrize("day", [None, date(2026, 8, 31)])
    def test_a_day_in_the_past_or_none_is_refused(self, day: date | None) -> None:
        with pytest.raises(Refusal) as error:
            decide("jiangxi", "rectification_overdue", "late_refiling", late_filing_until=day)
        assert refusal(error) == ("day_missing", ("JX-7.3",))

    def test_rectifying_again_needs_no_day(self) -> None:
        found = decide("shanxi", "acceptance_failed_again", "rectify_again")
        assert found["decide_again_on"] is None

    def test_when_its_six_months_are_over_it_admits_a_late_re_application(self) -> None:
        over: dict[str, Any] = {"rectify_by": date(2026, 8, 31)}
        given = over | {"rectify_until": date(2026, 12, 31)}
        found = decide("shanxi", "acceptance_failed_again", "rectify_again", **given)
        assert found["late_filing_until"] == date(2026, 12, 31)
        assert found["late_filing_reason"] == "经研究决定。"
        with pytest.raises(Refusal, match="2026-08-31") as error:
            decide("shanxi", "acceptance_failed_again", "rectify_again", **over)
        assert refusal(error) == ("day_missing", ("SX-6.3",))

    def test_while_they_run_it_admits_nothing(self) -> None:
        given = {"rectify_by": DAY, "rectify_until": date(2027, 12, 31)}
        found = decide("shanxi", "acceptance_failed_again", "rectify_again", **given)
        assert found["late_filing_until"] is None

    def test_where_the_text_decides_there_is_no_other_way(self) -> None:
        with pytest.raises(Refusal) as error:
            decide("national", "extension_denied", "late_filing", late_filing_until=DAY)
        assert refusal(error) == ("decision_not_open", ("GB-20.4",))
