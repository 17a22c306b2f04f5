"""中期: the automatic boxes of the two diagrams midterm.bpmn, national and Shanxi."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import DeadlineOf, Defaults, Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite
from handlers.rules.cases import recorded, recorded_day
from handlers.rules.conflicts import conflict, involved, units_of
from handlers.rules.plans import file_plan, missing_addressees
from handlers.sentence import told

RECUSAL_YEARS = "D-16"
ADVICE = {"continue": "继续建设", "adjust": "调整建设方案"}


def schedule_midterm(case: Row, deadline: DeadlineOf) -> dict[str, object]:
    """计算中期日期

    Half of the approved period in months, rounded down, after the day of approval (D-21).
    Clauses: GB-18.1 SX-19.1.
    """
    approved = recorded_day(case, "approved_on")
    assert approved is not None
    period = deadline("midterm", approved, months=int(recorded(case)["period_months"]))
    return {"midterm_on": period.opens_on}


def check_experts(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    defaults: Defaults,
    proposed_experts: Sequence[str],
) -> dict[str, object]:
    """核对回避确定专家

    Experts of the pool without a tie to the undertaking unit or its partners (D-16). Clauses:
    SX-19.2.
    """
    pool = {str(expert["id"]): expert for expert in register.experts(proposed_experts)}
    chosen = [pool[each] for each in proposed_experts if each in pool]
    if not chosen or len(chosen) != len(set(proposed_experts)):
        raise Refusal("unknown_expert", "检查专家应从专家库中选择。", cite(regime, "SX-19.2"))
    years = int(str(defaults(RECUSAL_YEARS)))
    parties = involved(None, recorded(case).get("partners"), *units_of(case))
    if tied := [str(each["name"]) for each in chosen if conflict(each, parties, today, years)]:
        reason = told("与承担单位或联合申报单位有利害关系的专家不得参加：%(names)s。", names=tied)
        raise Refusal("expert_conflict", reason, cite(regime, "SX-19.2"))
    experts = [{"id": str(each["id"]), "name": each["name"]} for each in chosen]
    return {"midterm_experts": experts}


def gather_opinions(midterm_opinions: Sequence[Row]) -> dict[str, object]:
    """汇总检查评估意见

    All opinions side by side; there is no grade and no vote, the advice is to go on or to adjust
    the plan. Clauses: SX-19.2.
    """
    lines = [
        f"{each['name']}（{ADVICE[str(each['advice'])]}）：{each['opinion']}"
        for each in midterm_opinions
    ]
    return {"midterm_summary": "\n\n".join(lines)}


def register_adjustment(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    table: Table,
    plan_title: str,
    filed_with: Sequence[str],
) -> dict[str, object]:
    """登记调整后的方案

    The adjusted plan goes to the addressees of the first one, as its next version.
    Clauses: SX-16.2 SX-19.3.
    """
    if lacking := missing_addressees(table, filed_with):
        reason = told("调整后的建设方案须报送全部收件单位，尚缺：%(names)s。", names=lacking)
        raise Refusal("addressee_missing", reason, cite(regime, "SX-16.2 SX-19.3"))
    version = int(recorded(case).get("plan_version") or 1) + 1
    file_plan(register, plan_title, version, today)
    return {"plan_version": version, "plan_adjusted_on": today}


def register_midterm(today: date, register: Register, midterm_conclusion: str) -> dict[str, object]:
    """登记中期工作

    The result is kept; a bad one changes no state. Clauses: GB-18.2 SX-19.2.
    """
    entry = {"title": "中期", "conclusion": midterm_conclusion, "effective_on": today}
    register.record("midterm", entry)
    return {"midterm_done_on": today}
