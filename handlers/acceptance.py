"""验收: the automatic boxes of acceptance.bpmn, in the order of the diagram."""

from collections.abc import Iterable, Sequence
from datetime import date

from handlers.ports import DeadlineOf, Table
from handlers.refusal import Refusal
from handlers.rules import names
from handlers.rules.answers import Row, cite, day, filled, row
from handlers.rules.cases import recorded
from handlers.rules.order import Earlier, too_early
from handlers.sentence import told

VERDICT = "GB-21.1 SX-20.2 JX-20.1"
APPROVAL = "GB-21.3 SX-20.3 JX-20.2"
GROUNDS = {
    "terminate": "acceptance_not_passed",
    "revoke": "acceptance_failed_again",
    "decide": "acceptance_failed_again",
}
"""The row of the table `endings` to which a consequence of the table `verdicts` leads."""

FAILURES = frozenset({"rectify", *GROUNDS})
RECTIFIED = frozenset({"rectify", "decide"})
"""Consequences after which the defects may have to be put right."""

INVITED = {
    "industry_authority": "invite_industry_authority",
    "municipal_authority": "invite_municipal_authority",
}
"""Who takes part by invitation, with the step of the regime that demands it."""


def check_verdict(
    today: date,
    regime: Row,
    deadline: DeadlineOf,
    table: Table,
    review_stage: str,
    acceptance_failures: int,
    acceptance_verdict: str,
    verdict_received_on: date,
    acceptance_applied_on: date,
    panel_verdict: str | None = None,
    defects: Sequence[Row] | None = None,
    invitations: Sequence[Row] | None = None,
    acceptance_held_on: date | None = None,
    opinion_formed_on: date | None = None,
) -> dict[str, object]:
    """核对验收意见

    One of the regime's verdicts and, where experts carry the acceptance out, theirs; no verdict
    without the invitations the regime asks for, absence does not matter; defects item by item
    where there is something to rectify, six months from delivery (D-10), which follows the
    acceptance and the opinion of its experts. Clauses: GB-21.2 SX-7.3 SX-8.4 SX-20.2 JX-20.1.
    """
    ruling = row(table("verdicts", stage=review_stage, verdict=acceptance_verdict))
    _check_known(ruling, acceptance_verdict, panel_verdict, regime)
    delivered, applied = day(verdict_received_on) or today, day(acceptance_applied_on)
    held = day(acceptance_held_on)
    _check_invited(invitations or (), table)
    _check_held(held, applied, regime)
    _check_attendance(invitations or (), held or delivered, regime)
    _check_delivery(delivered, applied, today, regime)
    steps = _steps(held, day(opinion_formed_on))
    if early := too_early(delivered, steps):
        raise Refusal("delivery_date_wrong", early, cite(regime, VERDICT))
    failed = ruling["consequence"] in FAILURES
    listed_defects = _numbered(defects or ()) if failed else []
    to_rectify = ruling["consequence"] in RECTIFIED
    if to_rectify and not listed_defects:
        raise Refusal("defects_missing", "须整改的，应当逐项列明问题。", [str(ruling["clause"])])
    return {
        "acceptance_failures": int(acceptance_failures) + int(failed),
        "verdict_received_on": delivered,
        "open_defects": listed_defects,
        "settled_defects": [],
        "ground": GROUNDS.get(str(ruling["consequence"])),
        "acceptance_pending": not to_rectify,
        "rectification_pending": to_rectify,
        "rectification_due_on": _due_on(delivered, deadline) if to_rectify else None,
        "refile_by": None,
    }


def report_overdue() -> dict[str, object]:
    """登记整改逾期

    The six months are over and nothing was filed: for the authority to decide (D-13). Clauses:
    GB-21.4 SX-20.4 JX-20.3.
    """
    return {"ground": "rectification_overdue"}


