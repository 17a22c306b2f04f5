"""Items for the council: filed with the secretariat, late or not, open until dealt with."""

from collections.abc import Mapping
from datetime import date

from handlers.ports import Register, Table
from handlers.rules.answers import Row, day, row

ITEMS, DEALT_WITH = "agenda_item", "agenda_item_closed"

MEETING = "council_meeting"
"""The procedure in which an item is voted that no other procedure has brought."""


EVALUATION, REPORT = "evaluation_report", "report"


def is_late(filed_on: object, due_on: date) -> bool:
    """Whether an item was filed after the last day; one whose day is unknown is not late."""
    filed = day(filed_on)
    return filed is not None and filed > due_on


def file(
    register: Register,
    case: Row,
    regime: Row,
    today: date,
    title: str,
    matter: str,
    voted_in: str = MEETING,
    more: Row | None = None,
) -> str:
    """Enter an item; returns its number."""
    number = register.next_number(f"agenda-{regime['id']}-{today.year}")
    entry = {"case": case["id"], "number": f"{today.year}-{number}", "title": title}
    told = {"matter": matter, "voted_in": voted_in, "filed_on": today, "effective_on": today}
    register.record(ITEMS, entry | told | dict(more or {}))
    return f"{today.year}-{number}"


def close(register: Register, case: Row, number: str, how: str) -> None:
    """An item is dealt with: voted, reported, made a proposal."""
    entry = {"case": case["id"], "number": number, "how": how, "title": number}
    register.record(DEALT_WITH, entry)


def pending(register: Register, case: Row) -> list[Mapping[str, object]]:
    """The items that are not dealt with yet, those of earlier meetings first.

    An evaluation is dealt with when it was reported, and in no other way (JC-26.2).
    """
    known = register.records(DEALT_WITH, case=case["id"])
    closed = {each["number"] for each in known}
    reported = {each["number"] for each in known if each["how"] == REPORT}
    items = register.records(ITEMS, case=case["id"])
    return [
        each
        for each in items
        if each["number"] not in (reported if each["matter"] == EVALUATION else closed)
    ]


def choices(register: Register, case: Row) -> list[dict[str, object]]:
    """The items that the meeting itself decides, as a form offers them."""
    own = [each for each in pending(register, case) if each["voted_in"] == MEETING]
    return [
        {"value": each["number"], "label": f"{each['number']}　{each['title']}",
         "label_en": f"{each['number']} {each['title']}"}
        for each in own
    ]  # fmt: skip


def told(item: Mapping[str, object], table: Table, due_on: date | None) -> str:
    """An item in one line: number, title, class, late or not."""
    kind = row(table("matters", matter=item["matter"]))
    major = kind.get("major") or item.get("marked_major")
    late = due_on is not None and is_late(item["filed_on"], due_on)
    marks = ["重大事项" if major else "一般事项", "逾期提交" if late else "按期提交"]
    elsewhere = "" if item["voted_in"] == MEETING else "，由该事项的程序提请表决"
    return f"{item['number']}　{item['title']}（{'，'.join(marks)}{elsewhere}）"


def text(register: Register, case: Row, table: Table, due_on: object) -> str:
    """All pending items, a line each."""
    lines = [told(each, table, day(due_on)) for each in pending(register, case)]
    return "\n\n".join(lines) or "没有待议的议题。"
