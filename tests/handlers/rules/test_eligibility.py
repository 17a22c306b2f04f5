from datetime import date

from handlers.rules.eligibility import assess, clean_since


def criterion(kind: str, met: object) -> dict[str, object]:
    return {"criterion": kind, "kind": kind, "met": met}


def test_a_hard_criterion_that_is_not_met_bars() -> None:
    assessment = assess([criterion("hard", False), criterion("soft", True)])
    assert not assessment.eligible
    assert [row["criterion"] for row in assessment.failed] == ["hard"]


def test_an_undeclared_fact_counts_as_not_met() -> None:
    assert assess([criterion("hard", None)]).failed


def test_a_soft_criterion_waits_for_a_recorded_exception() -> None:
    assessment = assess([criterion("soft", False)])
    assert not assessment.eligible and not assessment.failed
    assert [row["criterion"] for row in assessment.exceptional] == ["soft"]


def test_judgement_is_left_to_the_experts() -> None:
    assessment = assess([criterion("hard", True), criterion("judgement", None)])
    assert assessment.eligible
    assert [row["criterion"] for row in assessment.judged] == ["judgement"]


def test_the_look_back_of_three_years_is_clamped() -> None:
    assert clean_since(date(2024, 2, 29), 3) == date(2021, 2, 28)
