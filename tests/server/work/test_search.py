"""Search in Chinese, within what one may read, on each kind of database."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from server import db
from server.models import cases
from server.work import search
from tests.office import Office
from tests.server.work.helpers import fill

NOTHING = search.Found(*[search.Hits([], False)] * 3)


def titles(office: Office, login: str, text: str) -> list[str]:
    found = search.everything(office[login], search.words_of(text))
    return [row["title"] for row in found.cases.rows]


def rename(**values: object) -> None:
    with db.transaction() as tx:
        tx.execute(update(cases).values(**values))


@pytest.mark.parametrize("text", ["碳基", "新材", "材料）", "碳基 研究院", "0001", "创新 基地"])
def test_a_case_is_found_by_any_part_of_its_names(office: Office, text: str) -> None:
    office.start()
    rename(title="技术标准创新基地（碳基新材料）申报")
    assert len(titles(office, "applicant", text)) == 1


def test_a_case_is_found_by_the_name_on_record(office: Office) -> None:
    office.start()
    rename(record={"base_name_zh": "煤成气基地（筹）", "base_name_en": "Coalbed Gas", "x": "秘密"})
    assert len(titles(office, "officer", "煤成气")) == 1
    assert len(titles(office, "officer", "COALBED")) == 1
    assert titles(office, "officer", "秘密") == []


def test_all_words_must_be_there(office: Office) -> None:
    office.start()
    assert titles(office, "applicant", "某基地 没有的词") == []


@pytest.mark.parametrize("text", ["%", "_", "!", "'", "\\", "%%%"])
def test_signs_with_a_meaning_are_plain_text(office: Office, text: str) -> None:
    office.start()
    assert titles(office, "applicant", text) == []


def test_nothing_is_found_that_may_not_be_read(office: Office) -> None:
    office.start()
    fill(office)
    for login in ("stranger", "expert_12"):
        for text in ("某基地", "0001", "评审"):
            assert search.everything(office[login], [text]) == NOTHING


def test_steps_are_found_by_their_name_without_who_does_them(office: Office) -> None:
    office.start()
    (row,) = search.everything(office["operator"], ["编制"]).steps.rows
    assert row["name"] == "编制材料" and not any("assignee" in name for name in row)


def test_many_hits_are_cut_off_and_said_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LIMIT", 1)
    office.start()
    office.start()
    hits = search.everything(office["applicant"], ["某基地"]).cases
    assert (len(hits.rows), hits.more) == (1, True)


def test_no_words_find_nothing_and_many_are_cut(office: Office) -> None:
    assert search.everything(office["applicant"], []) == NOTHING
    assert len(search.words_of("a b c d e f g a")) == search.LIMIT_WORDS
