from datetime import date

import pytest

from server.law import regimes
from server.law.catalogue import Catalogue
from server.law.regimes import RegimeError

SHANXI = """title = "t"
title_en = "t"
instrument = "i"
document_number = ""
status = "in_force"
effective_from = "2021-09-24"
prefix = "SX"
base_word = "b"
base_word_en = "b"
city = "c"
"""


def test_four_regimes_are_shipped(catalogue: Catalogue) -> None:
    assert set(catalogue.regimes) == {"national", "shanxi", "jiangxi", "jiangxi_base"}


@pytest.mark.parametrize(
    ("regime", "day", "applies"),
    [
        ("shanxi", date(2021, 9, 23), False),
        ("shanxi", date(2021, 9, 24), True),
        ("jiangxi", date(2018, 6, 7), False),
        ("jiangxi", date(2018, 6, 8), True),
        ("national", date(2000, 1, 1), True),
        ("jiangxi_base", date(2024, 12, 30), True),
    ],
)
def test_a_regime_applies_from_its_effective_day(
    catalogue: Catalogue, regime: str, day: date, applies: bool
) -> None:
    """SC-069, SC-147; a draft refuses no date (D-44)."""
    assert catalogue.regimes[regime].applies_on(day) is applies


def test_a_repealed_regime_ends_on_its_last_day() -> None:
    repealed = regimes.load("x", f'{SHANXI}effective_to = "2026-12-31"\n'.encode())
    assert repealed.applies_on(date(2026, 12, 31)) and not repealed.applies_on(date(2027, 1, 1))


def test_only_drafts_mark_their_papers(catalogue: Catalogue) -> None:
    marks = {name: regime.mark for name, regime in catalogue.regimes.items()}
    assert marks["national"] == marks["jiangxi_base"] == "（征求意见稿）"
    assert marks["shanxi"] == marks["jiangxi"] == ""


def test_expressions_see_the_regime_by_its_id(catalogue: Catalogue) -> None:
    variable = catalogue.regimes["shanxi"].as_variable()
    assert (variable["id"], variable["prefix"]) == ("shanxi", "SX")
    assert variable["effective_from"] == date(2021, 9, 24)


@pytest.mark.parametrize(
    "broken",
    [
        SHANXI.replace('"in_force"', '"maybe"'),
        SHANXI.replace("2021-09-24", "24 September"),
        SHANXI.replace('prefix = "SX"', ""),
        "title = ",
    ],
)
def test_a_broken_description_is_refused_by_name(broken: str) -> None:
    with pytest.raises(RegimeError, match="规程“shanxi”"):
        regimes.load("shanxi", broken.encode())
