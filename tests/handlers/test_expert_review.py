"""The rules of the expert review: roster, recusal, seats, arithmetic, verdict."""

from datetime import date
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import Office

FIVE = [f"expert_{number}" for number in range(1, 6)]


def office(regime: str = "shanxi") -> Office:
    return Office(regime).on_record("panel_roster", day=date(2025, 1, 1))


class TestRoster:
    def test_a_regime_with_a_standing_panel_reviews_nothing_without_its_roster(self) -> None:
        with pytest.raises(Refusal) as error:
            Office("shanxi").ask("expert_review.check_panel")
        assert (error.value.code, error.value.clauses) == ("no_panel_roster", ("SX-6.4",))

    def test_a_regime_without_one_starts_at_once(self) -> None:
        opened = Office("national").ask("expert_review.check_panel")
        assert opened == {"panel_opinions": [], "panel_note": None}


def assign(it: Office, **changes: Any) -> Any:
    variables = {
        "proposed_experts": FIVE,
        "panel_leader": "expert_1",
        "panel_opinions": [],
        "undertaker_id": "unit_a",
    } | changes
    return it.ask("expert_review.assign_experts", **variables)


def code(it: Office, **changes: Any) -> str:
    with pytest.raises(Refusal) as error:
        assign(it, **changes)
    return error.value.code


class TestSeats:
    def test_five_experts_without_ties_are_seated(self) -> None:
        seats = assign(office())["experts"]
        assert [seat["id"] for seat in seats] == FIVE
        assert seats[0] == {"id": "expert_1", "name": "专家1", "organisation": "第1研究所"}

    def test_an_expert_named_twice_has_one_seat(self) -> None:
        assert len(assign(office(), proposed_experts=[*FIVE, "expert_1"])["experts"]) == 5

    @pytest.mark.parametrize("tied", ["expert_8", "expert_9"])
    def test_whoever_works_or_worked_for_the_applicant_is_refused(self, tied: str) -> None:
        assert code(office(), proposed_experts=[*FIVE, tied]) == "expert_conflict"

    @pytest.mark.parametrize(
        "case",
        [{"undertaker_id": "unit_a"}, {"record": {"applicant_id": "unit_a"}}],
        ids=["the unit that follows", "the applicant that went"],
    )
    def test_whoever_works_for_either_unit_of_a_case_is_refused(self, case: Any) -> None:
        tied = {"undertaker_id": "unit_b", "proposed_experts": [*FIVE, "expert_8"]}
        assert code(office(), case=case, **tied) == "expert_conflict"

    def test_the_employee_of_a_co_applicant_is_refused(self) -> None:
        partners = [{"partner_name": "第3研究所"}]
        assert code(office(), partners=partners) == "expert_conflict"

    def test_somebody_outside_the_pool_is_refused(self) -> None:
        assert code(office(), proposed_experts=[*FIVE, "nobody"]) == "unknown_expert"

    def test_somebody_outside_the_roster_is_refused(self) -> None:
        it = Office("shanxi")
        it.books.record("panel_roster", {"members": FIVE})
        assert code(it, proposed_experts=[*FIVE, "expert_6"]) == "not_on_roster"

    def test_a_roster_without_names_bars_nobody(self) -> None:
        it = Office("shanxi")
        it.books.record("panel_roster", {"number": "0001"})
        assert len(assign(it)["experts"]) == 5

    def test_a_regime_without_a_standing_panel_draws_on_the_whole_pool(self) -> None:
        assert len(assign(Office("national"))["experts"]) == 5

    def test_too_few_experts_are_refused(self) -> None:
        assert code(office(), proposed_experts=FIVE[:4]) == "too_few_experts"

    def test_the_leader_must_be_on_the_panel(self) -> None:
        assert code(office(), panel_leader="expert_6") == "leader_not_on_panel"

    def test_replacements_count_beside_the_valid_opinions(self) -> None:
        given = [{"expert": one, "void": one == "expert_1"} for one in FIVE]
        again = {"panel_opinions": given, "panel_leader": "expert_2"}
        assert len(assign(office(), proposed_experts=["expert_6"], **again)["experts"]) == 1
        assert code(office(), proposed_experts=["expert_2"], **again) == "already_reviewed"


def opinion(one: str, verdict: str | None, interest: str = "none") -> dict[str, object]:
    return {
        "expert": one,
        "name": one,
        "verdict": verdict,
        "reasons": "条件具备。",
        "changes": "补充经费。" if verdict == "pass_after_modification" else None,
        "interest": interest,
    }


def aggregate(regime: str, verdicts: list[str], **changes: Any) -> Any:
    opinions = [opinion(f"expert_{n}", verdict) for n, verdict in enumerate(verdicts, 1)]
    variables = {"opinions": opinions, "panel_opinions": [], "panel_leader": "expert_1"}
    variables |= {"undertaker_id": "unit_a"} | changes
    return office(regime).ask("expert_review.aggregate_opinions", **variables)


