"""制度文件审议: the automatic boxes of rules_adoption.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules import agenda, rounds
from handlers.rules.answers import Row, day
from handlers.sentence import told

MATTER = {"charter": "charter_amendment", "measures": "operating_rules"}
DOCUMENTS, RESOLUTIONS = "adopted_rules", "council_resolution"


def table_rules(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    document_kind: str,
    document_title: str,
) -> dict[str, object]:
    """提请审议

    Drafted by the secretary-general, adopted by the full meeting as a major matter (D-31). A draft
    that is out for comments comes on the agenda when its round is closed (D-43). Clauses:
    JC-17.2b JC-18.1 JC-32.2 JS-1.2 JS-2.2.
    """
    rounds.check_closed(register, document_kind, document_title)
    matter = MATTER.get(document_kind, "operating_rules")
    title = f"审议{document_title}"
    number = agenda.file(register, case, regime, today, title, matter, "rules_adoption")
    filed = {"ballot_title": title, "item_number": number, "item_filed_on": today}
    return filed | {"matter": matter}


def close_item(
    case: Row, register: Register, item_number: str, ballot_result: str
) -> dict[str, object]:
    """登记审议结果

    A date printed in a draft adopts nothing; the vote does. Clauses: JC-32.1 JC-32.2.
    """
    agenda.close(register, case, item_number, ballot_result)
    return {"document_vote": ballot_result}


def register_rules(
    today: date,
    case: Row,
    register: Register,
    document_kind: str,
    document_title: str,
    resolution_number: str,
    issued_on: date,
) -> dict[str, object]:
    """登记施行日期

    The measures are in force on the day of approval, the charter on the day of publication; neither
    comes before the vote. Clauses: JB-16.1 JC-33.1.
    """
    issued = day(issued_on)
    if issued is None or issued > today:
        raise Refusal("date_in_future", "批准（公布）日期不得晚于今天。", ["JB-16.1", "JC-33.1"])
    for vote in register.records(RESOLUTIONS, case=case["id"], number=resolution_number):
        _check_adopted(issued, day(vote["effective_on"]))
    entry = {"case": case["id"], "title": document_title, "document": document_kind}
    register.record(DOCUMENTS, entry | {"effective_on": issued})
    if document_kind == "charter":
        return {"charter_effective_on": issued}
    return {"measures_effective_on": issued} if document_kind == "measures" else {}


def _check_adopted(issued: date, adopted: date | None) -> None:
    if adopted is None or issued >= adopted:
        return
    reason = told("批准（公布）日期不得早于审议通过的日期（%(adopted)s）。", adopted=adopted)
    raise Refusal("before_resolution", reason, ["JB-16.1", "JC-33.1"])
