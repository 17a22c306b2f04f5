"""提出和审核验收申请: the automatic boxes of acceptance_filing.bpmn, in their order."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import DeadlineOf, Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, filled, row, rows
from handlers.rules.cases import construction_end, recorded, recorded_day
from handlers.rules.filings import Standing, filing_period, standing
from handlers.rules.papers import missing
from handlers.rules.periods import latest
from handlers.sentence import told

FILING = "GB-19.2 SX-20.1 JX-18.1"
AGAIN = "GB-21.4 SX-20.4 JX-20.3"
SIGNED = ("signature_opinion", "signature_verdict", "correct_until")
"""What the reviewing officer answered: what comes back corrected is signed anew."""

ANSWERED = (
    *SIGNED,
    "review_verdict",
    "filing_review_opinion",
    "return_reason",
    "refile_until",
    "invitations",
    "acceptance_meeting_on",
    "acceptance_held_on",
    "acceptance_verdict",
    "acceptance_opinion",
    "acceptance_opinion_documents",
    "defects",
)
"""What was answered about an earlier filing: every filing is reviewed and carried out anew."""


def check_filing(
    today: date,
    case: Row,
    regime: Row,
    actor: Row,
    deadline: DeadlineOf,
    table: Table,
    submitted_papers: Row,
    acceptance_failures: int | None = None,
    rectification_due_on: date | None = None,
    refile_by: date | None = None,
) -> dict[str, object]:
    """核对时间和条件

    In time or late up to T, refused after it (D-03, D-04, D-12); again within the six months of
    the rectification (D-13); after a self-check where the regime has one; with its papers. A day
    named when it was returned, or when a late filing was admitted, extends both; what is filed
    spends it. Clauses: GB-19.1 GB-19.2 GB-21.4 SX-20.1 SX-20.4 JX-18.1 JX-20.3.
    """
    failures = int(acceptance_failures or 0)
    admitted = latest(day(refile_by), recorded_day(case, "late_filing_until"))
    if failures:
        late = _filed_late_again(today, day(rectification_due_on), admitted, regime)
    else:
        late = _filed_late(today, case, admitted, deadline, regime)
        _check_self_check(case, deadline, table)
    _check_papers(submitted_papers, table)
    return dict.fromkeys(ANSWERED) | {
        "acceptance_failures": failures,
        "review_stage": "acceptance_again" if failures else "acceptance",
        "acceptance_applied_on": today,
        "admitted_until": admitted,
        "late_filing_until": None,
        "acceptance_pending": True,
        "rectification_pending": False,
        "filed_late": late,
        "filed_by": actor.get("id"),
        "filing_conclusion": "filed",
    }


def check_signature(
    today: date,
    case: Row,
    regime: Row,
    actor: Row,
    deadline: DeadlineOf,
    filed_by: str | None,
    signature_verdict: str | None = None,
    correct_until: date | None = None,
    rectification_due_on: date | None = None,
    admitted_until: date | None = None,
) -> dict[str, object]:
    """核对审核人

    The bodies that file also review: a second officer signs (reading of JX-18.2). What goes back
    may be corrected until the period ends or, where that is over, until the day that the officer
    names. Clauses: JX-18.2.
    """
    clauses = cite(regime, "JX-18.2")
    if not actor.get("id") or actor["id"] == filed_by:
        reason = "提出申请的经办人不能审核签署，应当由另一名工作人员审核。"
        raise Refusal("same_officer", reason, clauses)
    if signature_verdict != "returned":
        return {"correct_by": None}
    last_day = _last_day(case, day(rectification_due_on), day(admitted_until), deadline)
    return {"correct_by": _refile_by(today, last_day, day(correct_until), clauses)}


def check_correction(actor: Row, table: Table, submitted_papers: Row) -> dict[str, object]:
    """核对修改后的材料

    The day of the filing stays; whoever corrected it does not sign it. Clauses: JX-18.1 JX-18.2.
    """
    _check_papers(submitted_papers, table)
    return dict.fromkeys(SIGNED) | {"filed_by": actor.get("id")}


def copy_application(today: date, case: Row, register: Register) -> dict[str, object]:
    """抄报推荐单位

    For information only, no consent is needed. Clauses: GB-19.3.
    """
    recommender = recorded(case).get("recommender_name") or case.get("recommender_name")
    entry = {"title": "验收申请", "copied_to": recommender, "effective_on": today}
    register.record("copy", entry | {"organisation_id": case.get("recommender_id")})
    return {"copied_to": recommender}


def check_review(
    today: date,
    case: Row,
    regime: Row,
    deadline: DeadlineOf,
    review_verdict: str,
    return_reason: str | None = None,
    refile_until: date | None = None,
    rectification_due_on: date | None = None,
    admitted_until: date | None = None,
) -> dict[str, object]:
    """核对审核意见

    A returned application may be filed again until its period ends or, where that is over, until
    the day that the return names. Clauses: GB-19.4 JX-20.1.
    """
    if review_verdict == "accepted":
        return {"filing_conclusion": "accepted", "refile_by": None}
    clauses = cite(regime, "GB-19.4 JX-20.1")
    if not filled(return_reason):
        raise Refusal("return_reason_missing", "退回补正的，应当写明理由。", clauses)
    last_day = _last_day(case, day(rectification_due_on), day(admitted_until), deadline)
    refile_by = _refile_by(today, last_day, day(refile_until), clauses)
    return {"filing_conclusion": "returned", "refile_by": refile_by}


def close_filing(acceptance_failures: int) -> dict[str, object]:
    """登记逾期未再报

    Nothing is pending any more; a re-application goes back to the rectification it came from.
    Clauses: GB-19.4 JX-20.1.
    """
    return {
        "filing_conclusion": "lapsed",
        "acceptance_pending": False,
        "rectification_pending": acceptance_failures > 0,
    }


def _filed_late(
    today: date, case: Row, admitted: date | None, deadline: DeadlineOf, regime: Row
) -> bool:
    end, period = construction_end(case), filing_period(case, deadline)
    stands = standing(period, today, end, admitted)
    if stands is Standing.TOO_LATE:
        reason = told("验收申请最迟应于%(due_on)s提出，期限已过。", due_on=max(period.due_on, end))
        raise Refusal("too_late", reason, cite(regime, FILING))
    return stands is Standing.LATE


def _filed_late_again(today: date, due_on: date | None, admitted: date | None, regime: Row) -> bool:
    last_day = latest(due_on, admitted)
    if last_day and today > last_day:
        reason = told(
            "整改和再次申请的期限%(last_day)s已过，须由批准机关决定是否受理。", last_day=last_day
        )
        raise Refusal("rectification_overdue", reason, cite(regime, AGAIN))
    return bool(due_on and today > due_on)


def _check_self_check(case: Row, deadline: DeadlineOf, table: Table) -> None:
    step = row(table("steps", step="self_check"))
    if not step.get("on"):
        return
    done = recorded_day(case, "self_check_on")
    opens_on = deadline("self_check", construction_end(case)).opens_on
    if done is None or (opens_on and done < opens_on):
        reason = told(
            "须先在规定期间（自%(opens_on)s起）完成自查，再提出验收申请。", opens_on=opens_on
        )
        raise Refusal("self_check_missing", reason, ["GB-19.1", "GB-19.2"])


def _check_papers(submitted: Row, table: Table) -> None:
    lacking = missing(rows(table("papers", phase="acceptance")), submitted)
    if lacking:
        reason = told("验收申请材料缺少：%(titles)s。", titles=[each["title"] for each in lacking])
        raise Refusal("papers_missing", reason, [str(each["clause"]) for each in lacking])


def _last_day(
    case: Row, rectification_due_on: date | None, admitted: date | None, deadline: DeadlineOf
) -> date:
    due_on = rectification_due_on or filing_period(case, deadline).due_on
    end = rectification_due_on or construction_end(case)
    return max(due_on, end, admitted or end)


def _refile_by(today: date, last_day: date, named: date | None, clauses: Sequence[str]) -> date:
    if last_day >= today:
        if named and named > last_day:
            reason = told(
                "再报的期限至%(last_day)s，尚未届满，退回时不能另定更晚的日期。", last_day=last_day
            )
            raise Refusal("refile_date_too_late", reason, clauses)
        return last_day
    if named is None or named < today:
        reason = "期限已过的，退回时应当另定再报的截止日期，不得早于今天。"
        raise Refusal("refile_date_missing", reason, clauses)
    return named
