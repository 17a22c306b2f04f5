"""Who leaves and who takes office when the council is elected anew."""

from datetime import date, datetime
from typing import Any

from handlers.rules.council import council_on, enter_office, enter_unit
from tests.walk import SHANGHAI, Office

CASE = {"id": "council", "record": {}}
BEFORE, TODAY = date(2022, 6, 1), date(2025, 6, 3)


def office(vice_chairs: int) -> Office:
    """A council of 27 units with its chair and some vice-chairs."""
    office = Office("jiangxi_base", datetime(2025, 6, 3, 9, tzinfo=SHANGHAI))
    for number in range(27):
        enter_unit(office.books, CASE, f"单位{number}", "joined", effective_on=BEFORE)
    enter_office(office.books, CASE, "chair", "赵", "took", effective_on=BEFORE)
    for number in range(vice_chairs):
        entered = {"place": number, "effective_on": BEFORE}
        enter_office(office.books, CASE, "vice_chair", f"副{number}", "took", **entered)
    return office


def elected(it: Office, votes: dict[str, int], candidates: dict[str, str]) -> Any:
    known = {
        "case": CASE,
        "election_kind": "general",
        "item_number": "2025-0001",
        "candidates": [
            {"name": name, "office": post, "unit": None, "born_on": None}
            for name, post in candidates.items()
        ],
        "vote_results": [
            {"name": name, "result": "adopted", "votes": count} for name, count in votes.items()
        ],
    }
    return it.ask("council_election.register_election", **known)


def names(it: Office, post: str) -> list[str]:
    return [each.name for each in council_on(CASE, it.books, TODAY).holders(post)]


def test_a_vice_chair_elected_chair_stays_where_the_meetings_would_lose_their_quorum() -> None:
    it = office(vice_chairs=3)
    elected(it, {"副1": 20}, {"副1": "chair"})
    assert (names(it, "chair"), names(it, "vice_chair")) == (["副1"], ["副0", "副1", "副2"])


def test_a_vice_chair_elected_chair_leaves_the_old_post_where_enough_remain() -> None:
    it = office(vice_chairs=4)
    elected(it, {"副1": 20}, {"副1": "chair"})
    assert (names(it, "chair"), names(it, "vice_chair")) == (["副1"], ["副0", "副2", "副3"])


def test_who_stood_and_lost_leaves_before_the_last_on_the_roster() -> None:
    it = office(vice_chairs=5)
    stood = {"新一": "vice_chair", "新二": "vice_chair", "副0": "vice_chair"}
    elected(it, {"新一": 20, "新二": 19}, stood)
    assert names(it, "vice_chair") == ["副1", "副2", "副3", "新一", "新二"]


def test_an_equal_number_of_votes_for_the_last_post_registers_nothing() -> None:
    it = office(vice_chairs=5)
    result = elected(it, {"新一": 20, "新二": 20}, {"新一": "chair", "新二": "chair"})
    assert result["runoff"] is True
    assert [each["name"] for each in result["balloted"]] == ["新一", "新二"]
    assert names(it, "chair") == ["赵"]
