"""年度建设情况: the automatic box of yearly_status.bpmn."""

from datetime import date

from handlers.ports import DeadlineOf, Register


def register_status(
    today: date,
    register: Register,
    deadline: DeadlineOf,
    report_year: int,
    reporting_from: date,
    status_title: str,
) -> dict[str, object]:
    """登记建设情况报告

    The report as it reached the authority; a late one is marked and has no consequence (D-20).
    Clauses: GB-17.1.
    """
    late = today > deadline("construction_status_report", reporting_from).due_on
    entry = {"title": status_title, "year": report_year, "late": late, "effective_on": today}
    register.record("status_report", entry)
    return {
        "status_reported_for": report_year,
        "status_reported_on": today,
        "status_reported_late": late,
    }
