"""What is still on the agenda of the council."""

from datetime import date

from handlers.rules import agenda
from tests.walk import Office

CASE = {"id": "council"}


def filed(office: Office, matter: str) -> str:
    return agenda.file(office.books, CASE, {"id": "jiangxi_base"}, date(2025, 6, 2), "议题", matter)


def test_an_evaluation_that_became_a_proposal_is_still_to_be_reported() -> None:
    office = Office("jiangxi_base")
    plan, report = filed(office, "work_plan"), filed(office, agenda.EVALUATION)
    for number in (plan, report):
        agenda.close(office.books, CASE, number, "proposal")
    assert [each["number"] for each in agenda.pending(office.books, CASE)] == [report]
    agenda.close(office.books, CASE, report, agenda.REPORT)
    assert agenda.pending(office.books, CASE) == []
