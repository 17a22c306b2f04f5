"""开会: the automatic boxes of council_session.bpmn, in the order of the diagram."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import DeadlineOf, Register, Table
from handlers.refusal import Refusal
from handlers.rules import agenda
from handlers.rules.answers import Row, day
from handlers.rules.cases import recorded, recorded_day, region
from handlers.rules.council import attendance, council_on, rules_of
from handlers.rules.votes import INQUORATE
from handlers.sentence import told

CORRESPONDENCE = "correspondence"
SESSION, ENDED, ATTENDED = "council_session", "council_session_closed", "council_attendance"
VOTE = "vote"
PROPOSAL = "proposal"
CLOSE = "close"
DEFER = "defer"


def check_quorum(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    members_present: int,
    vice_chairs_present: int,
    attending_units: Sequence[str] | None = None,
    meeting_number: str | None = None,
    meeting_on: date | None = None,
) -> dict[str, object]:
    """核对法定人数

    Two thirds of the members and three vice-chairs; who signed in is kept for the yearly review.
    Not before the day to which the members were called, one meeting at a time. Clauses: JC-13.2
    JC-16.2 JC-22.1.
    """
    planned = day(meeting_on)
    if planned and today < planned:
        reason = told("会议定于 %(day)s 召开，不能提前开会。", day=planned)
        raise Refusal("before_meeting_day", reason, ["JC-16.2"])
    _check_other(case, register)
    council, rules = council_on(case, register, today), rules_of(table)
    signed = list(attending_units or ())
    if signed and len(signed) != int(members_present):
        reason = told(
            "签到单位 %(signed)s 个，与到会理事 %(members_present)s 人不符。",
            signed=len(signed),
            members_present=members_present,
        )
        raise Refusal("attendance_mismatch", reason, ["JC-13.2"])
    try:
        present = attendance(
            council.members, council.vice_chairs, int(members_present), int(vice_chairs_present)
        )
    except ValueError as error:
        reason = told("所填人数与在任人数不符（%(error)s）。", error=error)
        raise Refusal("more_than_in_office", reason, ["JC-22.1"]) from error
    for unit in signed:
        entry = {"case": case["id"], "unit": unit, "year": today.year, "title": unit}
        register.record(ATTENDED, entry)
    quorate = present.quorate(rules)
    if quorate:
        _note_session(today, case, register, meeting_number)
    return {
        "quorate": quorate,
        "quorum_arithmetic": "\n\n".join(present.told(rules)),
        "session_on": today if quorate else None,
        "session_form": "in_person",
        "session_result": None if quorate else "adjourned",
        "items_left": len(agenda.pending(register, case)),
        "open_item_choices": agenda.choices(register, case),
        "minutes_log": [],
    }


def open_by_correspondence(
    today: date, case: Row, register: Register, meeting_number: str | None = None
) -> dict[str, object]:
    """以通讯形式开会

    Nobody signs in; each vote tests the quorum on the ballots returned (D-33). Clauses: JC-20.2
    JC-22.3.
    """
    _check_other(case, register)
    _note_session(today, case, register, meeting_number)
    choices = agenda.choices(register, case)
    opened = {"session_on": today, "session_form": CORRESPONDENCE}
    return opened | {"open_item_choices": choices, "minutes_log": []}


def put_item(
    case: Row,
    register: Register,
    deadline: DeadlineOf,
    next_step: str,
    item_number: str | None = None,
    late_item_admitted: bool | None = None,
) -> dict[str, object]:
    """提出议题

    One of the items filed, a late one only where the meeting admits it; those of other procedures
    are put to the vote there, a third party's evaluation is reported. Clauses: JC-21.1 JC-21.2
    JC-22.1 JC-26.2.
    """
    if next_step == CLOSE:
        return {"ballot_result": None}
    if next_step == VOTE and region(case, "meeting") == "adjourned":
        reason = "会议因法定人数不足已经休会，未决议题留待下次会议。"
        raise Refusal("meeting_adjourned", reason, ["JC-22.1"])
    open_items = {str(each["number"]): each for each in agenda.pending(register, case)}
    item = open_items.get(str(item_number))
    if item is None:
        raise Refusal("unknown_item", "议程中没有这项待议的议题。", ["JC-21.1"])
    if next_step == VOTE and item["voted_in"] != agenda.MEETING:
        reason = "这项议题由提出它的程序提请表决（选举、调整、加入、除名等）。"
        raise Refusal("voted_elsewhere", reason, ["JC-21.2"])
    if item["matter"] == agenda.EVALUATION and next_step not in (agenda.REPORT, DEFER):
        reason = "第三方评估结果应当在理事会上通报，或者留待下次会议通报。"
        raise Refusal("to_be_reported", reason, ["JC-26.2"])
    if not late_item_admitted:
        _check_time(case, item, next_step, deadline)
    return {
        "ballot_title": item["title"],
        "matter": item["matter"],
        "marked_major": bool(item.get("marked_major")),
        "item_filed_on": day(item["filed_on"]),
        "late_item_admitted": None,
        "ballot_result": None,
    }


def _check_time(case: Row, item: Row, next_step: str, deadline: DeadlineOf) -> None:
    """A vote at a meeting asks for the admission itself; one by correspondence does not."""
    away = recorded(case).get("session_form") == CORRESPONDENCE
    held_on = recorded_day(case, "session_on")
    if held_on is None or not (next_step == PROPOSAL or (next_step == VOTE and away)):
        return
    due = deadline("agenda_item", held_on).due_on
    if agenda.is_late(item["filed_on"], due):
        reason = told(
            "议题应于 %(due)s 以前提交，逾期的须经全体会议同意方可列入本次会议。", due=due
        )
        raise Refusal("late_item", reason, ["JC-21.1"])


def note_result(
    case: Row,
    register: Register,
    table: Table,
    next_step: str,
    item_number: str,
    ballot_title: str,
    discussion: str,
    ballot_result: str | None = None,
    ballot_arithmetic: str | None = None,
    minutes_log: Sequence[str] | None = None,
    items_due_on: date | None = None,
) -> dict[str, object]:
    """记录讨论和决议

    What was not decided stays on the list for the next meeting (D-32). Clauses: JC-21.2 JC-21.3
    JC-23.2.
    """
    undecided = next_step == VOTE and ballot_result not in ("adopted", "rejected")
    if next_step != DEFER and not undecided:
        agenda.close(register, case, item_number, ballot_result or next_step)
    how = HOW.get(ballot_result or next_step, "未作表决，留待下次会议")
    line = f"{item_number}　{ballot_title}：{how}。{discussion}"
    counted = [str(ballot_arithmetic)] if next_step == VOTE and ballot_arithmetic else []
    log = [*(minutes_log or ()), "\n\n".join([line, *counted])]
    return {
        "minutes_log": log,
        "minutes_draft": "\n\n".join(log),
        "agenda_text": agenda.text(register, case, table, items_due_on),
        "open_item_choices": agenda.choices(register, case),
    }


HOW = {
    "adopted": "通过",
    "rejected": "未通过",
    INQUORATE: "法定人数不足，未作表决，留待下次会议",
    PROPOSAL: "形成提案",
    "report": "已通报",
    DEFER: "留待下次会议",
}


def close_session(
    case: Row, register: Register, meeting_number: str | None = None
) -> dict[str, object]:
    """核对会议是否休会

    Resolutions passed before the quorum was lost stand; the next meeting may open. Clauses:
    JC-22.1.
    """
    ended = {"case": case["id"], "meeting": meeting_number, "title": str(meeting_number)}
    register.record(ENDED, ended)
    left = len(agenda.pending(register, case))
    adjourned = region(case, "meeting") == "adjourned"
    return {"session_result": "adjourned" if adjourned else "closed", "items_left": left}


def _check_other(case: Row, register: Register) -> None:
    """Raises Refusal while another meeting has not ended; its votes rest on who is there."""
    ended = {each["meeting"] for each in register.records(ENDED, case=case["id"])}
    opened = [each.get("meeting") for each in register.records(SESSION, case=case["id"])]
    if going := [number for number in opened if number and number not in ended]:
        reason = told("%(number)s会议还没有闭会，闭会以后才能开会。", number=going[0])
        raise Refusal("meeting_in_session", reason, ["JC-22.1"])


def _note_session(today: date, case: Row, register: Register, meeting: str | None) -> None:
    entry = {"case": case["id"], "year": today.year, "title": f"{today:%Y-%m-%d}全体会议"}
    register.record(SESSION, entry | {"meeting": meeting})
