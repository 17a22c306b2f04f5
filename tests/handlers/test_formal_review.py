"""The rules of the formal review: papers and the conclusion."""

from typing import Any

import pytest

from handlers.refusal import Refusal
from tests.walk import Office

ALL = {
    "application_form": ["a"],
    "application_plan": ["b"],
    "support_documents": ["c"],
    "legal_person_certificate": ["d"],
    "credit_statement": ["e"],
    "argumentation_opinion": ["f"],
    "recommendation_letter": ["g"],
}


@pytest.mark.parametrize("regime", ["national", "shanxi", "jiangxi"])
def test_nothing_is_missing_when_every_paper_is_there(regime: str) -> None:
    found = Office(regime).ask("formal_review.check_papers", submitted_papers=ALL)
    assert found == {"missing_papers": [], "papers_summary": "规定的材料齐全。"}


@pytest.mark.parametrize(
    ("regime", "paper", "clause"),
    [
        ("national", "recommendation_letter", "GB-12.2"),
        ("shanxi", "legal_person_certificate", "SX-11.1"),
        ("jiangxi", "application_plan", "JX-14.2"),
    ],
)
def test_a_missing_paper_is_named_with_its_clause(regime: str, paper: str, clause: str) -> None:
    submitted = ALL | {paper: None}
    found = Office(regime).ask("formal_review.check_papers", submitted_papers=submitted)
    assert [each["clause"] for each in found["missing_papers"]] == [clause]
    assert found["papers_summary"].startswith("缺少：")


def conclude(**changes: Any) -> Any:
    variables = {
        "formal_review_verdict": "passed",
        "missing_papers": [],
        "eligible": True,
        "eligibility": [],
    } | changes
    return Office("jiangxi").ask("formal_review.check_conclusion", **variables)


LACKING = [{"code": "application_plan", "title": "申报方案", "clause": "JX-14.2"}]
NO_PROOF = [{"code": "support_documents", "title": "支持材料", "clause": "JX-13.1"}]
SUPPORT = {"title": "得到支持", "kind": "soft", "met": False, "clause": "JX-13.1"}
UNMET = [SUPPORT | {"evidence": "support_documents"}]


def test_all_papers_and_conditions_pass() -> None:
    assert conclude() is None


@pytest.mark.parametrize("verdict", ["failed", "supplement"])
def test_any_other_conclusion_may_be_drawn_with_papers_missing(verdict: str) -> None:
    assert conclude(formal_review_verdict=verdict, missing_papers=LACKING) is None


def test_it_cannot_pass_without_a_paper() -> None:
    with pytest.raises(Refusal, match="缺少：申报方案") as error:
        conclude(missing_papers=LACKING)
    assert (error.value.code, error.value.clauses) == ("papers_missing", ("JX-14.2",))


def test_a_condition_in_principle_needs_the_reason_for_the_exception() -> None:
    with pytest.raises(Refusal, match="得到支持") as error:
        conclude(eligible=False, eligibility=UNMET, eligibility_exception=" ")
    assert (error.value.code, error.value.clauses) == ("exception_reason_missing", ("JX-13.1",))
    assert conclude(eligible=False, eligibility=UNMET, eligibility_exception="正在办理。") is None


def test_a_condition_excepted_for_a_reason_needs_no_proof() -> None:
    unmet = {"eligible": False, "eligibility": UNMET, "missing_papers": NO_PROOF}
    with pytest.raises(Refusal, match="得到支持") as error:
        conclude(**unmet)
    assert error.value.code == "exception_reason_missing"
    assert conclude(**unmet, eligibility_exception="国家战略急需。") is None


def test_an_exception_excuses_no_other_paper() -> None:
    unmet = {"eligible": False, "eligibility": UNMET, "missing_papers": [*NO_PROOF, *LACKING]}
    with pytest.raises(Refusal, match="缺少：申报方案。"):
        conclude(**unmet, eligibility_exception="国家战略急需。")
