"""Mid-term: its day, the experts of the check, the adjusted plan."""

from datetime import date, datetime
from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import SHANGHAI, Office

DAY = datetime(2025, 8, 1, 9, tzinfo=SHANGHAI)


def midterm_on(regime: str, approved: str, months: int) -> date:
    case = {"record": {"approved_on": approved, "period_months": months}}
    day = Office(regime).ask("midterm.schedule_midterm", case=case)["midterm_on"]
    assert isinstance(day, date)
    return day


def test_it_begins_after_half_of_the_approved_months() -> None:
    assert midterm_on("national", "2024-03-15", 36) == date(2025, 9, 15)
    assert midterm_on("national", "2024-03-15", 30) == date(2025, 6, 15)
    assert midterm_on("shanxi", "2024-01-31", 36) == date(2025, 7, 31)


def test_half_a_month_is_rounded_down() -> None:
    assert midterm_on("national", "2024-03-15", 35) == date(2025, 8, 15)


def checked(*experts: str) -> Any:
    case = {"undertaker_id": "unit_a"}
    it = Office("shanxi", DAY)
    return it.ask("midterm.check_experts", case=case, proposed_experts=list(experts))


def test_experts_without_a_tie_take_part() -> None:
    assert checked("expert_1", "expert_2")["midterm_experts"] == [
        {"id": "expert_1", "name": "专家1"},
        {"id": "expert_2", "name": "专家2"},
    ]


@pytest.mark.parametrize("expert", ["expert_8", "expert_9"])
def test_who_works_or_lately_worked_for_the_unit_does_not(expert: str) -> None:
    with pytest.raises(Refusal) as error:
        checked("expert_1", expert)
    assert (error.value.code, error.value.clauses) == ("expert_conflict", ("SX-19.2",))


@pytest.mark.parametrize("experts", [(), ("stranger",), ("expert_1", "stranger")])
def test_experts_come_from_the_pool(experts: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as error:
        checked(*experts)
    assert error.value.code == "unknown_expert"


def test_opinions_stand_side_by_side() -> None:
    opinions = [
        {"name": "专家1", "advice": "continue", "opinion": "进展良好。"},
        {"name": "专家2", "advice": "adjust", "opinion": "应增加试点。"},
    ]
    told = Office("shanxi").ask("midterm.gather_opinions", midterm_opinions=opinions)
    assert told["midterm_summary"].split("\n\n") == [
        "专家1（继续建设）：进展良好。",
        "专家2（调整建设方案）：应增加试点。",
    ]


def adjusted(*addressees: str) -> Any:
    known = {"case": {"record": {"plan_version": 1}}, "plan_title": "建设方案（调整）"}
    it = Office("shanxi", DAY)
    return it.ask("midterm.register_adjustment", **known, filed_with=list(addressees))


def test_the_adjusted_plan_is_the_next_version_for_both_addressees() -> None:
    found = adjusted("recommender", "authority")
    assert found == {"plan_version": 2, "plan_adjusted_on": date(2025, 8, 1)}
    with pytest.raises(Refusal) as error:
        adjusted("recommender")
    assert error.value.code == "addressee_missing"


def test_the_day_it_is_done_is_kept() -> None:
    it = Office("national", DAY)
    done = it.ask("midterm.register_midterm", midterm_conclusion="poor")
    assert done == {"midterm_done_on": date(2025, 8, 1)}
    assert it.books.entries[0][1]["conclusion"] == "poor"
