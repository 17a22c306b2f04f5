"""The rules that come before an application: plan, guide and the roster of the panel."""

from datetime import date

import pytest

from handlers.refusal import Refusal
from tests.walk import Office

TODAY = date(2025, 1, 2)


@pytest.mark.parametrize(("regime", "clause"), [("shanxi", "SX-6.2"), ("jiangxi", "JX-11.1")])
def test_no_guide_comes_before_the_plan(regime: str, clause: str) -> None:
    with pytest.raises(Refusal) as error:
        Office(regime).ask("guide.check_plan")
    assert error.value.code == "no_overall_plan" and clause in error.value.clauses


def test_the_national_guide_needs_no_plan() -> None:
    assert Office("national").ask("guide.check_plan") is None


def test_a_recorded_plan_lets_the_guide_follow() -> None:
    it = Office("jiangxi")
    found = it.ask("guide.record_plan", plan_title="总体规划")
    assert found == {"plan_number": "JX规划〔2025〕0001号", "published_on": TODAY}
    assert it.ask("guide.check_plan") is None


def test_a_published_guide_is_on_record_with_its_closing_day() -> None:
    it = Office("national")
    found = it.ask("guide.publish_guide", guide_title="指南", closes_on="2025-06-30")
    assert found == {"guide_number": "GB指南〔2025〕0001号", "published_on": TODAY}
    assert it.books.records("guide")[0]["closes_on"] == date(2025, 6, 30)


def test_a_round_cannot_close_before_it_opens() -> None:
    with pytest.raises(Refusal, match="不得早于今天"):
        Office("national").ask(
            "guide.publish_guide", guide_title="指南", closes_on=date(2025, 1, 1)
        )


def test_the_roster_keeps_the_members_by_id() -> None:
    it = Office("shanxi")
    asked = {"panel_name": "咨评组", "panel_members": ["expert_1", "expert_2"]}
    found = it.ask("panel.register_panel", **asked)
    assert found == {"roster_number": "SX专家〔2025〕0001号", "constituted_on": TODAY}
    assert it.books.records("panel_roster")[0]["members"] == ["expert_1", "expert_2"]


@pytest.mark.parametrize("members", [[], ["expert_1", "stranger"]])
def test_a_roster_is_neither_empty_nor_of_strangers(members: list[str]) -> None:
    with pytest.raises(Refusal) as error:
        Office("shanxi").ask("panel.register_panel", panel_name="咨评组", panel_members=members)
    assert (error.value.code, error.value.clauses) == ("unknown_expert", ("SX-6.4",))
