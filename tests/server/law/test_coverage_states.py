import pytest

from server.law import coverage_states
from server.law.catalogue import Catalogue, load
from server.law.coverage import coverage
from server.law.coverage_states import SHEET, blocking, findings, standings
from tests.walk import shipped

HEAD = ",".join(coverage_states.COLUMNS)


def state(catalogue: Catalogue, clause: str) -> str:
    found = standings(catalogue, coverage(catalogue))
    return next(each.state for each in found if each.clause.id == clause)


def with_register(*rows: str) -> Catalogue:
    return load({**shipped().files, SHEET: "\n".join([HEAD, *rows]).encode()})


def test_a_clause_is_carried_out_by_procedures_by_hand_or_by_nobody() -> None:
    assert state(shipped(), "GB-15.3") == "implemented"
    assert state(shipped(), "SX-6.6") == "manual"
    assert state(shipped(), "GB-2.1") == "not_applicable"


def test_a_clause_that_leaves_a_question_open_needs_an_entry() -> None:
    assert state(with_register(), "GB-15.3") == "unsettled"
    assert state(with_register(), "GB-14.2") == "implemented"


def test_what_nothing_carries_out_is_red() -> None:
    entry = "SX-6.6,reading,问,答,别的,某处,"
    found = with_register(entry)
    assert state(found, "SX-6.6") == "missing"
    red = findings(found, standings(found, coverage(found), "shanxi"))
    assert ("SX-6.6", "missing") in {(each.element, each.code) for each in red}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("ZZ-1.1,manual,,,,,理由", "没有这一条款"),
        ("GB-14.2,guess,,,,,", "种类只能是"),
        ("GB-14.2,manual,,,,,", "须写明理由"),
        ("GB-14.2,reading,问,答,,某处,", "须写明问题"),
        ("GB-14.2,reading,问,D-99,别的,某处,", "没有解释D-99"),
    ],
)
def test_an_entry_that_says_too_little_is_found(row: str, sentence: str) -> None:
    assert any(sentence in each.sentence for each in findings(with_register(row), []))


def test_what_a_procedure_carries_out_is_not_manual() -> None:
    found = with_register("GB-14.2,manual,,,,,理由")
    told = findings(found, standings(found, coverage(found), "national"))
    assert "条款 GB-14.2 已有流程办理，不应再登记为人工办理。" in {each.sentence for each in told}


def test_an_instrument_without_procedures_does_not_block() -> None:
    """Of the three texts of the Jiangxi base only the letter has a procedure here."""
    own = ("processes/regimes/jiangxi_base/", "processes/parts/council_vote")
    drawn = [p for p in shipped().files if p.startswith(own) and p.endswith(".bpmn")]
    left = {p: f for p, f in shipped().files.items() if p not in drawn or "comment_round" in p}
    red = blocking(load({**left, SHEET: HEAD.encode()}))
    assert {each.element[:2] for each in red if each.element} == {"GB", "JS", "JX", "SX"}


def test_every_entry_of_the_register_is_sound_and_no_question_is_unsettled() -> None:
    assert [each.sentence for each in findings(shipped(), [])] == []
    for regime in ("national", "shanxi", "jiangxi"):
        found = standings(shipped(), coverage(shipped()), regime)
        assert [each.clause.id for each in found if each.state == "unsettled"] == []


def test_the_report_has_a_line_for_each_clause_and_the_sums() -> None:
    lines = coverage_states.report(standings(shipped(), coverage(shipped()), "shanxi"))
    assert len(lines) == 87
    assert any(line.startswith("SX-16.2 已实现 图") for line in lines)
    assert lines[-1].startswith("条款 86 条：已实现")
