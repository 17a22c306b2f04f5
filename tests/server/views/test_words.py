"""Words for values."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from server import clock
from server.views import HERE, language, words


@pytest.fixture(params=["zh", "en"])
def page_language(request: pytest.FixtureRequest) -> Iterator[str]:
    app = Flask("server")
    language.register(app)
    headers = {"Cookie": f"language={request.param}"}
    with app.test_request_context(headers=headers), clock.frozen(date(2026, 11, 20)):
        yield request.param


@pytest.mark.parametrize(
    ("due", "css", "zh", "en"),
    [
        (date(2026, 11, 17), "gc-late", "超期 3 天", "3 days overdue"),
        (date(2026, 11, 19), "gc-late", "超期 1 天", "1 day overdue"),
        (date(2026, 11, 20), "gc-soon", "今天到期", "Due today"),
        (date(2026, 11, 23), "gc-soon", "剩 3 天", "3 days left"),
        (date(2026, 11, 24), "", "剩 4 天", "4 days left"),
        (None, "", "", ""),
    ],
)
def test_a_due_date_is_told_in_words_and_style(
    page_language: str, due: date | None, css: str, zh: str, en: str
) -> None:
    assert words.due_words(due) == (css, zh if page_language == "zh" else en)


def test_an_instant_is_shown_in_china_standard_time() -> None:
    late_evening_in_london = datetime(2026, 11, 19, 20, 30, tzinfo=UTC)
    assert words.local_time(late_evening_in_london) == "2026-11-20 04:30"
    assert words.local_day(late_evening_in_london) == "2026-11-20"


def test_a_value_without_a_word_is_shown_as_it_is(page_language: str) -> None:
    assert words.word(words.STATES, "a_new_state") == "a_new_state"
    assert words.word(words.STATES, "revoked") == ("撤销" if page_language == "zh" else "Revoked")


def test_sizes_are_told_in_the_unit_people_read() -> None:
    assert [words.file_size(size) for size in (1, 88_000, 4_400_000)] == ["1 KB", "86 KB", "4.2 MB"]


def test_every_ground_of_an_end_has_words() -> None:
    table = (HERE.parents[1] / "processes/tables/endings.dmn").read_text(encoding="utf-8")
    grounds = set(re.findall(r'_ground"><text>"(\w+)"', table))
    assert grounds == set(words.GROUNDS)


def test_a_record_says_its_ground_in_words(page_language: str) -> None:
    facts = words.register_facts({"ended_ground": "period_over", "approved_on": "2026-11-20"})
    assert facts[0].value == "2026-11-20"
    assert facts[1].value == words.word(words.GROUNDS, "period_over") != "period_over"
