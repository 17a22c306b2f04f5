"""The council as its register has it on a day, and who may be put up for its offices."""

from datetime import date, datetime

import pytest

from handlers.refusal import Refusal
from handlers.rules.council import (
    STRICT,
    age_rule,
    age_told,
    council_on,
    enter_office,
    enter_unit,
    figures,
    leave,
)
from handlers.rules.nominees import check_age, check_member, check_single
from tests.walk import SHANGHAI, Office

CASE = {"id": "council"}
SUNDAY, MONDAY, TUESDAY = date(2025, 6, 1), date(2025, 6, 2), date(2025, 6, 3)


@pytest.fixture
def office() -> Office:
    """Three units; the second one's member is a vice-chair."""
    office = Office("jiangxi_base", datetime(2025, 6, 3, 9, tzinfo=SHANGHAI))
    for unit in ("甲", "乙", "丙"):
        enter_unit(office.books, CASE, unit, "joined", effective_on=SUNDAY)
    enter_office(office.books, CASE, "vice_chair", "钱", "took", unit="乙", effective_on=SUNDAY)
    return office


def test_a_unit_that_left_on_monday_does_not_count_on_monday_evening(office: Office) -> None:
    leave(CASE, office.books, "乙", MONDAY)
    assert [council_on(CASE, office.books, on).members for on in (SUNDAY, MONDAY, TUESDAY)] == [
        3,
        2,
        2,
    ]
    assert council_on(CASE, office.books, MONDAY).holders("vice_chair") == []


def test_a_vacant_seat_leaves_the_unit_and_takes_the_member(office: Office) -> None:
    enter_unit(office.books, CASE, "丙", "seat_vacated", effective_on=MONDAY)
    found = council_on(CASE, office.books, TUESDAY)
    assert (len(found.units), found.members) == (3, 2)
    enter_unit(office.books, CASE, "丙", "representative", representative="孙")
    assert council_on(CASE, office.books, TUESDAY).members == 3


def test_fewer_than_three_vice_chairs_are_a_deadlock_that_is_told(office: Office) -> None:
    told = figures(council_on(CASE, office.books, TUESDAY), office.law.table)
    assert told["deadlock"] is True
    assert "少于 3 人" in str(told["council_warning"])


@pytest.mark.parametrize(
    ("born", "on", "rule", "fits"),
    [
        ("1954-09-13", "2025-09-12", "completed_years", True),
        ("1954-09-12", "2025-09-12", "completed_years", False),
        ("1955-09-12", "2025-09-12", STRICT, True),
        ("1955-09-11", "2025-09-12", STRICT, False),
        ("1952-02-29", "2023-02-27", "completed_years", True),
        ("1952-02-29", "2023-02-28", "completed_years", False),
    ],
)
def test_the_limit_of_age_has_a_reading_and_a_stricter_one(
    office: Office, born: str, on: str, rule: str, fits: bool
) -> None:
    days = date.fromisoformat(born), date.fromisoformat(on)
    assert age_told(*days, office.law.table, rule)[0] is fits


def test_the_reading_of_the_age_is_a_row_of_the_defaults(office: Office) -> None:
    assert age_rule(office.law.default) == "completed_years"
    assert age_rule(lambda identity: STRICT) == STRICT
    assert age_rule(office.law.default, STRICT) == STRICT
    with pytest.raises(Refusal, match="超过 70 周岁生日"):
        check_age(
            "孙", "chair", date(1955, 1, 1), TUESDAY, office.law.table, lambda identity: STRICT
        )


def test_the_secretary_general_has_no_limit_of_age(office: Office) -> None:
    asked = (date(1930, 1, 1), TUESDAY, office.law.table, office.law.default)
    assert check_age("李", "secretary_general", *asked) is None


def test_nobody_holds_two_posts(office: Office) -> None:
    council = council_on(CASE, office.books, TUESDAY)
    with pytest.raises(Refusal) as refused:
        check_single(council, "钱", "chair")
    assert refused.value.code == "two_offices"


def test_a_standing_member_is_a_member_where_the_roster_names_them_all() -> None:
    office = Office("jiangxi_base", datetime(2025, 6, 3, 9, tzinfo=SHANGHAI))
    enter_unit(office.books, CASE, "甲", "joined", representative="何理事", effective_on=SUNDAY)
    known = council_on(CASE, office.books, TUESDAY)
    check_member(known, "何理事")
    with pytest.raises(Refusal) as error:
        check_member(known, "路人甲")
    assert (error.value.code, error.value.clauses) == ("not_a_member", ("JC-5.5",))
    enter_unit(office.books, CASE, "乙", "joined", effective_on=SUNDAY)
    check_member(council_on(CASE, office.books, TUESDAY), "路人甲")
