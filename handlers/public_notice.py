"""公示: the automatic boxes of public_notice.bpmn, in the order of the diagram."""

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.ports import DeadlineOf, Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, filled
from handlers.rules.periods import latest
from handlers.sentence import told

NOTICE = "GB-15.2 GB-15.3"
OBJECTION = "GB-16.1"
RESULTS = {
    "dismissed": "异议不成立",
    "resolved": "已处理完毕，仍符合要求",
    "upheld": "异议成立，不符合要求",
}
ASKED = (
    "objector_name",
    "objector_contact",
    "objection_content",
    "objection_documents",
    "objection_received_on",
    "objection_receipt",
)
ANSWERED = ("settled_objection", "objection_result", "settlement_note", "settlement_documents")


def publish_notice(
    today: date,
    regime: Row,
    deadline: DeadlineOf,
    register: Register,
    notice_name: str | None = None,
    notice_undertaker: str | None = None,
    notice_recommender: str | None = None,
    announced_last_day: date | None = None,
    notice_contact: str | None = None,
    notice_milestone: str = "public_notice",
    registered_name: str | None = None,
    registered_undertaker: str | None = None,
    registered_recommender: str | None = None,
) -> dict[str, object]:
    """核对并发布公示

    Name, undertaking unit and recommender must stand in it as they are registered; it lasts at
    least the legal period, the day of publication not counted (D-15). What is published stays as
    it was published (record ``public_notice``). Clauses: GB-15.1 GB-15.2 GB-15.3.
    """
    items = {"名称": notice_name, "承担单位": notice_undertaker, "推荐单位": notice_recommender}
    if lacking := [label for label, value in items.items() if not filled(value)]:
        reason = told("公示内容缺少：%(names)s，不能发布。", names=lacking)
        raise Refusal("notice_incomplete", reason, cite(regime, NOTICE))
    _check_registered(
        items, (registered_name, registered_undertaker, registered_recommender), regime
    )
    minimum = deadline(notice_milestone, today).due_on
    last_day = day(announced_last_day) or minimum
    if last_day < minimum:
        reason = told("公示不得少于规定期限，截止日期最早为%(minimum)s。", minimum=minimum)
        raise Refusal("notice_too_short", reason, cite(regime, NOTICE))
    snapshot = {"title": notice_name, "undertaker": notice_undertaker, "contact": notice_contact}
    about = {"recommender": notice_recommender, "milestone": notice_milestone}
    register.record("public_notice", snapshot | about | {"last_day": f"{last_day:%Y-%m-%d}"})
    return {"notice_published_on": today, "notice_last_day": last_day} | _tell([])


def register_objection(
    today: date,
    regime: Row,
    deadline: DeadlineOf,
    notice_published_on: date,
    notice_last_day: date,
    objections: Sequence[Row],
    objector_name: str,
    objector_contact: str,
    objection_content: str,
    objection_documents: Sequence[str] | None = None,
    objection_received_on: date | None = None,
    objection_receipt: str | None = None,
    notice_milestone: str = "public_notice",
) -> dict[str, object]:
    """登记异议

    In time through 24:00 of the last day, by the day it was received; a late one is recorded and
    does not block (D-15). The form is empty again for the next one. ``objection_receipt`` is the
    number of one that came through the portal. Clauses: GB-15.3 GB-16.1.
    """
    last_day = _last_day(deadline, notice_milestone, notice_published_on, notice_last_day)
    received = day(objection_received_on) or today
    if not _date(notice_published_on) <= received <= today:
        reason = "收到日期应在公示发布之日至今天之间。"
        raise Refusal("received_outside_notice", reason, cite(regime, OBJECTION))
    timely = received <= last_day
    objection = {
        "number": len(objections) + 1,
        "objector": objector_name,
        "contact": objector_contact,
        "content": objection_content,
        "documents": list(objection_documents or ()),
        "received_on": received,
        "timely": timely,
        "receipt": objection_receipt,
        "result": None,
    }
    return {"objection_timely": timely} | _emptied(ASKED) | _tell([*objections, objection])


