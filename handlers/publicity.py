"""发布建设情况: the automatic boxes of publicity.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.rules.years import year_of


def open_year(today: date) -> dict[str, object]:
    """确定发布年度

    The text says 定期 and names no period: once a year by default. Clauses: SX-6.5.
    """
    year = year_of(None, today.year)
    return {
        "publication_year": year.number,
        "publication_from": year.first_day,
        "next_year_on": year.next_first_day,
    }


def publish_status(
    today: date, register: Register, publication_title: str, publication_year: int
) -> dict[str, object]:
    """发布建设情况

    Entered in the register, from where it is published. Clauses: SX-6.5.
    """
    entry = {"title": publication_title, "year": publication_year, "effective_on": today}
    register.record("status_publication", entry)
    return {"published_on": today}
