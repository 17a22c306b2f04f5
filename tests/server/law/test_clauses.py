import re

import pytest

from server.law import clauses
from server.law.catalogue import Catalogue

PUNCTUATION = re.compile(r"\s")


def test_every_clause_of_the_five_texts_is_registered(catalogue: Catalogue) -> None:
    assert len(catalogue.clauses.clauses) == 424
    assert {clause.regime for clause in catalogue.clauses.clauses.values()} == set(
        catalogue.regimes
    )


def test_every_clause_quotes_its_article(catalogue: Catalogue) -> None:
    register = catalogue.clauses
    notes = {"SX-0.1"}  # The notice is quoted with its number and date, which stand apart in it.
    for clause in register.clauses.values():
        text = PUNCTUATION.sub("", register.article_of(clause).text)
        assert clause.id in notes or PUNCTUATION.sub("", clause.rule_zh) in text, clause.id


def test_no_rule_is_clipped(catalogue: Catalogue) -> None:
    assert not [each.id for each in catalogue.clauses.clauses.values() if "…" in each.rule_zh]


def test_every_instrument_of_the_register_is_named_by_its_regime(catalogue: Catalogue) -> None:
    for clause in catalogue.clauses.clauses.values():
        assert clause.prefix in catalogue.regimes[clause.regime].instruments, clause.id


def test_a_clause_leads_to_its_whole_article(catalogue: Catalogue) -> None:
    register = catalogue.clauses
    clause = register.by_id("SX-16.2")
    assert clause is not None and register.exists("SX-16.2")
    assert clause.rule_zh == "并在30个工作日内将方案报送推荐单位和省标准化主管部门。"
    assert register.article_of(clause).text.startswith("获批的创新基地承担单位应当")


def test_search_wants_every_word_and_keeps_the_order(catalogue: Catalogue) -> None:
    found = catalogue.clauses.search("公示 1个月", regime="national")
    assert [clause.id for clause in found] == ["GB-15.3", "GB-35.2"]
    assert catalogue.clauses.search("30 WORKING days", kind="timer")[0].id == "SX-16.2"
    assert catalogue.clauses.search("公示", regime="shanxi", kind="timer") == []


def test_an_unknown_clause_is_none_and_has_no_text(catalogue: Catalogue) -> None:
    assert catalogue.clauses.by_id("SX-99.1") is None
    assert catalogue.clauses.rule_text("SX-99.1") == ""


def test_ids_are_found_in_running_text_each_once() -> None:
    assert clauses.ids_in("见 GB-13.1、SX-14.1 和 GB-13.1（JC-17.2a）") == [
        "GB-13.1",
        "SX-14.1",
        "JC-17.2a",
    ]


def test_a_clause_without_article_is_refused() -> None:
    head = ",".join(clauses.CLAUSE_COLUMNS)
    orphan = ",".join(["ZZ-1.1", *["x"] * (len(clauses.CLAUSE_COLUMNS) - 1)])
    articles = ",".join(clauses.ARTICLE_COLUMNS)
    with pytest.raises(ValueError, match=r"ZZ-1\.1"):
        clauses.load(f"{head}\n{orphan}\n".encode(), f"{articles}\n".encode())


def test_every_reading_is_told_in_both_languages_and_cites_what_exists(
    catalogue: Catalogue,
) -> None:
    known = {row["id"] for row in catalogue.rows("defaults", "national")}
    for clause in catalogue.clauses.clauses.values():
        assert bool(clause.reading_zh) == bool(clause.reading_en), clause.id
        assert set(clauses.READING_ID.findall(clause.reading_zh)) <= known, clause.id
        for cited in clauses.ids_in(clause.reading_zh):
            assert catalogue.clauses.exists(cited), (clause.id, cited)
