"""上报建设情况: the automatic box of status_report.bpmn."""

from datetime import date

from handlers.rules.answers import Row
from handlers.rules.cases import recorded_day


def open_year(today: date, case: Row, next_report_year: int | None = None) -> dict[str, object]:
    """确定报告年度

    One report for each calendar year from the year of approval (D-20); `next_report_year` comes
    from the year before. Clauses: GB-17.1.
    """
    first = recorded_day(case, "approved_on") or today
    year = int(next_report_year or first.year)
    return {
        "report_year": year,
        "reporting_from": date(year, 1, 1),
        "next_report_year": year + 1,
        "next_year_on": date(year + 1, 1, 1),
    }
