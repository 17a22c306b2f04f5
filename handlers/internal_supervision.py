"""内部监督: the automatic box of internal_supervision.bpmn."""

from datetime import date

from handlers.ports import Register
from handlers.rules.answers import Row

FINDINGS = "internal_supervision"


def register_finding(
    today: date, case: Row, register: Register, finding_title: str, finding_reply: str
) -> dict[str, object]:
    """登记内部监督

    What the supervisory committee or audit body found, and the answer. Clauses: JC-24.1.
    """
    entry = {"case": case["id"], "title": finding_title, "reply": finding_reply}
    register.record(FINDINGS, entry | {"effective_on": today})
    return {"finding_registered_on": today}
