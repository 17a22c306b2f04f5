"""成员单位除名: the automatic boxes of unit_removal.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules import agenda
from handlers.rules.answers import Row
from handlers.rules.council import council_on, figures, leave
from handlers.rules.ratings import is_refuted, ratings_of
from handlers.rules.votes import ADOPTED
from handlers.sentence import told

GROUNDS = {
    "inactivity": "一年内未参加任何活动",
    "poor_ratings": "连续两年表现较差",
    "private_interest": "利用成员单位身份牟取私利",
    "unfit": "因其他原因不适合作为成员单位",
}


def table_unit_removal(
    today: date, case: Row, regime: Row, register: Register, unit_name: str, exit_ground: str
) -> dict[str, object]:
    """提出除名

    The unit shall leave, but not by itself: the full meeting resolves on it as a major matter
    (D-31, D-38). Clauses: JC-9.1a JC-14.1 JC-14.2 JC-14.3.
    """
    title = f"{unit_name}除名（{GROUNDS[exit_ground]}）"
    more = {"unit": unit_name}
    number = agenda.file(register, case, regime, today, title, "unit_removal", "unit_removal", more)
    return {"ballot_title": title, "item_number": number, "item_filed_on": today}


def withdraw_removal(
    today: date,
    case: Row,
    register: Register,
    unit_name: str,
    exit_ground: str,
    item_number: str,
) -> dict[str, object]:
    """核对并撤下

    The unit has left, or its ratings as corrected give no ground any more; else the vote decides.
    Clauses: JC-14.1 JC-14.3.
    """
    known = council_on(case, register, today).unit(unit_name)
    if known and not is_refuted(exit_ground, ratings_of(register, case, unit_name)):
        reason = told("%(name)s仍是成员单位，除名的事由没有更正，须经表决。", name=unit_name)
        raise Refusal("ground_stands", reason, ["JC-14.1", "JC-14.3"])
    agenda.close(register, case, item_number, "withdrawn")
    return {"exit_result": "lapsed"}


def register_unit_removal(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    unit_name: str,
    item_number: str,
    ballot_result: str,
) -> dict[str, object]:
    """登记除名结果

    Removed with the resolution, else a member as before. Clauses: JC-9.1a JC-14.3.
    """
    agenda.close(register, case, item_number, ballot_result)
    if ballot_result == ADOPTED:
        leave(case, register, unit_name, today)
    after = figures(council_on(case, register, today), table)
    result = "removed" if ballot_result == ADOPTED else "stays"
    return {"exit_result": result} | after
