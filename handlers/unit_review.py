"""成员单位年度评定: the automatic box of unit_review.bpmn."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules import agenda
from handlers.rules.answers import Row, day, listed
from handlers.rules.council import UNITS, council_on, twice_in_office
from handlers.rules.ratings import RATINGS, is_poor_twice, ratings_of
from handlers.sentence import told


def rate_units(
    today: date,
    case: Row,
    register: Register,
    review_year: int,
    activities_held: int,
    unit_ratings: Sequence[Row] | None = None,
) -> dict[str, object]:
    """评定成员单位

    No activity attended in a calendar year that had some, by a unit that was there all the year, or
    poor in two consecutive years as last rated: an exit case is opened, one at a time (D-38).
    Clauses: JC-13.2 JC-13.3 JC-14.1.
    """
    year, given = int(review_year), list(unit_ratings or ())
    if year >= today.year:
        raise Refusal(
            "year_not_over", told("%(year)s年尚未结束，不能评定。", year=year), ["JC-14.1"]
        )
    _check_units(today, case, register, [str(each["unit_name"]) for each in given])
    for each in given:
        rated = {"rating": each["unit_rating"], "attended": int(each.get("attended") or 0)}
        entry = {"case": case["id"], "unit": each["unit_name"], "year": year}
        register.record(RATINGS, entry | rated | {"title": f"{year}年度评定：{each['unit_name']}"})
    found = [
        {"unit_name": each["unit_name"], "ground": ground}
        for each in given
        if (ground := _ground(each, int(activities_held), year, case, register))
    ]
    waiting = {each.get("unit") for each in agenda.pending(register, case)}
    cases = [each for each in found if each["unit_name"] not in waiting]
    return {"exit_cases": cases, "review_note": f"提出除名：{_names(cases) or '无'}。"}


def _check_units(today: date, case: Row, register: Register, names: Sequence[str]) -> None:
    council = council_on(case, register, today)
    if unknown := [name for name in names if council.unit(name) is None]:
        raise Refusal("not_council_unit", told("%(name)s不是成员单位。", name=unknown), ["JC-14.1"])
    if twice := twice_in_office(names):
        raise Refusal("unit_twice", told("%(names)s评定了两次。", names=twice), ["JC-14.1"])


def _ground(given: Row, held: int, year: int, case: Row, register: Register) -> str | None:
    """A year without any activity does not count against anybody."""
    unit, absent = str(given["unit_name"]), int(given.get("attended") or 0) == 0
    if held > 0 and absent and _all_year(register, case, unit, year):
        return "inactivity"
    return "poor_ratings" if is_poor_twice(ratings_of(register, case, unit), year) else None


def _all_year(register: Register, case: Row, unit: str, year: int) -> bool:
    """Whether a unit was a member from the beginning of a year."""
    joined = register.records(UNITS, case=case["id"], unit=unit, change="joined")
    return any((day(each["effective_on"]) or date.max) <= date(year, 1, 1) for each in joined[-1:])


def _names(cases: Sequence[Row]) -> str:
    return listed([str(each["unit_name"]) for each in cases])
