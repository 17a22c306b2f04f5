"""表决: the automatic boxes of council_vote.bpmn, in the order of the diagram."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import DeadlineOf, Defaults, Register, Table
from handlers.refusal import Refusal
from handlers.rules.agenda import is_late
from handlers.rules.answers import Row, day, filled, row
from handlers.rules.cases import recorded, recorded_day, region
from handlers.rules.council import (
    CHAIR,
    Council,
    attendance,
    council_on,
    rules_of,
)
from handlers.rules.nominees import check_age, check_post
from handlers.rules.periods import add_days
from handlers.rules.votes import (
    ADOPTED,
    INQUORATE,
    MAJOR,
    ORDINARY,
    Attendance,
    Decision,
    Rules,
    decide,
)
from handlers.sentence import told

MEETING, WRITTEN, WITHDRAWN = "meeting", "written", "withdrawn"
RESOLUTIONS = "council_resolution"
RESULTS = {
    ADOPTED: "通过",
    "rejected": "未通过",
    INQUORATE: "法定人数不足，未作表决",
    WITHDRAWN: "人选撤下，未作表决",
}


def prepare_ballot(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    deadline: DeadlineOf,
    defaults: Defaults,
    ballot_title: str,
    matter: str,
    voting_form: str,
    marked_major: bool = False,
    item_filed_on: date | None = None,
    late_item_admitted: bool = False,
    members_present: int | None = None,
    vice_chairs_present: int | None = None,
    special_reason: str | None = None,
    ballot_closes_on: date | None = None,
    withdrawal_reason: str | None = None,
    candidate: Row | None = None,
    election_kind: str | None = None,
    stricter_age: str | None = None,
) -> dict[str, object]:
    """核对表决条件

    At a meeting in session and with its quorum, checked before each vote (D-32); in writing or
    online for a special reason. Who votes is who is in office now, whatever is entered later
    (D-33). A nominee is young enough on this day (D-34), the post is free; else the nominee is
    withdrawn. Clauses: JB-7.1 JB-7.2 JC-5.1 JC-9.3 JC-15.3 JC-21.1 JC-22.1 JC-22.3 JC-23.1.
    """
    if voting_form == WITHDRAWN:
        return _withdrawn(ballot_title, candidate, withdrawal_reason)
    council, rules = council_on(case, register, today), rules_of(table)
    if candidate:
        _check_nominee(council, candidate, election_kind, today, table, defaults, stricter_age)
    in_office = (council.members, council.vice_chairs)
    weight = _weight_of(matter, marked_major, table)
    share = rules.majority(weight)
    if voting_form == MEETING:
        _check_session(case, item_filed_on, late_item_admitted, deadline)
        known = _attendance(today, case)
        counted = [
            known.get(name) if given is None else given
            for name, given in (
                ("members_present", members_present),
                ("vice_chairs_present", vice_chairs_present),
            )
        ]
        if None in counted:
            reason = "会议不是今天开始的，请填写此刻到会的理事和副理事长人数。"
            raise Refusal("attendance_missing", reason, ["JC-22.1"])
        found = _quorum(_attending(in_office, *counted), rules)
    else:
        _check_correspondence(council, today, special_reason, ballot_closes_on)
        found = _correspondence(council, register, ballot_closes_on)
    lost = f"{ballot_title}：{RESULTS[INQUORATE]}。\n\n{found['ballot_arithmetic']}"
    return found | {
        "ballot_summary": lost if found["ballot_result"] else None,
        "ballot_weight": weight,
        "ballot_rule": f"{share.words}：须{'全体在任' if weight == MAJOR else '到会'}理事"
        f" {share.numerator}/{share.denominator} 以上赞成（{share.clause}）。",
        "ballots": [],
        "in_office": list(in_office),
    }


def check_approval(
    today: date,
    case: Row,
    register: Register,
    correspondence_approval: str,
    ballot_closes_on: date | None = None,
) -> dict[str, object]:
    """核对批准

    The chair approves while in office and while members have time to vote; after the closing day
    the form is not approved and another day is fixed. Clauses: JC-22.3.
    """
    if correspondence_approval == "approved":
        _check_chair(council_on(case, register, today))
        closing = day(ballot_closes_on)
        if closing and closing < today:
            reason = told(
                "选票截止日期 %(day)s 已过，不能批准；请选择不批准，由秘书处另定截止日期。",
                day=closing,
            )
            raise Refusal("closing_day_past", reason, ["JC-22.3"])
    return {}


def count_ballots(
    today: date,
    case: Row,
    register: Register,
    voting_form: str,
    ballots: Sequence[Row] | None = None,
    valid_ballots: int | None = None,
    vice_chair_ballots: int | None = None,
    votes_for: int | None = None,
    votes_against: int | None = None,
    in_office: Sequence[int] | None = None,
    ballot_closes_on: date | None = None,
) -> dict[str, object]:
    """统计选票

    Present are those who returned a ballot, out of those in office when the vote was called
    (D-33); what somebody voted is added up and then forgotten. Ballots in writing are counted
    when the closing day is over or everybody has returned one. Clauses: JC-12.1 JC-22.3.
    """
    serving = in_office or _in_office(case, register, today)
    if voting_form == WRITTEN:
        given = (valid_ballots, vice_chair_ballots, votes_for, votes_against)
        counted = [int(each or 0) for each in given]
    else:
        counted = _added_up(list(ballots or ()))
    _attending(serving, *counted[:2])
    closing = day(ballot_closes_on)
    if voting_form == WRITTEN and closing and today <= closing and counted[0] < serving[0]:
        reason = told(
            "选票截止日期是 %(day)s，当日24时以前还可以投票；全体理事都已交回选票的方可提前计票。",
            day=closing,
        )
        raise Refusal("round_running", reason, ["JC-12.1", "JC-22.3"])
    names = ("members_present", "vice_chairs_present", "votes_for", "votes_against")
    return dict(zip(names, counted, strict=True)) | {"ballots": None}


def decide_vote(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    table: Table,
    ballot_title: str,
    matter: str,
    ballot_weight: str,
    voting_form: str,
    members_present: int,
    vice_chairs_present: int,
    votes_for: int,
    votes_against: int | None = None,
    ballot_secrecy: str = "open",
    in_office: Sequence[int] | None = None,
) -> dict[str, object]:
    """计算表决结果

    Whole numbers only, with the arithmetic in words; blank and invalid votes count as not in
    favour (D-30). Clauses: JC-22.1 JC-22.2 JC-23.1 JC-23.2.
    """
    yes, no = int(votes_for), int(votes_against or 0)
    serving = in_office or _in_office(case, register, today)
    present = _attending(serving, int(members_present), int(vice_chairs_present))
    if yes + no > present.present:
        reason = told(
            "赞成 %(yes)s 票、反对 %(no)s 票，多于到会（交回选票）的 %(present)s 人。",
            yes=yes,
            no=no,
            present=present.present,
        )
        raise Refusal("more_votes_than_members", reason, ["JC-22.2"])
    decision = decide(rules_of(table), present, yes, ballot_weight)
    abstained = present.present - yes - no
    counts = f"赞成 {yes}，反对 {no}，弃权（含空白、无效）{abstained}。"
    arithmetic = "\n\n".join([counts, *decision.arithmetic])
    number = _number(register, regime, today) if decision.result == ADOPTED else None
    text = _resolution(regime, number, ballot_title, decision, arithmetic, today)
    counted: dict[str, object] = {
        "matter": matter,
        "weight": ballot_weight,
        "form": voting_form,
        "number": number,
    }
    counted |= {"secret": ballot_secrecy == "secret", "result": decision.result, "text": text}
    entry = {"case": case["id"], "title": ballot_title, "effective_on": today}
    register.record(RESOLUTIONS, entry | counted)
    return {
        "ballot_result": decision.result,
        "ballot_arithmetic": arithmetic,
        "ballot_summary": f"{ballot_title}：{RESULTS[decision.result]}。\n\n{arithmetic}",
        "votes_abstained": abstained,
        "resolution_number": number,
        "resolution_text": text,
        "adopted_on": today,
    }


def _added_up(ballots: Sequence[Row]) -> list[int]:
    """Ballots, those of vice-chairs among them, yes, no."""
    ways = [sum(each["vote"] == way for each in ballots) for way in ("yes", "no")]
    return [len(ballots), sum(bool(each["vice_chair"]) for each in ballots), *ways]


def _weight_of(matter: str, marked_major: bool, table: Table) -> str:
    """Major by the list of D-31, or because the chair marked it so."""
    major = row(table("matters", matter=matter)).get("major") or marked_major
    return MAJOR if major else ORDINARY


def _check_session(case: Row, filed: date | None, admitted: bool, deadline: DeadlineOf) -> None:
    """The meeting is open, and the item was filed in time or admitted by the meeting."""
    if region(case, "meeting") == "adjourned":
        reason = "会议因法定人数不足已经休会，未决议题留待下次会议；已通过的决议有效。"
        raise Refusal("meeting_adjourned", reason, ["JC-22.1"])
    held_on = recorded_day(case, "session_on")
    if region(case, "meeting") != "in_session" or held_on is None:
        reason = "没有正在召开的全体会议，不能当场表决；可以经理事长批准书面或者线上表决。"
        raise Refusal("no_meeting_in_session", reason, ["JC-22.1"])
    if recorded(case).get("session_form") == "correspondence":
        reason = "会议以通讯形式召开，请用书面或者线上表决。"
        raise Refusal("vote_by_correspondence", reason, ["JC-20.2", "JC-22.3"])
    due = deadline("agenda_item", held_on).due_on
    if is_late(filed, due) and not admitted:
        reason = told(
            "议题应于 %(due)s 以前提交，逾期的须经全体会议同意方可列入本次会议。", due=due
        )
        raise Refusal("late_item", reason, ["JC-21.1"])


def _attendance(today: date, case: Row) -> Row:
    """Who signed in at the opening; on a later day of the meeting that tells nothing."""
    return recorded(case) if recorded_day(case, "session_on") == today else {}


def _withdrawn(title: str, candidate: Row | None, reason: str | None) -> dict[str, object]:
    if not candidate:
        refused = "这项议题不是提名人选，不能撤下，应当提请表决。"
        raise Refusal("no_candidates", refused, ["JC-21.1"])
    if not filled(reason):
        raise Refusal("withdrawal_reason_missing", "请写明撤下的理由。", ["JC-5.3"])
    summary = f"{title}：{RESULTS[WITHDRAWN]}。{reason}"
    return {"ballot_result": WITHDRAWN, "ballot_arithmetic": None, "ballot_summary": summary}


def _check_nominee(
    council: Council,
    candidate: Row,
    election_kind: str | None,
    today: date,
    table: Table,
    defaults: Defaults,
    rule: str | None,
) -> None:
    """Where the council is elected anew the list was checked as a whole."""
    if election_kind != "general":
        check_post(council, candidate, table)
    name, office, born = candidate["name"], candidate["office"], candidate["born_on"]
    check_age(name, office, born, today, table, defaults, rule)


def _check_chair(council: Council) -> None:
    if not council.holders(CHAIR):
        reason = "理事长空缺，没有人可以批准书面或者线上表决。"
        raise Refusal("chair_vacant", reason, ["JC-22.3"])


def _check_correspondence(
    council: Council, today: date, reason: str | None, closes_on: date | None
) -> None:
    _check_chair(council)
    if not filled(reason):
        reason = "书面、线上表决应当写明特殊情况。"
        raise Refusal("special_reason_missing", reason, ["JC-22.3"])
    closing = day(closes_on)
    if closing is None or closing < today:
        reason = "请填写选票截止日期，不得早于今天。"
        raise Refusal("closing_day_missing", reason, ["JC-22.3"])


def _quorum(present: Attendance, rules: Rules) -> dict[str, object]:
    """What the quorum comes to; without it there is no vote."""
    quorate, sums = present.quorate(rules), "\n\n".join(present.told(rules))
    result = None if quorate else INQUORATE
    found = {"quorate": quorate, "ballot_arithmetic": sums, "ballot_result": result}
    return found | {"members_present": present.present, "vice_chairs_present": present.vice_chairs}


def _correspondence(
    council: Council, register: Register, closes_on: date | None
) -> dict[str, object]:
    """Who votes online: each member with the account of its unit, whenever it got one."""
    accounts = {str(seat["organisation"]): str(seat["id"]) for seat in register.members()}
    voters = [
        {
            "id": unit.person_id or accounts.get(unit.name),
            "unit": unit.name,
            "vice_chair": council.seats_vice_chair(unit),
        }
        for unit in council.units
        if unit.seated
    ]
    closing = day(closes_on)
    over: dict[str, object] = {
        "voters": [each for each in voters if each["id"]],
        "ballot_over_on": closing and add_days(closing, 1),
    }
    return over | {"quorate": None, "ballot_arithmetic": None, "ballot_result": None}


def _in_office(case: Row, register: Register, on: date) -> tuple[int, int]:
    council = council_on(case, register, on)
    return council.members, council.vice_chairs


def _attending(
    in_office: Sequence[int], present: int | None, vice_chairs: int | None
) -> Attendance:
    members, serving = in_office
    try:
        return attendance(members, serving, int(present or 0), int(vice_chairs or 0))
    except ValueError as error:
        reason = told("所填人数与在任人数不符（%(error)s）。", error=error)
        raise Refusal("more_than_in_office", reason, ["JC-22.1"]) from error


def _number(register: Register, regime: Row, today: date) -> str:
    serial = register.next_number(f"resolution-{regime['id']}-{today.year}")
    return f"理事会决议〔{today.year}〕{serial}号"


def _resolution(
    regime: Row, number: str | None, title: str, decision: Decision, counts: str, today: date
) -> str:
    """The resolution in words; what rests on a draft says so (D-44)."""
    mark = "（征求意见稿）" if regime["status"] == "draft" else ""
    head = f"理事会决议{mark}　{number}" if number else f"表决结果{mark}"
    return f"{head}\n\n{title}：{RESULTS[decision.result]}（{today:%Y-%m-%d}）。\n\n{counts}"
