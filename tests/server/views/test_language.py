"""The language switch."""

from datetime import date
from pathlib import Path

from flask import Flask, g
from flask_babel import gettext

from handlers.sentence import told
from server.engine.handlers import known
from server.feel.sentence import told as said_above
from server.law.catalogue import from_disk
from server.views import language
from server.work.people import Person

ROOT = Path(__file__).parents[3]


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


def test_what_a_rule_says_is_english_with_all_that_stands_in_it() -> None:
    why = told("%(present)s 人多于 %(members)s 人", present=3, members=2)
    inner = told("所填人数与在任人数不符（%(error)s）。", error=ValueError(why))
    assert inner == "所填人数与在任人数不符（3 人多于 2 人）。"
    several = told("名册中没有%(names)s。", names=["甲%(x)s<b>", date(2026, 1, 31)])
    assert several == "名册中没有甲%(x)s<b>、2026-01-31。"
    with app().test_request_context(headers={"Cookie": "language=en"}):
        assert language.said(known(several)) == "The roster does not list 甲%(x)s<b>, 2026-01-31."
        english = language.said(known(inner))
        assert english == "The numbers do not agree with those in office (3 人多于 2 人)."
        assert language.said(known("没有空缺")) == "没有空缺"


def test_what_tables_name_is_english_where_they_say_how() -> None:
    sentence = said_above("尚缺：%(names)s", names=["申报方案", "无名材料"])
    with app().test_request_context(headers={"Cookie": "language=en"}):
        found = language.said(sentence, lambda: {"申报方案": "application plan"})
    assert found == "尚缺：application plan, 无名材料"


def test_tables_tell_the_english_of_their_titles() -> None:
    english = from_disk(ROOT).tables.english
    assert english["申报方案"] == "application plan"
    assert english["具有独立法人资格"] == "independent legal person"


def test_a_sentence_without_translation_stays_chinese() -> None:
    with app().test_request_context(headers={"Cookie": "language=en"}):
        assert gettext("没有这句话") == "没有这句话"
