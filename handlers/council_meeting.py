"""召开理事会会议: the automatic boxes of council_meeting.bpmn, in the order of the diagram."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import DeadlineOf, Register, Table
from handlers.refusal import Refusal
from handlers.rules import agenda, rounds
from handlers.rules.answers import Row, day, filled
from handlers.rules.council import CHAIR, TITLES, Council, council_on, share_of
from handlers.sentence import told

BY_UNITS = "units"
CORRESPONDENCE = "correspondence"
MINUTES = "council_minutes"


def check_proposal(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    proposed_by: str,
    proposing_units: int | None = None,
    joining_units: int | None = None,
) -> dict[str, object]:
    """核对提议单位数

    The chair and the council call a meeting by themselves; units need a third of all (D-36).
    Clauses: JC-16.2 JC-20.1.
    """
    if proposed_by != BY_UNITS:
        return {"proposal_enough": True, "proposal_arithmetic": None, "joining_units": None}
    units, proposing = council_on(case, register, today).units, int(proposing_units or 0)
    proposing += int(joining_units or 0)
    if proposing > len(units):
        reason = told(
            "提议单位 %(proposing)s 个，多于理事单位 %(units)s 个。",
            proposing=proposing,
            units=len(units),
        )
        raise Refusal("more_units_than_members", reason, ["JC-20.1"])
    share = share_of(table, "interim")
    return {
        "proposing_units": proposing,
        "joining_units": None,
        "proposal_enough": share.reached_by(proposing, len(units)),
        "proposal_arithmetic": share.told(proposing, len(units), "提议单位", "理事单位"),
    }


def fix_meeting(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    deadline: DeadlineOf,
    meeting_on: date,
    meeting_form: str,
    presider: str,
    special_reason: str | None = None,
    presider_reason: str | None = None,
    presider_name: str | None = None,
) -> dict[str, object]:
    """核定会议安排

    Day, form and presider, who is in office; a form or a presider out of the ordinary has its
    reason. Clauses: JC-16.2 JC-19.1 JC-19.2 JC-20.2 JC-21.1.
    """
    held_on = day(meeting_on)
    if held_on is None or held_on < today:
        raise Refusal("meeting_day_past", "会议日期不得早于今天。", ["JC-16.2"])
    if meeting_form == CORRESPONDENCE and not filled(special_reason):
        reason = "以通讯形式召开的，应当写明特殊情况。"
        raise Refusal("special_reason_missing", reason, ["JC-20.2"])
    if presider != CHAIR and not filled(presider_reason):
        reason = "会议一般由理事长主持；由副理事长主持的，应当写明理由。"
        raise Refusal("presider_reason_missing", reason, ["JC-19.2"])
    presides = _presides(council_on(case, register, today), presider, presider_name)
    due = deadline("agenda_item", held_on).due_on
    passed = due < today
    note = f"议题应于 {due:%Y-%m-%d} 以前提交" + (
        "，该日已过，新提交的均为逾期议题。" if passed else "。"
    )
    serial = register.next_number(f"meeting-{regime['id']}-{held_on.year}")
    return {
        "meeting_number": f"{held_on.year}年第{int(serial)}次",
        "items_due_on": due,
        "items_note": note,
        "presider_name": presides,
    }


def _presides(council: Council, office: str, name: str | None) -> str:
    """The name of who presides; the chair's need not be given."""
    serving = [each.name for each in council.holders(office)]
    if office == CHAIR and not serving:
        reason = "理事长空缺，请由一名副理事长主持，并写明理由。"
        raise Refusal("chair_vacant", reason, ["JC-16.2", "JC-19.2"])
    if office == CHAIR and not filled(name):
        return serving[0]
    given = str(name or "").strip()
    if given not in serving:
        title = TITLES[office]
        reason = told("主持人应当是在任的%(office)s（%(names)s）。", office=title, names=serving)
        raise Refusal("not_in_office", reason, ["JC-16.2", "JC-19.2"])
    return given


def file_item(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    items_due_on: date,
    item_title: str,
    matter: str,
    item_by: str,
    marked_major: bool = False,
    document_kind: str | None = None,
) -> dict[str, object]:
    """登记议题

    Filed five working days ahead, or late and then for the assembly to admit; no draft that is out
    for comments (D-43). Clauses: JC-17.3 JC-21.1 JS-1.2 JS-2.2.
    """
    rounds.check_closed(register, _document(matter, document_kind), item_title)
    more = {"item_by": item_by, "marked_major": marked_major}
    number = agenda.file(register, case, regime, today, item_title, matter, more=more)
    return {"item_number": number, "item_late": agenda.is_late(today, day(items_due_on) or today)}


def _document(matter: str, kind: str | None) -> str | None:
    """The kind of rules that an item is about."""
    named = {"operating_rules": kind or rounds.MEASURES, "charter_amendment": rounds.CHARTER}
    return named.get(matter)


def lay_agenda(
    case: Row, register: Register, table: Table, items_due_on: date
) -> dict[str, object]:
    """列出议程

    Everything filed and not dealt with: new items, those left by earlier meetings, results to be
    reported. Clauses: JC-9.3 JC-21.1 JC-26.2.
    """
    shown = agenda.text(register, case, table, items_due_on)
    return {"agenda_text": shown, "agenda_count": len(agenda.pending(register, case))}


def archive_meeting(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    meeting_number: str,
    minutes_text: str,
    minutes_log: Sequence[str] | None = None,
    presider_name: str | None = None,
) -> dict[str, object]:
    """会议记录存档

    The discussion, each vote with its arithmetic, the archive number. Clauses: JC-21.3 JC-23.2.
    """
    serial = register.next_number(f"minutes-{regime['id']}-{today.year}")
    number = f"理事会会议记录〔{today.year}〕{serial}号"
    shown = {"number": number, "title": f"{meeting_number}会议记录", "minutes": minutes_text}
    presided = {"presider": presider_name, "log": list(minutes_log or ())}
    register.record(MINUTES, {"case": case["id"], "effective_on": today} | shown | presided)
    return {"minutes_number": number, "minutes_archived_on": today}
