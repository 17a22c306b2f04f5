"""A draft tried out by hand: real acts on invented data, the clock in hand, nothing kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from server.errors import Invalid
from server.law import catalogue as catalogues
from server.rehearsal import machinery
from server.studio import tryout
from server.studio.tryout import Act, Begun
from server.studio.tryout.playing import play
from tests.walk import shipped

MONDAY = date(2025, 3, 3)
FROM_APPLICATION = Begun("shanxi", "application", MONDAY)
UNDER_WAY = Begun("shanxi", "reach:in_construction", MONDAY)
FILL = Act("do", "fill_application")


def after(begun: Begun, *acts: Act) -> Mapping[str, Any]:
    return play(shipped(), machinery(), begun, acts)


def tasks(seen: Mapping[str, Any]) -> list[str]:
    return [each["target"] for each in seen["items"]]


def test_a_task_is_done_with_invented_data_and_the_next_one_waits() -> None:
    assert tasks(after(FROM_APPLICATION)) == ["fill_application"]
    seen = after(FROM_APPLICATION, FILL)
    assert (seen["done"], tasks(seen)) == (1, ["recommend_application"])
    assert seen["instances"][0]["current"] == ["recommend_application"]


def test_what_a_person_filled_in_is_handed_in_as_it_is() -> None:
    seen = after(FROM_APPLICATION, Act("do", "fill_application", data={"undertaker_name": "甲"}))
    assert seen["done"] == 0
    assert tasks(seen) == ["fill_application"]
    assert "goals" in seen["problem"]["errors"]


def test_days_pass_and_dates_are_computed_with_their_proof() -> None:
    begun = after(UNDER_WAY)
    plan = next(each for each in begun["deadlines"] if each["clause"] == "SX-16.2")
    assert plan["proof"]
    later = after(UNDER_WAY, Act("wait", days=40))
    assert date.fromisoformat(later["today"]) - date.fromisoformat(begun["today"]) == date(
        2025, 2, 10
    ) - date(2025, 1, 1)


def test_another_procedure_is_started_in_the_case() -> None:
    assert "acceptance" in after(UNDER_WAY)["startable"]
    seen = after(UNDER_WAY, Act("start", "acceptance"))
    assert "organise_acceptance" in tasks(seen)


def test_the_same_acts_give_the_same_again() -> None:
    assert after(UNDER_WAY, Act("start", "acceptance")) == after(
        UNDER_WAY, Act("start", "acceptance")
    )


def test_the_draft_is_what_is_played() -> None:
    table = "processes/tables/deadlines.dmn"
    cell = '<outputEntry id="deadlines_shanxi_plan_filing_amount"><text>'
    changed = shipped().files[table].decode().replace(f"{cell}30<", f"{cell}10<").encode()
    made = catalogues.load({**shipped().files, table: changed})

    def due(seen: Mapping[str, Any]) -> str:
        return next(str(d["due_on"]) for d in seen["deadlines"] if d["clause"] == "SX-16.2")

    assert due(play(made, machinery(), UNDER_WAY, ())) < due(after(UNDER_WAY))


def test_an_act_that_is_not_possible_is_told_and_those_before_it_stay() -> None:
    seen = after(FROM_APPLICATION, FILL, Act("do", "approve_construction"), FILL)
    assert (seen["done"], seen["problem"]["code"]) == (1, "not_open")


@pytest.mark.parametrize(
    "given",
    [{"kind": "withdraw"}, {"kind": "wait", "days": 0}, {"kind": "wait", "days": "x"},
     {"kind": "do", "data": [1]}],
)  # fmt: skip
def test_what_is_no_act_is_refused(given: Mapping[str, Any]) -> None:
    with pytest.raises(Invalid):
        tryout.act_of(given)


@pytest.mark.parametrize(
    ("regime", "target", "on"),
    [("x", "application", "2025-01-01"), ("shanxi", "acceptance", "2025-01-01"),
     ("shanxi", "application", "gestern"), ("shanxi", "application", "1899-01-01")],
)  # fmt: skip
def test_what_is_no_beginning_is_refused(regime: str, target: str, on: str) -> None:
    with pytest.raises(Invalid):
        tryout.begun_of(shipped(), regime, target, on)
