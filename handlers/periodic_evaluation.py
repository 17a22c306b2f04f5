"""定期评估: the automatic boxes of periodic_evaluation.bpmn, in the order of the diagram."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import DeadlineOf, Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, listed, row, rows
from handlers.rules.cases import recorded_day
from handlers.rules.order import too_early
from handlers.rules.periods import latest
from handlers.rules.references import on_record
from handlers.sentence import told

STAGES = "GB-32.1 GB-32.3"
REPORT = "GB-33.1"
PAPER = "evaluation_report"
AGAIN = "rectifying_evaluation"
"""State in which an evaluation is the one after the rectification."""


def schedule_evaluation(today: date, case: Row, deadline: DeadlineOf) -> dict[str, object]:
    """计算评估期间

    Counted from the last result, at first from the establishment (D-22). Clauses: GB-32.1.
    """
    since = recorded_day(case, "evaluated_on") or recorded_day(case, "established_on") or today
    window = deadline("periodic_evaluation", since)
    return {
        "evaluation_from": since,
        "evaluation_opens_on": window.opens_on,
        "evaluation_due_on": window.due_on,
    }


def gather_references(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    evaluation_opens_on: date | None = None,
    materials_reviewed_on: date | None = None,
    site_verified_on: date | None = None,
    deliberated_on: date | None = None,
) -> dict[str, object]:
    """汇集考核检查结果

    The stages follow each other; what is on record of the annual assessments and inspections is to
    be referred to. Clauses: GB-33.1.
    """
    floor = latest(day(evaluation_opens_on), recorded_day(case, "evaluated_on"))
    stages = day(materials_reviewed_on), day(site_verified_on), day(deliberated_on)
    _check_stages(floor, stages, today, regime)
    return on_record(case, register)


def register_report(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    table: Table,
    deadline: DeadlineOf,
    evaluation_grade: str,
    evaluated_on: date,
    evaluation_report_received_on: date,
    referenced_assessments: Sequence[str] | None = None,
    referenced_checks: Sequence[str] | None = None,
    deliberated_on: date | None = None,
) -> dict[str, object]:
    """登记和抄送报告

    The report follows the deliberation and refers to assessment, inspection and evaluation; the
    year of rectification runs from its delivery (D-23). Clauses: GB-33.1 GB-33.2 GB-33.3.
    """
    _check_references(referenced_assessments, referenced_checks, regime)
    evaluated, received = day(evaluated_on), day(evaluation_report_received_on)
    assert evaluated is not None and received is not None
    _check_days(today, evaluated, received, regime)
    deliberated = day(deliberated_on)
    reason = told("综合评议于%(day)s进行，评估日期不得更早。", day=deliberated)
    if early := too_early(evaluated, [(deliberated, reason)]):
        raise Refusal("evaluated_early", early, cite(regime, STAGES))
    ruling = row(table("verdicts", stage="periodic_evaluation", verdict=evaluation_grade))
    copied = [str(each["title"]) for each in rows(table("recipients", paper=PAPER))]
    title = f"{evaluated:%Y-%m-%d}评估：{ruling['title']}"
    entry = {"case": case["id"], "title": title, "grade": evaluation_grade, "notified": copied}
    register.record(PAPER, entry | {"effective_on": evaluated})
    return {
        "copied_to": listed(copied),
        "evaluation_priority": ruling["consequence"] == "priority",
        "is_reevaluation": case["state"] == AGAIN,
        "rectification_last_day": deadline("rectification_evaluation", received).due_on,
        "ground": "evaluation_failed",
        "ground_clause": "GB-33.5",
    }


def _check_stages(
    opens_on: date | None, stages: Sequence[date | None], today: date, regime: Row
) -> None:
    clauses = cite(regime, STAGES)
    if any(each and each > today for each in stages):
        raise Refusal("date_in_future", "各阶段的日期不得晚于今天。", clauses)
    earlier = (
        (opens_on, told("本次评估自%(day)s起可以开展，材料审查日期不得更早。", day=opens_on)),
        (stages[0], told("材料审查于%(day)s进行，现场核查日期不得更早。", day=stages[0])),
        (stages[1], told("现场核查于%(day)s进行，综合评议日期不得更早。", day=stages[1])),
    )
    for stage, before in zip(stages, earlier, strict=True):
        if early := too_early(stage or today, [before]):
            raise Refusal("stage_early", early, clauses)


def _check_references(
    assessments: Sequence[str] | None, checks: Sequence[str] | None, regime: Row
) -> None:
    given = {"年度考核": assessments, "监督检查": checks}
    if lacking := [title for title, chosen in given.items() if not chosen]:
        reason = told(
            "评估报告须援引年度考核、监督检查和定期评估情况，尚缺：%(names)s。", names=lacking
        )
        raise Refusal("references_missing", reason, cite(regime, REPORT))


def _check_days(today: date, evaluated: date, received: date, regime: Row) -> None:
    if not evaluated <= received <= today:
        reason = "评估日期、送达日期不得晚于今天，送达不得早于评估。"
        raise Refusal("evaluation_date_wrong", reason, cite(regime, REPORT))
