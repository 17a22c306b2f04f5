"""申报: the automatic boxes of application.bpmn, in the order of the diagram."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules import names, submissions
from handlers.rules.answers import Row, cite, day, filled, row, rows
from handlers.rules.eligibility import Criterion, assess, clean_since
from handlers.rules.order import Earlier, too_early
from handlers.rules.periods import add_months
from handlers.sentence import told

STUDY = "GB-15.1 SX-15.2 JX-15.4"
APPROVAL = "GB-15.3 GB-16.1 SX-15.2 JX-15.4"


def check_round(
    today: date,
    regime: Row,
    register: Register,
    table: Table,
    undertaker_id: str,
    field_name: str,
    actor: Row | None = None,
) -> dict[str, object]:
    """核对申报轮次

    An application needs a regime in force, the overall plan where the regime wants one first, and
    a guide that is out and not closed; in its round the same unit and field must not have been
    submitted already (D-18). Clauses: GB-6.2 GB-9.1 GB-11.1 GB-12.2 GB-38.1 SX-6.2 SX-13.1
    SX-13.3 SX-40.1 JX-8.1 JX-11.1 JX-12.1 JX-38.1, D-44.
    """
    _check_in_force(today, regime)
    _check_overall_plan(today, regime, register, table)
    guide = _open_guide(today, regime, register)
    same = submissions.key(str(guide["number"]), undertaker_id, field_name)
    submissions.refuse_second(register, regime, actor, same)
    return {
        "round_number": guide["number"],
        "round_title": guide["title"],
        "round_closes_on": day(guide.get("closes_on")),
    }


def check_eligibility(today: date, facts: Row, table: Table) -> dict[str, object]:
    """核对申报条件

    Every criterion of the table `eligibility` against what the unit declared. A condition the
    regime words without exception refuses; one "in principle" is left to the reviewer (D-08).
    Clauses: GB-10.1 GB-10.2 GB-10.3 GB-10.4 SX-11.1 SX-11.2 SX-11.3 SX-11.4 SX-11.5 JX-13.1
    JX-13.2 JX-13.3 JX-13.4.
    """
    criteria = rows(table("eligibility", **_declared(facts), **_look_back(today, table)))
    assessment = assess(criteria)
    if assessment.failed:
        reason = told(
            "不符合申报条件：%(failed)s。",
            failed=[each["title"] for each in assessment.failed],
        )
        raise Refusal("not_eligible", reason, [str(each["clause"]) for each in assessment.failed])
    return {
        "eligible": assessment.eligible,
        "eligibility": [dict(each) for each in criteria],
        "eligibility_summary": "\n\n".join(_judged(each) for each in criteria),
    }


def number_case(
    today: date,
    regime: Row,
    register: Register,
    round_number: str,
    undertaker_id: str,
    undertaker_name: str,
    field_name: str,
    recommender_name: str,
    recommender_id: str = "",
    actor: Row | None = None,
) -> dict[str, object]:
    """登记申报编号

    The round must still take applications on the day of submission. One recommender per
    application: the same unit and field, however written, cannot be submitted twice in a round
    (D-18, D-19). Clauses: GB-6.2 GB-9.1 GB-12.2 GB-13.1 SX-10.1 SX-13.3 JX-7.2 JX-12.1 JX-14.2.
    """
    _check_not_closed(today, regime, register, round_number)
    # The number is taken first: whoever submits the same at the same moment waits for it here and
    # then sees the other's entry.
    number = f"{regime['prefix']}申〔{today.year}〕{_next(register, regime, today)}号"
    what = submissions.key(round_number, undertaker_id, field_name)
    submissions.refuse_second(register, regime, actor, what)
    who = {"recommender": recommender_name, "recommender_id": recommender_id}
    entry = {"number": number, "title": undertaker_name, "effective_on": today}
    register.record("application", what | who | entry)
    return {"application_number": number, "submitted_on": today}


def propose_name(
    today: date,
    regime: Row,
    table: Table,
    field_name: str,
    field_name_en: str,
    studied_on: date | None = None,
    opinion_formed_on: date | None = None,
) -> dict[str, object]:
    """拟定名称

    The name used from the approval on; English only where the regime gives one (D-26, D-27). What
    is studied is the experts' opinion: not before it. Clauses: GB-37.1 GB-37.2 SX-18.2 SX-22.1
    SX-22.2 JX-17.2 JX-36.1 JX-36.2.
    """
    _check_studied(today, day(studied_on) or today, day(opinion_formed_on), regime)
    pattern = row(table("names", phase="construction"))
    return {
        "base_name_zh": names.chinese_name(pattern["zh"], field_name),
        "base_name_en": names.english_name(pattern["en"], field_name_en),
    }


def register_approval(
    today: date,
    regime: Row,
    table: Table,
    approved_on: date,
    period_months: int,
    period_exception: str | None = None,
    approval_received_on: date | None = None,
    notice_last_day: date | None = None,
    submitted_on: date | None = None,
    opinion_formed_on: date | None = None,
    studied_on: date | None = None,
    objections_settled_on: date | None = None,
) -> dict[str, object]:
    """核定建设期限

    T is the day of approval plus the period (D-10); nothing is approved before it was submitted,
    reviewed and studied, while its notice runs or before the objections are settled. Clauses:
    GB-16.1 GB-16.2 SX-15.2 SX-18.1 JX-15.4 JX-17.1.
    """
    approved, delivered = day(approved_on), day(approval_received_on)
    assert approved is not None
    _check_approval_day(today, approved, delivered, regime)
    _check_notice_over(approved, day(notice_last_day), regime)
    steps = _steps(submitted_on, opinion_formed_on, studied_on, objections_settled_on)
    if early := too_early(approved, steps):
        raise Refusal("approved_early", early, cite(regime, APPROVAL))
    _check_period(int(period_months), period_exception, table)
    return {
        "approved_on": approved,
        "approval_received_on": delivered or approved,
        "construction_end": add_months(approved, int(period_months)),
    }


def _check_in_force(today: date, regime: Row) -> None:
    start = day(regime.get("effective_from"))
    if start and today < start:
        reason = told(
            "《%(title)s》管理办法自%(start)s起施行，此前不受理申报。",
            title=regime["title"],
            start=start,
        )
        raise Refusal("not_in_force", reason, cite(regime, "GB-38.1 SX-40.1 JX-38.1"))


def _check_overall_plan(today: date, regime: Row, register: Register, table: Table) -> None:
    step = row(table("steps", step="overall_plan"))
    if step.get("on") and not _in_effect(register.records("overall_plan"), today):
        reason = "尚未制定总体规划（建设规划），不能受理申报。"
        raise Refusal("no_overall_plan", reason, cite(regime, "SX-6.2 JX-11.1"))


def _open_guide(today: date, regime: Row, register: Register) -> Row:
    guides = _in_effect(register.records("guide"), today)
    current = [each for each in guides if (day(each.get("closes_on")) or today) >= today]
    if not current:
        reason = "没有正在受理的申报批次：申报指南（阶段性建设重点和要求）尚未发布或已截止。"
        raise Refusal("no_open_round", reason, cite(regime, "GB-9.1 GB-11.1 SX-6.2 JX-12.1"))
    return current[-1]


def _check_not_closed(today: date, regime: Row, register: Register, round_number: str) -> None:
    for guide in register.records("guide", number=round_number):
        closing = day(guide.get("closes_on"))
        if closing and closing < today:
            reason = told(
                "本批次受理至%(closing)s截止，不能再报送；以后批次可以重新申报。", closing=closing
            )
            raise Refusal("round_closed", reason, cite(regime, "GB-9.1 SX-6.2 JX-12.1"))


def _in_effect(records: Sequence[Row], today: date) -> list[Row]:
    return [each for each in records if (day(each["effective_on"]) or today) <= today]


def _declared(facts: Row) -> dict[str, object]:
    return dict(facts) | {"last_incident_on": day(facts.get("last_incident_on"))}


def _look_back(today: date, table: Table) -> dict[str, object]:
    quota = row(table("quotas", quota="clean_record"))
    return {"clean_since": clean_since(today, int(quota["amount"])) if quota else None}


def _judged(criterion: Criterion) -> str:
    if criterion["kind"] == "judgement":
        word = "须人工判断"
    else:
        word = "满足" if criterion["met"] is True else "不满足"
    return f"{criterion['title']}（{criterion['clause']}）：{word}"


def _next(register: Register, regime: Row, today: date) -> str:
    return register.next_number(f"application-{regime['id']}-{today.year}")


def _check_approval_day(today: date, approved: date, delivered: date | None, regime: Row) -> None:
    clauses = cite(regime, APPROVAL)
    if approved > today or (delivered or approved) > today:
        raise Refusal("date_in_future", "批准日期、送达日期不得晚于今天。", clauses)
    if delivered and delivered < approved:
        raise Refusal("delivered_early", "送达日期不得早于批准日期。", clauses)


def _check_studied(today: date, studied: date, formed: date | None, regime: Row) -> None:
    clauses = cite(regime, STUDY)
    if studied > today:
        raise Refusal("date_in_future", "研究日期不得晚于今天。", clauses)
    reason = told("评审意见于%(formed)s形成，研究日期不得更早。", formed=formed)
    if early := too_early(studied, [(formed, reason)]):
        raise Refusal("studied_early", early, clauses)


def _check_notice_over(approved: date, notice_end: date | None, regime: Row) -> None:
    if notice_end and approved <= notice_end:
        reason = told("公示期至%(notice_end)s届满，批准日期最早为次日。", notice_end=notice_end)
        raise Refusal("notice_running", reason, cite(regime, APPROVAL))


def _steps(submitted: object, formed: object, studied: object, settled: object) -> list[Earlier]:
    """The days of what an approval rests on."""
    sent, opinion, study, last = day(submitted), day(formed), day(studied), day(settled)
    return [
        (sent, told("申报于%(submitted)s报送，批准日期不得更早。", submitted=sent)),
        (opinion, told("评审意见于%(formed)s形成，批准日期不得更早。", formed=opinion)),
        (study, told("评审意见于%(studied)s研究，批准日期不得更早。", studied=study)),
        (last, told("异议于%(settled)s处理完毕，批准日期不得更早。", settled=last)),
    ]


def _check_period(months: int, exception: str | None, table: Table) -> None:
    quota = row(table("quotas", quota="construction_period"))
    if _within(months, quota) or (quota["soft"] and filled(exception)):
        return
    reason = told(
        "%(title)s%(bound)s%(amount)s个月，现填%(months)s个月%(hint)s。",
        title=quota["title"],
        bound=BOUNDS[quota["bound"]],
        amount=quota["amount"],
        months=months,
        hint="，例外须由批准机关写明理由" if quota["soft"] else "",
    )
    raise Refusal("period_not_allowed", reason, [quota["clause"]])


def _within(months: int, quota: Row) -> bool:
    limit = int(quota["amount"])
    return months == limit or (quota["bound"] == "at_most" and months < limit)


BOUNDS = {"at_most": "不超过", "equal": "为"}
