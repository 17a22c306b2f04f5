"""The language switch."""

from flask import Flask, g
from flask_babel import gettext

from server.views import language
from server.work.people import Person


def app() -> Flask:
    made = Flask("server")
    language.register(made)
    return made


def test_a_page_is_chinese_when_nothing_was_chosen() -> None:
    with app().test_request_context(headers={"Accept-Language": "en"}):
        assert (language.current(), gettext("我的待办")) == ("zh", "我的待办")


def test_the_switch_of_the_browser_makes_it_english() -> None:
    with app().test_request_context(headers={"Cookie": "language=en"}):
        assert (language.current(), gettext("我的待办")) == ("en", "My tasks")


def test_a_persons_own_setting_counts_where_nothing_was_switched() -> None:
    with app().test_request_context():
        g.person = Person("p1", "someone", "某人", locale="en")
        assert language.current() == "en"


def test_an_unknown_language_is_ignored() -> None:
    with app().test_request_context(headers={"Cookie": "language=xx"}):
        assert language.current() == "zh"


def test_a_sentence_without_translation_stays_chinese() -> None:
    with app().test_request_context(headers={"Cookie": "language=en"}):
        assert gettext("没有这句话") == "没有这句话"
