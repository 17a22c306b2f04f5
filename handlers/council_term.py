"""理事会任期: the automatic box of council_term.bpmn."""

from datetime import date

from handlers.ports import DeadlineOf
from handlers.rules.answers import Row, day
from handlers.rules.periods import add_days


def watch_term(
    today: date, case: Row, deadline: DeadlineOf, elected_on: date | None = None
) -> dict[str, object]:
    """确定任期

    Three years from the resolution; the officers stay after the last day, which is flagged
    (D-35). Clauses: JC-7.1.
    """
    ends = deadline("term_of_office", day(elected_on) or today).due_on
    return {"term_ends_on": ends, "term_expired_on": add_days(ends, 1)}
