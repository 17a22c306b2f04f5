"""报告重大问题: the automatic box of major_problem.bpmn."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day


def register_problem(
    today: date,
    regime: Row,
    register: Register,
    problem_title: str,
    problem_occurred_on: date,
) -> dict[str, object]:
    """登记重大问题

    The text asks for a prompt report and names no number of days, so only the day is kept.
    Clauses: GB-17.3 JX-17.3.
    """
    occurred = day(problem_occurred_on)
    if occurred is None or occurred > today:
        raise Refusal("date_in_future", "发生日期不得晚于今天。", cite(regime, "GB-17.3 JX-17.3"))
    serial = register.next_number(f"problem-{regime['id']}-{today.year}")
    number = f"{regime['prefix']}报〔{today.year}〕{serial}号"
    entry = {"number": number, "title": problem_title, "occurred_on": occurred}
    register.record("major_problem", entry | {"effective_on": today})
    return {"problem_number": number, "problem_reported_on": today}
