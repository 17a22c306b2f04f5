"""项目实施: the automatic boxes of project_implementation.bpmn, in the order of the diagram."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, filled, listed
from handlers.rules.projects import STANDARDS, not_later, numbered, units_in

GROUP = "JB-11.1"
ADJUSTMENT = "JB-11.3"
TERMINATION = "JB-11.4"
REPORT = "JB-12.1"
DECISIONS = {"adjusted": "同意调整", "unchanged": "不作调整", "terminated": "无法调整，终止"}
DIFFICULTY = "technical_difficulty"
PROGRESS = ("progress_on", "progress_content", "progress_problems", "progress_documents")


def register_group(
    today: date,
    regime: Row,
    case: Row,
    register: Register,
    group_leader: str,
    group_members: Sequence[Row],
    participant_units: Sequence[Row] | None = None,
    group_formed_on: date | None = None,
) -> dict[str, object]:
    """登记工作小组

    After the approval the lead unit fixes leader, main participants and units; who was accepted as
    a joiner is among them. Clauses: JB-11.1.
    """
    clauses = cite(regime, GROUP)
    if not group_members:
        raise Refusal("members_missing", "没有确定主要参与人员。", clauses)
    started = not_later(group_formed_on, today, "成立日期", clauses)
    if started < case["record"]["project_approved_on"]:
        reason = "工作小组的成立日期不得早于项目批准的日期。"
        raise Refusal("formed_before_approval", reason, clauses)
    people = [f"{each['member_name']}（{each['member_unit']}）" for each in group_members]
    joined = [str(each["name"]) for each in case["record"].get("joined_units") or ()]
    units = list(
        dict.fromkeys([case["undertaker_name"], *units_in(participant_units or ()), *joined])
    )
    group = {"leader": group_leader, "members": people, "units": units}
    register.record("working_group", {"case": case["id"], **group, "effective_on": started})
    return {
        "working_group": f"负责人{group_leader}；成员{listed(people)}",
        "participants": units,
        "started_on": started,
    }


def register_progress(
    today: date,
    regime: Row,
    case: Row,
    progress_content: str,
    progress_on: date | None = None,
    progress_problems: str | None = None,
    progress_documents: Sequence[str] | None = None,
) -> dict[str, object]:
    """登记进展

    Kept in the order of reporting; the form is empty again for the next one. Clauses: JB-11.1.
    """
    reported = not_later(progress_on, today, "报告日期", cite(regime, GROUP))
    entry = {"on": reported, "content": progress_content, "problems": progress_problems or ""}
    entry |= {"documents": list(progress_documents or ())}
    every = [*(case["record"].get("progress_reports") or ()), entry]
    lines = [f"{each['on']:%Y-%m-%d} {each['content']}" for each in every]
    told = {"progress_reports": every, "progress_summary": numbered(lines)}
    return {**dict.fromkeys(PROGRESS), **told}


def check_adjustment(regime: Row, case: Row, adjustment_ground: str) -> dict[str, object]:
    """核对调整申请

    A technical difficulty is a ground for standards projects only; any project may ask for
    another change (D-41). Clauses: JB-11.3.
    """
    if adjustment_ground == DIFFICULTY and case["record"]["project_type"] != STANDARDS:
        reason = "因重大技术难关申请调整只适用于标准研制项目；其他项目可以申请其他变更或者撤回。"
        raise Refusal("standards_projects_only", reason, cite(regime, ADJUSTMENT))
    return {}


def record_adjustment(
    today: date,
    regime: Row,
    case: Row,
    register: Register,
    adjustment_ground: str,
    adjustment_reason: str,
    adjustment_decision: str,
    adjustment_opinion: str,
    adjustment_decided_on: date | None = None,
) -> dict[str, object]:
    """登记调整决定

    The office adjusts, leaves the plan as it is, or ends a standards project that cannot be
    adjusted (D-41). Clauses: JB-11.4.
    """
    clauses = cite(regime, TERMINATION)
    decided = not_later(adjustment_decided_on, today, "决定日期", clauses)
    ended = adjustment_decision == "terminated"
    if ended and (adjustment_ground, case["record"]["project_type"]) != (DIFFICULTY, STANDARDS):
        reason = "终止只适用于因重大技术难关无法调整的标准研制项目；其他项目只能结题或者撤回。"
        raise Refusal("termination_not_allowed", reason, clauses)
    told = {"ground": adjustment_ground, "reason": adjustment_reason, "opinion": adjustment_opinion}
    entry = {"decision": adjustment_decision, **told, "on": decided}
    title = DECISIONS[adjustment_decision]
    register.record("project_adjustment", {"case": case["id"], "title": title, **entry})
    every = [*(case["record"].get("project_adjustments") or ()), entry]
    over = {"project_terminated_on": decided, "termination_reason": adjustment_opinion}
    return {"project_adjustments": every} | (over if ended else {})


def check_report(
    today: date,
    regime: Row,
    case: Row,
    closeout_summary: str,
    closeout_report: Sequence[str] | None = None,
    implementation_ended_on: date | None = None,
) -> dict[str, object]:
    """核对结题报告

    The report comes when the work has ended; with it joining closes (D-40). Clauses: JB-12.1.
    """
    clauses = cite(regime, REPORT)
    if not closeout_report:
        raise Refusal("report_missing", "没有附项目结题报告。", clauses)
    if not filled(closeout_summary):
        raise Refusal("summary_missing", "没有写明完成情况。", clauses)
    ended = not_later(implementation_ended_on, today, "实施结束日期", clauses)
    if ended < case["record"]["started_on"]:
        raise Refusal("ended_before_start", "实施结束日期不得早于开始实施的日期。", clauses)
    times = int(case["record"].get("closeout_round") or 0) + 1
    return {"closeout_submitted_on": today, "closeout_round": times}
