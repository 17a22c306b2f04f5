"""终止建设或者撤销: the automatic boxes of end_case.bpmn, in the order of the diagram."""

from collections.abc import Iterator
from datetime import date

from handlers.ports import DeadlineOf, Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, filled, row
from handlers.rules.cases import recorded, recorded_day
from handlers.rules.submissions import ENDING
from handlers.sentence import told

DECISION = "GB-5.3 SX-6.3 JX-7.3"
OTHERWISE = {
    "late_filing": ("说明理由，受理逾期的申请", "admit a late application, with reasons"),
    "late_refiling": ("说明理由，受理逾期的再次申请", "admit a late re-application, with reasons"),
    "rectify_again": ("再次整改", "rectify again"),
    "wait": ("暂缓，另定日期再作决定", "wait and decide on a later day"),
    "drop": ("情形已消失，不再处理", "the ground is gone, drop the matter"),
}
"""What may be decided instead of the end (column `alternatives` of the table `endings`)."""

LATE = frozenset({"late_filing", "late_refiling"})
DATED = LATE | {"wait"}
FACTS = (
    ("base_name_zh", "名称"),
    ("approved_on", "批准建设（筹建）"),
    ("original_construction_end", "原建设期届满"),
    ("construction_end", "建设期届满"),
    ("extension_granted_on", "批准延期"),
    ("acceptance_failures", "验收未通过次数"),
    ("verdict_received_on", "最近一次验收意见送达"),
    ("rectification_due_on", "整改期届满"),
    ("established_on", "批准成立"),
    ("evaluation_grade", "评估结果"),
    ("assessment_grade", "考核结果"),
    ("order_due_on", "责令整改期限"),
)
"""What of the case's record the decision rests on, with its title."""


def assemble_basis(
    today: date, case: Row, deadline: DeadlineOf, table: Table, ground: str
) -> dict[str, object]:
    """汇集处理依据

    The clause, the word and the state it leads to, what else may be decided, and the facts on
    record (D-12 to D-14, D-28). Clauses: GB-5.3 GB-20.4 GB-21.5 GB-33.5 GB-36.5 SX-6.3 SX-21.3
    SX-38.2 JX-7.3 JX-19.4 JX-20.4 JX-35.2.
    """
    ending = _ending(case, table, ground)
    if not ending:
        raise LookupError(f"决策表“endings”没有本规程、本状态的情形“{ground}”。")
    rectify_by = _rectify_by(case, ending, deadline)
    return _basis(case, ending) | {"proposed_on": today, "rectify_by": rectify_by}


def check_decision(
    today: date,
    case: Row,
    regime: Row,
    table: Table,
    register: Register,
    ending: Row,
    ground: str,
    proposed_on: date,
    case_decision: str,
    decision_reason: str,
    decided_on: date | None = None,
    party_statement: str | None = None,
    late_filing_until: date | None = None,
    wait_until: date | None = None,
    rectify_until: date | None = None,
    rectify_by: date | None = None,
) -> dict[str, object]:
    """核对处理决定

    Ended on the day of the decision, after the party's statement where the row wants one;
    anything else has its reason and, where it waits, its day. Nothing ends for a re-application
    that has been filed or may still be (D-13); to rectify again when the six months are over
    admits a late re-application (D-13, D-14). Where the case has come into a state for which the
    law has another consequence, it is decided anew on that basis. Clauses: GB-5.3 GB-20.4 GB-21.5
    GB-33.5 GB-36.5 SX-6.3 SX-21.3 SX-38.2 JX-7.3 JX-19.4 JX-20.4 JX-35.2.
    """
    now = _ending(case, table, ground)
    if now and now["state"] != ending["state"]:
        return _basis(case, now) | {"basis_changed": True, "case_decision": None}
    settled: dict[str, object] = {"basis_changed": False}
    if case_decision == "end":
        _check_overdue(today, case, ground, ending)
        ended = _ended_on(today, day(decided_on), day(proposed_on), ending, party_statement)
        ground_and_clause = {"ended_ground": ground, "ended_clause": ending["clause"]}
        register.record(ENDING, {"title": ending["word"], "effective_on": ended})
        return settled | {"ended_on": ended} | ground_and_clause
    if case_decision not in str(ending["alternatives"]).split():
        reason = told("该情形依条文应当%(word)s，不能作其他决定。", word=ending["word"])
        raise Refusal("decision_not_open", reason, [str(ending["clause"])])
    late = case_decision in LATE
    until = day(late_filing_until if late else wait_until)
    if case_decision in DATED and (until is None or until < today):
        reason = "应当写明截止日期，不得早于今天。"
        raise Refusal("day_missing", reason, cite(regime, DECISION))
    admitted = until if late else None
    if case_decision == "rectify_again":
        admitted = _rectify_late(today, day(rectify_by), day(rectify_until), ending)
    return settled | {
        "decide_again_on": until,
        "late_filing_until": admitted,
        "late_filing_reason": decision_reason if admitted else None,
    }


