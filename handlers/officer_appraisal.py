"""年度绩效考评: the automatic boxes of officer_appraisal.bpmn, in the order of the diagram."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, listed
from handlers.rules.council import CHAIR, TITLES, Council, council_on, twice_in_office
from handlers.sentence import told

MEMBER = "council_member"
APPRAISALS, COMMENDED = "officer_appraisal", "commendation"


def check_appraisal(
    today: date, case: Row, register: Register, appraisal_year: int, appraisals: Sequence[Row]
) -> dict[str, object]:
    """登记考评结果

    Vice-chairs, members and the secretary-general, each once, for a year that has come; the chair
    is not covered. Who broke the integrity code is put up for removal. Clauses: JC-25.1 JC-25.3.
    """
    if not appraisals:
        raise Refusal("nobody_appraised", "请填写考评对象。", ["JC-25.1"])
    if int(appraisal_year) > today.year:
        reason = told("%(year)s年还没有到，不能考评。", year=int(appraisal_year))
        raise Refusal("year_not_over", reason, ["JC-25.1"])
    if twice := twice_in_office([str(each["appraised_name"]) for each in appraisals]):
        raise Refusal("appraised_twice", told("%(names)s考评了两次。", names=twice), ["JC-25.1"])
    council = council_on(case, register, today)
    for each in appraisals:
        _check(council, each)
        entry = {"case": case["id"], "year": int(appraisal_year), "name": each["appraised_name"]}
        rated = {"office": each["appraised_office"], "rating": each["appraisal_rating"]}
        title = f"{appraisal_year}年度考评：{each['appraised_name']}"
        register.record(APPRAISALS, entry | rated | {"title": title})
    outstanding = [each for each in appraisals if each["appraisal_rating"] == "outstanding"]
    return {
        "outstanding_names": listed([each["appraised_name"] for each in outstanding]) or None,
        "breaches": [
            {"name": each["appraised_name"], "office": each["appraised_office"]}
            for each in appraisals
            if each.get("integrity_breach")
        ],
    }


def register_commendation(
    today: date, case: Row, register: Register, outstanding_names: str, commendation_title: str
) -> dict[str, object]:
    """登记表彰

    Public commendation and material reward. Clauses: JC-25.2.
    """
    entry = {"case": case["id"], "title": commendation_title, "names": outstanding_names}
    register.record(COMMENDED, entry | {"effective_on": today})
    return {"commended_on": today}


def _check(council: Council, given: Row) -> None:
    name, office = str(given["appraised_name"]), str(given["appraised_office"])
    if office == CHAIR or any(each.name == name for each in council.holders(CHAIR)):
        reason = "考评对象为副理事长、理事和秘书长，不包括理事长。"
        raise Refusal("chair_not_appraised", reason, ["JC-25.1"])
    member = any(each.representative == name for each in council.units)
    serving = any(each.name == name for each in council.holders(office))
    if not serving and not (office == MEMBER and member):
        reason = told(
            "%(name)s现在不担任%(office)s。", name=name, office=TITLES.get(office, "理事")
        )
        raise Refusal("not_in_office", reason, ["JC-25.1"])