class TestTally:
    @pytest.mark.parametrize(
        ("regime", "verdicts", "proposed"),
        [
            ("national", ["pass"] * 3 + ["not_passed"] * 2, "pass"),
            (
                "national",
                ["pass"] * 2 + ["pass_after_modification"] * 2 + ["not_passed"],
                "pass_after_modification",
            ),
            ("national", ["pass"] * 3 + ["not_passed"] * 3, "not_passed"),
            ("shanxi", ["recommend"] * 3 + ["not_recommend"] * 2, "recommend"),
            ("jiangxi", ["not_passed"] * 5, "not_passed"),
        ],
    )
    def test_more_than_half_proposes_the_verdict(
        self, regime: str, verdicts: list[str], proposed: str
    ) -> None:
        found = aggregate(regime, verdicts)
        assert (found["panel_valid"], found["proposed_verdict"]) == (True, proposed)
        assert "有效意见" in found["panel_tally"]

    def test_the_leader_reads_every_opinion_in_words(self) -> None:
        earlier = [opinion("expert_9", None, "interest")]
        verdicts = ["pass"] * 4 + ["pass_after_modification"]
        told = aggregate("national", verdicts, panel_opinions=earlier)["panel_reasons"].split(
            "\n\n"
        )
        assert told[0] == "expert_9：声明有利害关系，意见无效。"
        assert told[1] == "expert_1：通过。条件具备。"
        assert told[5] == "expert_5：修改完善后通过。条件具备。修改建议：补充经费。"

    def test_an_opinion_with_an_interest_is_void_and_the_panel_is_filled_up(self) -> None:
        given = [opinion(one, "recommend") for one in FIVE[:4]]
        tied = opinion("expert_5", None, "interest")
        found = aggregate("shanxi", [], opinions=[*given, tied])
        assert found["panel_valid"] is False
        assert found["panel_opinions"][4]["void"] is True
        assert found["panel_note"] == "有效意见4份，少于5份，请补充专家后继续评审。"
        assert found["proposed_experts"] is None

    @pytest.mark.parametrize(
        ("partners", "void"), [([], []), ([{"partner_name": "第 2研究所"}], ["expert_2"])]
    )
    def test_an_opinion_is_void_once_a_tie_of_its_expert_is_on_record(
        self, partners: list[dict[str, str]], void: list[str]
    ) -> None:
        found = aggregate("jiangxi", ["pass"] * 5, partners=partners)
        assert [each["expert"] for each in found["panel_opinions"] if each["void"]] == void
        assert found["panel_valid"] is not bool(void)

    def test_an_opinion_from_outside_the_roster_is_void_however_its_expert_came_to_sit(
        self,
    ) -> None:
        it = Office("shanxi")
        it.books.record("panel_roster", {"members": FIVE})
        given = [opinion(f"expert_{number}", "recommend") for number in range(2, 7)]
        found = it.ask(
            "expert_review.aggregate_opinions",
            opinions=given,
            panel_opinions=[],
            panel_leader="expert_2",
            undertaker_id="unit_a",
        )
        assert found["panel_opinions"][-1]["void_reason"] == "不是专家组成员"

    def test_a_leader_without_a_valid_opinion_is_replaced(self) -> None:
        found = aggregate("shanxi", ["recommend"] * 5, panel_leader="expert_7")
        assert found["panel_valid"] is False
        assert "另定组长" in found["panel_note"]


def verdict(**changes: Any) -> Any:
    variables = {
        "panel_verdict": "pass",
        "proposed_verdict": "pass",
        "review_opinion": "同意。",
    } | changes
    return Office("national").ask("expert_review.check_verdict", **variables)


class TestVerdict:
    def test_a_verdict_that_goes_on_leaves_no_reason_for_refusal(self) -> None:
        assert verdict()["not_approved_reason"] is None

    def test_the_opinion_is_the_reason_of_a_verdict_that_closes(self) -> None:
        closing = {"panel_verdict": "not_passed", "proposed_verdict": "not_passed"}
        assert verdict(**closing)["not_approved_reason"] == "同意。"

    def test_the_day_of_the_opinion_is_kept(self) -> None:
        assert verdict()["opinion_formed_on"] == Office("national").today

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"panel_verdict": "recommend"}, "unknown_verdict"),
            ({"panel_verdict": "pass_after_modification"}, "changes_missing"),
            ({"proposed_verdict": "not_passed"}, "departure_reason_missing"),
        ],
    )
    def test_an_incomplete_verdict_is_refused(self, changes: dict[str, Any], code: str) -> None:
        with pytest.raises(Refusal) as error:
            verdict(**changes)
        assert error.value.code == code

    def test_a_departure_with_its_reason_stands(self) -> None:
        assert verdict(proposed_verdict="not_passed", departure_reason="复议后一致同意。")
