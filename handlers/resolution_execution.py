"""决议执行: the automatic box of resolution_execution.bpmn."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row
from handlers.sentence import told

RESOLUTIONS, EXECUTED = "council_resolution", "resolution_execution"


def note_execution(
    today: date,
    case: Row,
    register: Register,
    executed_number: str,
    execution_status: str,
    execution_report: str,
) -> dict[str, object]:
    """登记执行情况

    The ledger of resolutions, with what was allocated and how far each is carried out. Clauses:
    JC-9.2 JC-17.1 JC-17.4.
    """
    found = register.records(RESOLUTIONS, case=case["id"], number=executed_number)
    if not found:
        raise Refusal(
            "unknown_resolution",
            told("没有决议%(number)s。", number=executed_number),
            ["JC-17.1"],
        )
    entry = {"case": case["id"], "number": executed_number, "status": execution_status}
    report = {"title": f"{executed_number}执行情况", "report": execution_report}
    register.record(EXECUTED, entry | report | {"effective_on": today})
    return {"executed_title": found[0]["title"]}
