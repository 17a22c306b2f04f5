"""开展年度考核: the automatic boxes of yearly_assessment.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.rules.answers import Row, listed, row, rows

PAPER = "annual_assessment"


def check_self_report(case: Row, register: Register, assessment_year: int) -> dict[str, object]:
    """核对自查报告

    The report is an important basis; without it the assessment goes on and says so, unless the
    report comes in before the result is entered. Clauses: SX-24.2 SX-35.1 JX-31.1 JX-32.1.
    """
    reported = _is_reported(case, register, assessment_year)
    told = "已提交" if reported else "考核开始时未提交；登记结果时仍未提交的，在考核文件中标明"
    return {
        "self_report_missing": not reported,
        "self_report_note": f"{assessment_year}年度自查报告{told}。",
    }


def register_assessment(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    ruling: Row,
    assessment_year: int,
    self_report_missing: bool = False,
) -> dict[str, object]:
    """登记和报送结果

    One result on file, sent to all its recipients at the same time. Where the yearly work is only
    evaluated, its result is no 考核 and stands beside that of one. Clauses: GB-30.2 SX-36.3
    SX-36.4 JX-32.2.
    """
    evaluated = row(table("steps", step="assessment_is_evaluation")).get("on")
    name, word = ("work_evaluation", "评估") if evaluated else ("assessment_grade", "考核")
    recipients = [str(each["title"]) for each in rows(table("recipients", paper=PAPER))]
    number = register.next_number(f"{PAPER}-{assessment_year}")
    result = {"year": assessment_year, "grade": ruling["title"], "number": number}
    missing = self_report_missing and not _is_reported(case, register, assessment_year)
    noted = {"notified": recipients, "self_report_missing": missing}
    title = f"{assessment_year}年度{word}结果：{ruling['title']}"
    entry = {"case": case["id"], "title": title, "effective_on": today}
    register.record(PAPER, entry | result | noted)
    return {name: ruling["title"], "assessed_on": today, "notified_to": listed(recipients)}


def _is_reported(case: Row, register: Register, year: int) -> bool:
    return bool(register.records("self_check_report", case=case["id"], year=year))
