from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.opinions import Fraction, TooFew, UnknownVerdict, conclude

HALF = Fraction.parse("1/2")
THREE: list[dict[str, Any]] = [
    {"verdict": "not_passed", "title": "未通过", "rank": 3},
    {"verdict": "pass", "title": "通过", "rank": 1},
    {"verdict": "pass_after_modification", "title": "修改完善后通过", "rank": 2},
]
TWO: list[dict[str, Any]] = [
    {"verdict": "recommend", "title": "建议批准筹建", "rank": 1},
    {"verdict": "not_recommend", "title": "不建议批准筹建", "rank": 2},
]


def votes(**counts: int) -> list[dict[str, object]]:
    return [{"verdict": verdict} for verdict, count in counts.items() for _ in range(count)]


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ({"pass": 3, "not_passed": 2}, "pass"),
        ({"pass": 2, "pass_after_modification": 1, "not_passed": 2}, "pass_after_modification"),
        ({"pass": 2, "not_passed": 3}, "not_passed"),
        ({"pass": 3, "not_passed": 3}, "not_passed"),
        ({"pass": 3, "pass_after_modification": 3}, "pass_after_modification"),
    ],
)
def test_the_best_verdict_that_more_than_half_reach_is_the_panels(
    counts: dict[str, int], verdict: str
) -> None:
    assert conclude(votes(**counts), THREE, 5, HALF).verdict == verdict


def test_two_verdicts_need_a_majority_too() -> None:
    assert conclude(votes(recommend=3, not_recommend=2), TWO, 5, HALF).verdict == "recommend"
    assert conclude(votes(recommend=3, not_recommend=3), TWO, 5, HALF).verdict == "not_recommend"


def test_void_opinions_are_shown_but_not_counted() -> None:
    void = [{"verdict": "pass", "void": True}]
    conclusion = conclude(votes(**{"pass": 2, "not_passed": 3}) + void, THREE, 5, HALF)
    assert (conclusion.verdict, conclusion.valid, conclusion.void) == ("not_passed", 5, 1)
    assert conclusion.counts == {"pass": 2, "pass_after_modification": 0, "not_passed": 3}


def test_the_arithmetic_is_told_step_by_step() -> None:
    told = conclude(votes(**{"pass": 2, "pass_after_modification": 1, "not_passed": 2}), THREE, 5,
                    HALF).arithmetic  # fmt: skip
    assert told == (
        "“通过”共 2 份，有效意见 5 份：2×2＝4 ≤ 5×1＝5，未超过 1/2。",
        "“通过”“修改完善后通过”共 3 份，有效意见 5 份：3×2＝6 ＞ 5×1＝5，超过 1/2。",
        "专家组意见：修改完善后通过。",
    )


def test_fewer_than_five_valid_opinions_make_no_panel_opinion() -> None:
    with pytest.raises(TooFew, match="4 份"):
        conclude(votes(**{"pass": 4}), THREE, 5, HALF)


def test_a_verdict_of_another_regime_is_refused() -> None:
    with pytest.raises(UnknownVerdict, match="recommend"):
        conclude(votes(recommend=5), THREE, 5, HALF)


@given(st.integers(1, 10_000), st.integers(0, 10_000))
def test_a_share_is_compared_in_integers(whole: int, part: int) -> None:
    two_thirds = Fraction(2, 3)
    assert two_thirds.reached_by(part, whole) == (3 * part >= 2 * whole)
    assert two_thirds.exceeded_by(part, whole) == (3 * part > 2 * whole)
    assert not HALF.exceeded_by(whole, 2 * whole)