def record_settlement(
    today: date,
    regime: Row,
    register: Register,
    objections: Sequence[Row],
    settled_objection: str,
    objection_result: str,
    settlement_note: str,
    settlement_documents: Sequence[str] | None = None,
) -> dict[str, object]:
    """登记处理结果

    Each timely objection is settled once, with findings; one that came through the portal has its
    answer there (record ``submission_answer``). Clauses: GB-16.1.
    """
    number = str(settled_objection)
    waiting = {str(each["number"]): each for each in _open(objections)}
    if number not in waiting:
        raise Refusal("objection_not_open", "该异议不存在或已处理。", cite(regime, OBJECTION))
    if receipt := waiting[number].get("receipt"):
        answer = f"{RESULTS[objection_result]}。{settlement_note}"
        register.record("submission_answer", {"receipt": receipt, "answer": answer})
    settled = {
        "result": objection_result,
        "note": settlement_note,
        "papers": list(settlement_documents or ()),
        "settled_on": today,
    }
    every = [dict(e) | settled if str(e["number"]) == number else dict(e) for e in objections]
    return _emptied(ANSWERED) | _tell(every)


def check_settlements(
    today: date,
    regime: Row,
    deadline: DeadlineOf,
    notice_published_on: date,
    notice_last_day: date,
    objections: Sequence[Row],
    notice_conclusion: str,
    notice_milestone: str = "public_notice",
) -> dict[str, object]:
    """核对异议处理情况

    No result while the notice runs or a timely objection is not settled; in favour unless an
    objection was upheld, and never over an upheld one. Clauses: GB-16.1.
    """
    last_day = _last_day(deadline, notice_milestone, notice_published_on, notice_last_day)
    if today <= last_day:
        reason = told("公示期至%(last_day)s届满，次日起方可认定公示结果。", last_day=last_day)
        raise Refusal("notice_running", reason, cite(regime, NOTICE))
    _check_result(objections, notice_conclusion, cite(regime, OBJECTION))
    return {
        "objections_open": 0,
        "notice_last_day": last_day,
        "objections_settled_on": _settled_on(objections),
    }


def _check_registered(
    items: Mapping[str, str | None], registered: Sequence[str | None], regime: Row
) -> None:
    pairs = zip(items.items(), registered, strict=True)
    if other := [label for (label, value), known in pairs if known and value != known]:
        reason = told("公示的%(names)s与登记的不一致，须以登记的为准。", names=other)
        raise Refusal("notice_differs", reason, cite(regime, NOTICE))


def _check_result(objections: Sequence[Row], conclusion: str, clauses: Sequence[str]) -> None:
    if open_ones := _open(objections):
        reason = told("尚有%(count)s件异议未处理完毕，不能认定公示结果。", count=len(open_ones))
        raise Refusal("objections_open", reason, clauses)
    upheld = any(each["result"] == "upheld" for each in objections)
    if conclusion == "passed" and upheld:
        reason = "有异议成立且不符合要求，不能认定为符合要求。"
        raise Refusal("objection_upheld", reason, clauses)
    if conclusion != "passed" and not upheld:
        reason = "没有异议，或者异议处理完毕仍符合要求的，不能认定为不符合要求。"
        raise Refusal("no_objection_upheld", reason, clauses)


def _last_day(deadline: DeadlineOf, milestone: str, published: date, announced: date) -> date:
    """The announced last day, or a later one since the year's holidays are known (D-05)."""
    return max(_date(announced), deadline(milestone, _date(published)).due_on)


def _emptied(fields: Sequence[str]) -> dict[str, object]:
    """The form's variables without the answers just registered: the next person starts anew."""
    return dict.fromkeys(fields)


def _settled_on(objections: Sequence[Row]) -> date | None:
    """The day the last one was settled, None where there was nothing to settle."""
    return latest(*(day(each.get("settled_on")) for each in objections))


def _open(objections: Sequence[Row]) -> list[Row]:
    return [each for each in objections if each["timely"] and not each["result"]]


def _tell(objections: Sequence[Row]) -> dict[str, object]:
    """The objections with what diagram and forms show of them."""
    waiting = _open(objections)
    return {
        "objections": [dict(each) for each in objections],
        "objections_open": len(waiting),
        "open_objections": [{"value": str(e["number"]), "label": _title(e)} for e in waiting],
        "objections_summary": "\n\n".join(map(_line, objections)) or "没有收到异议。",
    }


def _title(objection: Row) -> str:
    return f"第{objection['number']}件 {objection['objector']}"


def _line(objection: Row) -> str:
    received = f"（{_date(objection['received_on']):%Y-%m-%d}收到）"
    if not objection["timely"]:
        state = "逾期，仅登记"
    else:
        state = RESULTS.get(str(objection["result"]), "待处理")
    receipt = f"回执 {objection['receipt']}，" if objection.get("receipt") else ""
    return f"{_title(objection)}{received}：{objection['content']}——{receipt}{state}"


def _date(value: object) -> date:
    known = day(value)
    assert known is not None
    return known
