"""Lists of whoever may read much are the lists of whoever may read little, found another way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from server import clock, db
from server.work import agenda, figures, inbox, scope, search, worklist
from server.work.inbox import Wanted
from server.work.people import Person
from tests.office import Office
from tests.server.work.helpers import fill, open_item, review_all

LOGINS = ("applicant", "stranger", "officer", "operator", "recommender", "expert_1", "expert_12")
FILTERS = (
    Wanted(),
    Wanted(state="open"),
    Wanted(state="closed"),
    Wanted(state="application_drafting"),
    Wanted(state="expert_review"),
    Wanted(regime="shanxi"),
    Wanted(regime="national"),
    Wanted(text="0002"),
    Wanted(text="基"),
    Wanted(text="某基地", state="open"),
    Wanted(text="没有"),
)

List = Callable[[Person, Wanted], Any]
LISTS: dict[str, List] = {
    "cases": lambda person, wanted: inbox.readable(person, wanted),
    "pages": lambda person, wanted: walked(person, wanted),
    "dates": lambda person, wanted: agenda.dates(person, wanted),
    "steps": lambda person, wanted: agenda.steps(person, wanted),
    "found": lambda person, wanted: found(person, wanted),
}


def found(person: Person, wanted: Wanted) -> list[Any]:
    """What a search finds, of all kinds."""
    hits = search.everything(person, search.words_of(wanted.text))
    return [row for kind in hits for row in kind.rows]


def walked(person: Person, wanted: Wanted) -> list[str]:
    """The list page by page."""
    seen, after = [], ""
    while True:
        page = inbox.readable(person, Wanted(wanted.role, wanted.text, wanted.regime, wanted.state,
                                             after=after), size=1)  # fmt: skip
        seen += [row["id"] for row in page.items]
        after = page.cursor
        if not after:
            return seen


@pytest.fixture
def busy(office: Office) -> Office:
    """Three cases, two of them before their experts, one reviewed."""
    office.start()
    fill(office)
    review_all(office)
    office.start()
    fill(office)
    office.start()
    return office


@pytest.mark.parametrize("name", LISTS)
def test_looked_at_or_named_the_list_is_the_same(
    busy: Office, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [(busy[login], wanted) for login in LOGINS for wanted in FILTERS]
    named = [LISTS[name](*each) for each in asked]
    monkeypatch.setattr(scope, "MOST", 0)
    assert [LISTS[name](*each) for each in asked] == named
    monkeypatch.setattr(inbox, "NEAR", 1)
    monkeypatch.setattr(search, "NEAR", 1)
    assert [LISTS[name](*each) for each in asked] == named
    assert any(named)


def test_figures_of_much_are_those_of_little_and_kept_for_a_while(
    busy: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "_kept", {})
    named = [figures.figures(busy[login]) for login in LOGINS]
    monkeypatch.setattr(scope, "MOST", 0)
    looked = [figures.figures(busy[login]) for login in LOGINS]
    assert [told.totals for told in looked] == [told.totals for told in named]
    assert [told.states for told in looked] == [told.states for told in named]
    assert [told.lives for told in looked] == [told.lives for told in named]
    busy.start()
    officer = busy["officer"]
    assert figures.figures(officer) is looked[LOGINS.index("officer")]
    with clock.frozen(clock.now() + figures.KEPT + timedelta(seconds=1)):
        assert figures.figures(officer).totals["cases"] == 4


def test_a_person_who_reads_more_than_can_be_named_has_a_wide_scope(
    busy: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "MOST", 2)
    with db.read() as tx:
        assert scope.of(tx, busy["operator"]).is_wide
        assert not scope.of(tx, busy["stranger"]).is_wide


def test_so_many_items_are_counted_and_no_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "COUNTED", 2)
    for _ in range(3):
        office.start()
    assert inbox.tabs(office["applicant"], Wanted()) == [inbox.Tab("undertaker", 2, 0)]
    worklist.claim(office["applicant"], open_item("fill")["id"])
    assert sum(tab.count for tab in inbox.tabs(office["applicant"], Wanted())) == 3


@pytest.mark.parametrize("after", ["x", "~", "none~", "2026-13-45~A", "2026-01-01", "~Z~~", "%~%"])
@pytest.mark.parametrize("sort", ["due", "-due", "arrived", "-arrived", "number", "-number"])
def test_what_is_no_cursor_is_no_error(office: Office, after: str, sort: str) -> None:
    office.start()
    for read in (inbox.tasks, inbox.done, inbox.readable, agenda.dates, agenda.steps):
        read(office["applicant"], Wanted(sort=sort, after=after))
