"""年度考核: the automatic box of annual_assessment.bpmn."""

from datetime import date

from handlers.rules.answers import Row
from handlers.rules.cases import recorded_day
from handlers.rules.years import year_of


def open_year(today: date, case: Row, next_assessment_year: int | None = None) -> dict[str, object]:
    """确定考核年度

    Every calendar year from the year of establishment on. Clauses: GB-30.1 SX-36.1 JX-32.2.
    """
    since = recorded_day(case, "established_on") or today
    year = year_of(next_assessment_year, since.year)
    return {
        "assessment_year": year.number,
        "assessment_from": year.first_day,
        "next_assessment_year": year.number + 1,
        "next_year_on": year.next_first_day,
    }
