"""Filters and order of lists, in and out of the address."""

from werkzeug.datastructures import MultiDict

from server.views.query import ListQuery, from_arguments
from server.work.inbox import Wanted


def test_an_empty_address_asks_for_the_standard_list() -> None:
    assert from_arguments(MultiDict()) == ListQuery()
    assert ListQuery().arguments == {}


def test_a_list_is_found_again_through_its_own_link() -> None:
    query = ListQuery(Wanted(role="authority", text="基地", regime="shanxi", sort="-arrived"))
    assert from_arguments(MultiDict(query.arguments)) == query


def test_an_unknown_order_falls_back_to_the_due_date() -> None:
    assert from_arguments(MultiDict({"sort": "password"})).wanted.sort == "due"


def test_overlong_text_is_cut() -> None:
    assert len(from_arguments(MultiDict({"q": "长" * 1000})).wanted.text) == 100


def test_a_second_click_turns_the_order_round() -> None:
    first = ListQuery(Wanted(sort="number"))
    assert first.sorted_by("number") == {"sort": "-number"}
    assert first.order_of("number") == "ascending"
    assert ListQuery(Wanted(sort="-number")).order_of("number") == "descending"
    assert first.order_of("due") == ""


def test_the_next_page_keeps_the_filters() -> None:
    assert ListQuery(Wanted(text="x")).after("c1") == {"q": "x", "after": "c1"}


def test_a_search_that_reads_like_an_order_is_kept() -> None:
    assert ListQuery(Wanted(text="due")).arguments == {"q": "due"}
