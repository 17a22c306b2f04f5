"""Whoever says no says it in both languages, with whatever name, number or day stands in it."""

from __future__ import annotations

import re

import pytest

from server.views.language import catalogue
from tests.contract.refusals import CHINESE, ROOT, Text, files, module, parsed, said

PLACE = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def texts() -> set[Text]:
    return {text for path in files() for text in said(module(path))}


def test_no_refusal_is_put_together_so_that_no_english_can_be_found(texts: set[Text]) -> None:
    made = [f"{each.file}:{each.line} {each.text}" for each in texts if each.made]
    assert sorted(made) == [], "use told(pattern, ...) of handlers.sentence or server.feel.sentence"


def test_every_refusal_has_an_english_one(texts: set[Text]) -> None:
    english = catalogue("en")
    owed = {each.text for each in texts if english.ugettext(each.text) == each.text}
    assert len(texts) > 600
    assert sorted(owed) == []


def test_the_english_has_the_same_places_and_no_chinese(texts: set[Text]) -> None:
    english = catalogue("en")
    for each in texts:
        translated = english.ugettext(each.text)
        assert set(PLACE.findall(translated)) == set(PLACE.findall(each.text)), each
        assert not CHINESE.search(translated), each


BAD = """
from server.errors import Invalid
from handlers.refusal import Refusal

WORDS = {"a": "常量"}

def of_a_name(name):
    reason = f"没有{name}。"
    raise Refusal("code", reason)

def directly(limit):
    raise Invalid(errors={"title": [f"不超过 {limit} 字"]})

def of_a_table(limit):
    sentences = {"title": "请填写" + str(limit)}
    raise Invalid(errors={"title": [sentences["title"]]})

def of_a_dictionary(limit):
    errors = {}
    errors["title"] = ["最多 %s 字" % limit]
    raise Invalid(errors=errors)

def through_a_function(name):
    raise Refusal("code", _sentence(name))

def _sentence(name):
    return f"{name}没有空缺。"

def of_a_constant(name):
    raise Refusal("code", WORDS[name])

def said_with_a_format(name):
    raise Refusal("code", "没有{}。".format(name))
"""


def test_whatever_way_a_sentence_is_put_together_it_is_found() -> None:
    path = ROOT / "handlers" / "invented_refusals.py"
    made = {each.text: each.made for each in said(parsed(path, BAD))}
    assert [text for text, wrong in made.items() if not wrong] == ["常量"]
    assert sum(made.values()) == 6