def establish(
    today: date,
    case: Row,
    regime: Row,
    table: Table,
    established_on: date,
    verdict_received_on: date,
    filed_late: bool,
    late_grant_reason: str | None = None,
) -> dict[str, object]:
    """核定正式名称

    The names of the established base, in force from the day of approval (D-26, D-27); approving
    an application filed late needs its reason (D-12). Clauses: GB-21.3 GB-37.1 GB-37.2 SX-20.3
    SX-22.1 SX-22.2 JX-20.2 JX-20.5 JX-36.1 JX-36.2.
    """
    approved = day(established_on) or today
    clauses = cite(regime, APPROVAL)
    if approved > today:
        raise Refusal("date_in_future", "批准日期不得晚于今天。", clauses)
    if approved < (day(verdict_received_on) or approved):
        raise Refusal("before_verdict", "批准日期不得早于验收意见送达之日。", clauses)
    if filed_late and not filled(late_grant_reason):
        raise Refusal("late_reason_missing", "验收申请逾期提出，批准须写明理由。", clauses)
    return {
        "established_on": approved,
        **_names(recorded(case), table),
        "acceptance_pending": False,
        "rectification_pending": False,
    }


def _check_known(ruling: Row, verdict: str, panel_verdict: str | None, regime: Row) -> None:
    if not ruling:
        raise Refusal("unknown_verdict", "本规程没有这样的验收结论。", cite(regime, VERDICT))
    if panel_verdict and verdict != panel_verdict:
        reason = "由专家验收的，验收意见的结论应当与专家组一致。"
        raise Refusal("verdict_differs", reason, cite(regime, VERDICT))


def _check_invited(invitations: Iterable[Row], table: Table) -> None:
    invited = {str(each.get("invited_role")) for each in invitations}
    steps = {role: row(table("steps", step=step)) for role, step in INVITED.items()}
    if lacking := [each for role, each in steps.items() if each["on"] and role not in invited]:
        titles = [each["title"] for each in lacking]
        reason = told("尚未做到：%(titles)s，不能形成验收意见。", titles=titles)
        raise Refusal("not_invited", reason, [str(each["clause"]) for each in lacking])


def _check_attendance(invitations: Iterable[Row], held: date, regime: Row) -> None:
    clauses = cite(regime, "GB-7.1 SX-7.3 SX-8.4 JX-20.1")
    for each in invitations:
        unit, invited = each.get("invited_unit"), day(each.get("invited_on"))
        if invited and invited > held:
            reason = told("邀请%(unit)s的日期不得晚于验收日期%(held)s。", unit=unit, held=held)
            raise Refusal("invited_late", reason, clauses)
        if each.get("attendance") == "pending":
            reason = told("%(unit)s是否出席尚未登记，不能形成验收意见。", unit=unit)
            raise Refusal("attendance_missing", reason, clauses)


def _check_delivery(delivered: date, applied: date | None, today: date, regime: Row) -> None:
    if delivered > today or (applied and delivered < applied):
        reason = "验收意见送达日期应在提出申请之后，不得晚于今天。"
        raise Refusal("delivery_date_wrong", reason, cite(regime, VERDICT))


def _check_held(held: date | None, applied: date | None, regime: Row) -> None:
    if held and applied and held < applied:
        reason = told("验收申请于%(applied)s提出，验收日期不得更早。", applied=applied)
        raise Refusal("held_early", reason, cite(regime, VERDICT))


def _steps(held: date | None, formed: date | None) -> list[Earlier]:
    """The days of what a verdict rests on."""
    return [
        (held, told("验收于%(held)s进行，验收意见送达日期不得更早。", held=held)),
        (formed, told("专家组意见于%(formed)s形成，验收意见送达日期不得更早。", formed=formed)),
    ]


def _numbered(defects: Iterable[Row]) -> list[dict[str, object]]:
    return [
        {"number": number, "content": each["defect_content"], "basis": each.get("defect_basis")}
        for number, each in enumerate(defects, 1)
    ]


def _due_on(delivered: date, deadline: DeadlineOf) -> date:
    return deadline("rectification_acceptance", delivered).due_on


def _names(record: Row, table: Table) -> dict[str, object]:
    pattern = row(table("names", phase="established"))
    return {
        "base_name_zh": names.chinese_name(pattern["zh"], str(record["field_name"])),
        "base_name_en": names.english_name(pattern["en"], str(record["field_name_en"])),
    }
