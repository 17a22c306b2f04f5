"""成员单位年度评定: the automatic box of unit_review.bpmn."""

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, listed
from handlers.rules.council import council_on
from handlers.sentence import told

RATINGS = "unit_rating"
POOR = "poor"


def rate_units(
    today: date,
    case: Row,
    register: Register,
    review_year: int,
    activities_held: int,
    unit_ratings: Sequence[Row] | None = None,
) -> dict[str, object]:
    """评定成员单位

    No activity attended in a calendar year that had some, or poor in two consecutive years: an
    exit case is opened (D-38). Clauses: JC-13.2 JC-13.3 JC-14.1.
    """
    year, given = int(review_year), list(unit_ratings or ())
    if year >= today.year:
        raise Refusal(
            "year_not_over", told("%(year)s年尚未结束，不能评定。", year=year), ["JC-14.1"]
        )
    council = council_on(case, register, today)
    names = [str(each["unit_name"]) for each in given]
    if unknown := [name for name in names if council.unit(name) is None]:
        raise Refusal("not_council_unit", told("%(name)s不是成员单位。", name=unknown), ["JC-14.1"])
    before = register.records(RATINGS, case=case["id"], year=year - 1)
    for each in given:
        rated = {"rating": each["unit_rating"], "attended": int(each.get("attended") or 0)}
        entry = {"case": case["id"], "unit": each["unit_name"], "year": year}
        register.record(RATINGS, entry | rated | {"title": f"{year}年度评定：{each['unit_name']}"})
    found = [_ground(each, int(activities_held), before) for each in given]
    cases = [
        {"unit_name": each["unit_name"], "ground": ground}
        for each, ground in zip(given, found, strict=True)
        if ground
    ]
    named = listed([str(each["unit_name"]) for each in cases])
    return {"exit_cases": cases, "review_note": f"提出除名：{named or '无'}。"}


def _ground(given: Row, held: int, before: Sequence[Mapping[str, object]]) -> str | None:
    """A year without any activity does not count against anybody."""
    if held > 0 and int(given.get("attended") or 0) == 0:
        return "inactivity"
    poor = {each["unit"] for each in before if each["rating"] == POOR}
    return "poor_ratings" if given["unit_rating"] == POOR and given["unit_name"] in poor else None