def _rectify_by(case: Row, ending: Row, deadline: DeadlineOf) -> date | None:
    """The last day of the rectification that the verdict began, where it may be granted again."""
    received = recorded_day(case, "verdict_received_on")
    if received is None or "rectify_again" not in str(ending["alternatives"]).split():
        return None
    return deadline("rectification_acceptance", received).due_on


def _rectify_late(today: date, due_on: date | None, named: date | None, ending: Row) -> date | None:
    """Until when a re-application is admitted late; None while the time to rectify runs."""
    if due_on is None or due_on >= today:
        return None
    if named is None or named < today:
        reason = told(
            "整改和再次申请的期限%(due_on)s已过，准予再次整改的，应当写明受理再次申请的截止日期，不得早于今天。",
            due_on=due_on,
        )
        raise Refusal("day_missing", reason, [str(ending["clause"])])
    return named


def _check_overdue(today: date, case: Row, ground: str, ending: Row) -> None:
    if ground != "rectification_overdue":
        return
    record, due_on = recorded(case), recorded_day(case, "rectification_due_on")
    pending = record.get("acceptance_pending") or case["state"] != "rectifying_acceptance"
    if pending or (due_on and today <= due_on):
        reason = told(
            "已经再次提出申请或者整改期限未过的，不能以逾期未报%(word)s。", word=ending["word"]
        )
        raise Refusal("not_overdue", reason, [str(ending["clause"])])


def _ending(case: Row, table: Table, ground: str) -> Row:
    return row(table("endings", ground=ground, case_state=case["state"]))


def _basis(case: Row, ending: Row) -> dict[str, object]:
    return {
        "ending": dict(ending),
        "basis_summary": "\n\n".join(_facts(recorded(case))),
        "decision_choices": list(_choices(ending)),
    }


def _facts(record: Row) -> Iterator[str]:
    for name, title in FACTS:
        if record.get(name) not in (None, "", 0):
            yield f"**{title}** {_written(record, name)}"


def _written(record: Row, name: str) -> str:
    if name.endswith(("_on", "_end")):
        return f"{day(record[name]):%Y-%m-%d}"
    return str(record[name])


def _choices(ending: Row) -> Iterator[dict[str, str]]:
    yield {"value": "end", "label": str(ending["word"]), "label_en": str(ending["state"])}
    for word in str(ending["alternatives"]).split():
        label, label_en = OTHERWISE[word]
        yield {"value": word, "label": label, "label_en": label_en}


def _ended_on(
    today: date,
    decided: date | None,
    proposed: date | None,
    ending: Row,
    statement: str | None,
) -> date:
    clauses = [str(ending["clause"])]
    if ending["statement"] and not filled(statement):
        raise Refusal("statement_missing", "作出决定前，应当先记录当事单位的陈述。", clauses)
    ended = decided or today
    if ended > today or (proposed and ended < proposed):
        reason = "决定日期不得早于提请之日，不得晚于今天。"
        raise Refusal("decision_date_wrong", reason, clauses)
    return ended
