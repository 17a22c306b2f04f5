"""年度全体会议: the automatic boxes of council_year.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.rules.answers import Row, day, row
from handlers.rules.years import year_of

SESSION = "council_session"
REMINDER = "assembly_reminder_month"


def open_year(
    today: date,
    table: Table,
    next_assembly_year: int | None = None,
    elected_on: date | None = None,
) -> dict[str, object]:
    """确定年度

    The assembly that elected the council is that of its year; the next calendar year is the
    first to be watched, its third-party evaluation too. Clauses: JC-18.0 JC-26.1.
    """
    elected = day(elected_on) or today
    year = year_of(next_assembly_year, max(elected.year + 1, today.year))
    month = int(row(table("quotas", quota=REMINDER))["amount"])
    return {
        "assembly_year": year.number,
        "assembly_year_from": year.first_day,
        "assembly_reminder_on": date(year.number, month, 1),
        "next_assembly_year": year.number + 1,
        "assembly_year_over_on": year.next_first_day,
    }


def count_assemblies(case: Row, register: Register, assembly_year: int) -> dict[str, object]:
    """核对是否已召开

    A meeting that opened with its quorum, or was held by correspondence. Clauses: JC-18.0.
    """
    held = register.records(SESSION, case=case["id"], year=assembly_year)
    return {"assemblies_held": len(held)}


def review_year(case: Row, register: Register, assembly_year: int) -> dict[str, object]:
    """年终核对

    No assembly in the year is flagged; the charter knows no sanction. Clauses: JC-18.0.
    """
    return count_assemblies(case, register, assembly_year)
