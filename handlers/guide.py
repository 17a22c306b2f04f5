"""发布申报指南: the automatic boxes of guide.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, row


def check_plan(regime: Row, register: Register, table: Table) -> None:
    """核对总体规划

    Where the regime wants an overall plan first, no guide is published without it.
    Clauses: SX-6.2 JX-11.1 JX-12.1.
    """
    needed = row(table("steps", step="overall_plan")).get("on")
    if needed and not register.records("overall_plan"):
        reason = "尚未制定总体规划（建设规划），不能发布申报指南（阶段性建设重点和要求）。"
        raise Refusal("no_overall_plan", reason, cite(regime, "SX-6.2 JX-11.1 JX-12.1"))


def publish_guide(
    today: date, regime: Row, register: Register, guide_title: str, closes_on: date | None = None
) -> dict[str, object]:
    """发布申报指南

    Opens a round from today until the closing date, if there is one. Clauses: GB-9.1 SX-6.2
    JX-12.1.
    """
    closing = day(closes_on)
    if closing and closing < today:
        reason = "受理截止日期不得早于今天。"
        raise Refusal("closed_before_open", reason, cite(regime, "GB-9.1 SX-6.2 JX-12.1"))
    number = _number("指南", regime, register, today)
    record = {"number": number, "title": guide_title, "effective_on": today, "closes_on": closing}
    register.record("guide", record)
    return {"guide_number": number, "published_on": today}


def record_plan(today: date, regime: Row, register: Register, plan_title: str) -> dict[str, object]:
    """登记总体规划

    The plan on which later guides rest. Clauses: SX-6.2 JX-11.1.
    """
    number = _number("规划", regime, register, today)
    record = {"number": number, "title": plan_title, "effective_on": today}
    register.record("overall_plan", record)
    return {"plan_number": number, "published_on": today}


def _number(word: str, regime: Row, register: Register, today: date) -> str:
    series = {"指南": "guide", "规划": "plan"}[word]
    serial = register.next_number(f"{series}-{regime['id']}-{today.year}")
    return f"{regime['prefix']}{word}〔{today.year}〕{serial}号"
