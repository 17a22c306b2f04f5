"""形式审查: the automatic boxes of formal_review.bpmn, in the order of the diagram."""

from collections.abc import Sequence

from handlers.ports import Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, filled, listed, rows
from handlers.rules.papers import missing
from handlers.sentence import told

NAMED = ("code", "title", "clause")
"""What is told of a missing paper."""


def check_papers(
    submitted_papers: Row, table: Table, paper_phase: str = "application"
) -> dict[str, object]:
    """核对材料是否齐全

    The compulsory papers of the phase that nobody handed in. Clauses: GB-13.1 SX-10.1 SX-14.1
    JX-7.2 JX-13.5 JX-14.2 JX-15.1.
    """
    lacking = missing(rows(table("papers", phase=paper_phase)), submitted_papers)
    titles = [str(each["title"]) for each in lacking]
    return {
        "missing_papers": [{name: each[name] for name in NAMED} for each in lacking],
        "papers_summary": f"缺少：{listed(titles)}" if titles else "规定的材料齐全。",
    }


def check_conclusion(
    formal_review_verdict: str,
    missing_papers: Sequence[Row],
    eligible: bool,
    eligibility: Sequence[Row],
    eligibility_exception: str | None = None,
) -> None:
    """核对审查结论

    It cannot pass without all papers, nor, where a condition in principle is not met, without a
    reason for the exception (D-08); the excepted condition needs no proof. Clauses:
    GB-10.1 GB-13.2 SX-14.2 JX-13.1 JX-15.1.
    """
    if formal_review_verdict != "passed":
        return
    unmet = _unmet(eligibility)
    if lacking := [each for each in missing_papers if not _proves_only(each, unmet)]:
        titles = [each["title"] for each in lacking]
        reason = told("材料不齐，形式审查不能通过，缺少：%(titles)s。", titles=titles)
        raise Refusal("papers_missing", reason, [str(each["clause"]) for each in lacking])
    if not eligible and not filled(eligibility_exception):
        raise _exception_missing(unmet)


def _unmet(eligibility: Sequence[Row]) -> list[Row]:
    """The conditions in principle that are not met."""
    return [e for e in eligibility if e["kind"] == "soft" and e["met"] is not True]


def _proves_only(paper: Row, conditions: Sequence[Row]) -> bool:
    """Whether the paper is demanded for nothing but to prove one of the conditions."""
    proofs = [(each["evidence"], each["clause"]) for each in conditions]
    return (paper["code"], paper["clause"]) in proofs


def _exception_missing(unmet: Sequence[Row]) -> Refusal:
    reason = told(
        "下列条件未满足，通过须写明例外理由：%(titles)s。", titles=[each["title"] for each in unmet]
    )
    clauses = dict.fromkeys(str(each["clause"]) for each in unmet)
    return Refusal("exception_reason_missing", reason, tuple(clauses))
