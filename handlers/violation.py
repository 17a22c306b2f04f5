"""违规处理: the automatic boxes of violation.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day

CONSEQUENCE = "GB-36.5"
GROUNDS = {
    "false_papers": "GB-36.1",
    "integrity": "GB-36.2",
    "other_breach": "GB-36.3",
    "branch": "GB-22.2",
    "seal": "GB-22.3",
    "conditions_lost": "GB-36.4",
}
"""What is found, with the clause that forbids it."""

CONDITIONS_LOST = "conditions_lost"


def register_violation(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    violation_ground: str,
    violation_found_on: date,
    statement_until: date,
) -> dict[str, object]:
    """登记违规线索

    A finding decides nothing; the party has until a day to state its case. Clauses: GB-22.2
    GB-22.3 GB-36.1 GB-36.2 GB-36.3 GB-36.4.
    """
    found, until = day(violation_found_on), day(statement_until)
    clauses = cite(regime, CONSEQUENCE)
    if found is None or found > today:
        raise Refusal("date_in_future", "发现日期不得晚于今天。", clauses)
    if until is None or until <= today:
        raise Refusal("statement_too_soon", "陈述截止日期须晚于今天。", clauses)
    clause = GROUNDS[violation_ground]
    entry = {"title": violation_ground, "clause": clause, "case": case["id"], "found_on": found}
    register.record("violation", entry | {"effective_on": today})
    return {"violation_clause": clause, "party_statement": None}


def find_ground(today: date, violation_ground: str, violation_clause: str) -> dict[str, object]:
    """确定处理情形

    Whether it ends unapproved, terminated or revoked follows from the state of the case (D-28).
    Clauses: GB-36.4 GB-36.5.
    """
    lost = violation_ground == CONDITIONS_LOST
    return {
        "ground": CONDITIONS_LOST if lost else "violation",
        "ground_clause": violation_clause,
        "violation_confirmed_on": today,
    }
