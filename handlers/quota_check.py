"""年度产出核对: the automatic box of quota_check.bpmn."""

from datetime import date

from handlers.rules.answers import Row
from handlers.rules.cases import recorded_day
from handlers.rules.years import year_of


def open_year(today: date, case: Row, next_quota_year: int | None = None) -> dict[str, object]:
    """确定核对年度

    Counted from the first full calendar year after the establishment. Clauses: JX-22.4 JX-22.5
    JX-22.6.
    """
    established = recorded_day(case, "established_on") or today
    year = year_of(next_quota_year, established.year + 1)
    return {
        "quota_year": year.number,
        "quota_from": year.first_day,
        "next_quota_year": year.number + 1,
        "next_year_on": year.next_first_day,
    }
