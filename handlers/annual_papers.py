"""年度材料: the automatic box of annual_papers.bpmn."""

from datetime import date

from handlers.ports import Table
from handlers.rules.answers import Row, row
from handlers.rules.cases import recorded_day
from handlers.rules.years import year_of


def open_year(
    today: date, case: Row, table: Table, next_papers_year: int | None = None
) -> dict[str, object]:
    """确定报送年度

    From the year of establishment, where the regime reads so from the year of approval (D-20).
    Clauses: GB-29.1 GB-25.2 SX-24.1 SX-35.1 JX-30.1 JX-31.1 JX-32.1.
    """
    early = row(table("steps", step="papers_in_construction")).get("on")
    since = recorded_day(case, "approved_on" if early else "established_on") or today
    year = year_of(next_papers_year, since.year)
    return {
        "papers_year": year.number,
        "papers_from": year.first_day,
        "next_papers_year": year.number + 1,
        "next_year_on": year.next_first_day,
    }
