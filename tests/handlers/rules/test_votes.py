"""Whole numbers against exact fractions, for every council up to sixty members."""

from fractions import Fraction

import pytest

from handlers.rules.council import leaders_fit, rules_of, share_of
from handlers.rules.votes import (
    ADOPTED,
    INQUORATE,
    MAJOR,
    ORDINARY,
    REJECTED,
    Attendance,
    Rules,
    Share,
    decide,
)
from server.law.law import Law
from tests.walk import shipped

TWO_THIRDS = Fraction(2, 3)
LARGEST = 60


@pytest.fixture(scope="module")
def law() -> Law:
    return Law.of(shipped(), "jiangxi_base")


@pytest.fixture(scope="module")
def rules(law: Law) -> Rules:
    return rules_of(law.table)


def expected(members: int, present: int, chairs: int, yes: int, weight: str) -> str:
    """The charter in exact fractions: Arts 22 and 23."""
    if Fraction(present, members) < TWO_THIRDS or chairs < 3:
        return INQUORATE
    whole = members if weight == MAJOR else present
    return ADOPTED if Fraction(yes, whole) >= TWO_THIRDS else REJECTED


@pytest.mark.parametrize("weight", [ORDINARY, MAJOR])
def test_every_vote_up_to_sixty_members_is_decided_as_exact_fractions_decide_it(
    rules: Rules, weight: str
) -> None:
    wrong = [
        (members, present, chairs, yes)
        for members in range(1, LARGEST + 1)
        for present in range(members + 1)
        for chairs in range(min(present, 5) + 1)
        for yes in range(present + 1)
        if decide(rules, Attendance(members, present, chairs), yes, weight).result
        != expected(members, present, chairs, yes, weight)
    ]
    assert wrong == []


def test_the_smallest_numbers_are_those_that_just_reach_the_share(law: Law) -> None:
    for rule in ("quorum", ORDINARY, MAJOR, "interim"):
        share = share_of(law.table, rule)
        for whole in range(1, LARGEST + 1):
            least = share.least(whole)
            assert share.reached_by(least, whole) and not share.reached_by(least - 1, whole)
            assert least == next(
                n
                for n in range(whole + 1)
                if Fraction(n, whole) >= Fraction(share.numerator, share.denominator)
            )


def test_leaders_are_at_most_a_third_of_the_units_for_every_council(law: Law) -> None:
    for units in range(1, LARGEST + 1):
        for leaders in range(units + 1):
            allowed = Fraction(leaders, units) <= Fraction(1, 3)
            assert leaders_fit(leaders, units, law.table) is allowed


@pytest.mark.parametrize(
    ("members", "quorum", "interim"),
    [(21, 14, 7), (22, 15, 8), (23, 16, 8), (24, 16, 8), (26, 18, 9), (27, 18, 9), (33, 22, 11),
     (34, 23, 12), (100, 67, 34)],
)  # fmt: skip
def test_quorum_and_proposal_have_the_numbers_of_the_charter(
    law: Law, members: int, quorum: int, interim: int
) -> None:
    assert share_of(law.table, "quorum").least(members) == quorum
    assert share_of(law.table, "interim").least(members) == interim


def test_abstentions_count_against_a_resolution(rules: Rules) -> None:
    found = decide(rules, Attendance(27, 18, 3), 11, ORDINARY)
    assert found.result == REJECTED
    assert found.arithmetic[-1] == "未通过：至少须 12 票赞成。"


def test_the_arithmetic_is_told_in_words(rules: Rules) -> None:
    found = decide(rules, Attendance(27, 18, 3), 18, MAJOR)
    assert found.result == ADOPTED
    assert found.arithmetic == (
        "法定人数：到会理事 18，在任理事 27：18×3＝54 ≥ 27×2＝54，达到 2/3（JC-22.1）。",
        "出席的副理事长：3 ≥ 3，达到 3 人（JC-22.1）。",
        "重大事项：赞成票 18，在任理事 27：18×3＝54 ≥ 27×2＝54，达到 2/3（JC-23.1）。",
        "通过。",
    )


def test_two_vice_chairs_are_never_enough(rules: Rules) -> None:
    assert decide(rules, Attendance(27, 27, 2), 27, ORDINARY).result == INQUORATE


def test_a_share_is_never_rounded() -> None:
    assert not Share(2, 3).reached_by(66, 100)
    assert Share(2, 3).reached_by(67, 100)
    assert Share(2, 3).reached_by(2 * 10**18, 3 * 10**18)
    assert not Share(2, 3).reached_by(2 * 10**18 - 1, 3 * 10**18)
