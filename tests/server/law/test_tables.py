"""The shipped tables answer every question of every regime, and only one way."""

from datetime import date
from itertools import product
from typing import Any

import pytest

from server.feel.xml import local_name, read_xml
from server.law.catalogue import Catalogue
from server.law.law import Law
from server.law.tables import NoTable, Tables, plain

BASES = ("national", "shanxi", "jiangxi")


def test_every_table_is_shipped_in_a_file_of_its_name(catalogue: Catalogue) -> None:
    shipped = {name: path.rpartition("/")[2] for name, path in catalogue.table_files.items()}
    assert shipped == {name: f"{name}.dmn" for name in shipped}
    assert shipped.keys() >= {
        "anchors", "deadlines", "defaults", "eligibility", "endings", "names", "papers",
        "quotas", "roles", "steps", "verdicts",
    }  # fmt: skip


def test_every_table_can_be_drawn(catalogue: Catalogue) -> None:
    for path in catalogue.table_files.values():
        root = read_xml(catalogue.files[path])
        drawn = {each.get("dmnElementRef") for each in root.iter() if each.get("dmnElementRef")}
        boxes = ("decision", "inputData", "informationRequirement")
        there = {each.get("id") for each in root.iter() if local_name(each) in boxes}
        assert drawn == there


COMPARING = ("<", ">")
"""A cell that compares names no value of its own (table `offices`: test_offices.py)."""


def test_every_single_hit_row_is_found_by_its_own_inputs(catalogue: Catalogue) -> None:
    for name in catalogue.tables:
        table = catalogue.tables.table(name)
        for rule in table.rules if table.hit_policy == "UNIQUE" else ():
            if any(each.startswith(COMPARING) for each in rule.inputs):
                continue
            cells = [_values(each) for each in rule.inputs]
            for values in product(*cells):
                data = dict(zip([c.text for c in table.inputs], values, strict=True))
                assert catalogue.tables.decide(name, data).matched == (rule.id,)


def _values(cell: str) -> list[str]:
    return ["shanxi"] if cell == "-" else [each.strip().strip('"') for each in cell.split(",")]


def test_the_same_verdict_has_its_own_consequence_in_every_regime(
    national: Law, shanxi: Law, jiangxi: Law
) -> None:
    def fails(law: Law) -> Any:
        return law.table("verdicts", stage="acceptance", verdict="not_passed")["consequence"]

    assert [fails(law) for law in (national, shanxi, jiangxi)] == [
        "terminate",
        "rectify",
        "rectify",
    ]
    again = jiangxi.table("verdicts", stage="acceptance_again", verdict="not_passed")
    assert (again["consequence"], again["clause"]) == ("revoke", "JX-20.4")


def test_a_question_with_an_open_column_lists_its_rows(national: Law, shanxi: Law) -> None:
    verdicts = national.table("verdicts", stage="application_review")
    assert [row["verdict"] for row in verdicts] == ["pass", "pass_after_modification", "not_passed"]
    assert [row["rank"] for row in verdicts] == [1, 2, 3]
    assert [row["title"] for row in shanxi.table("verdicts", stage="application_review")] == [
        "建议批准筹建",
        "不建议批准筹建",
    ]


def test_an_open_cell_that_names_several_values_gives_them_all(national: Law) -> None:
    endings = national.table("endings", ground="violation")
    assert [len(row["case_state"]) for row in endings] == [10, 4, 3]


def test_an_unknown_input_gives_no_row(shanxi: Law) -> None:
    assert shanxi.table("verdicts", stage="application_review", verdict="maybe") is None
    assert shanxi.catalogue.row("roles", "shanxi", role="emperor") is None
    assert shanxi.catalogue.rows("papers", "shanxi", phase="wedding") == []


@pytest.mark.parametrize("regime", BASES)
def test_every_role_of_a_base_has_an_office_in_both_languages(
    catalogue: Catalogue, regime: str
) -> None:
    for role in ("authority", "recommender", "sponsor", "undertaker", "formal_reviewer",
                 "expert_panel", "assistant", "supervisor"):  # fmt: skip
        row = catalogue.row("roles", regime, role=role)
        assert row is not None and row["office"] and row["title"] and row["title_en"]


def test_offices_that_one_body_holds_differ_between_provinces(catalogue: Catalogue) -> None:
    offices = {
        regime: (catalogue.row("roles", regime, role="supervisor") or {})["office"]
        for regime in catalogue.regimes
    }
    assert len(set(offices.values())) == len(offices)


def test_every_step_is_answered_for_the_three_bases(catalogue: Catalogue) -> None:
    steps = {rule.inputs[1] for rule in catalogue.tables.table("steps").rules}
    for regime, step in product(BASES, steps):
        row = catalogue.row("steps", regime, step=step.strip('"'))
        assert row is not None and isinstance(row["on"], bool)


@pytest.mark.parametrize(
    ("facts", "unmet"),
    [
        ({}, set()),
        ({"registered_in_province": False}, {"registered_in_province"}),  # SC-059
        ({"legal_person": False}, {"legal_person"}),
        ({"standards_kinds": []}, {"standards_record"}),
        ({"no_incident": False, "last_incident_on": date(2022, 4, 1)}, {"clean_record"}),
        ({"no_incident": False, "last_incident_on": date(2022, 3, 31)}, set()),
        ({"no_incident": False, "last_incident_on": None}, {"clean_record"}),
    ],
)
def test_shanxi_eligibility_is_decided_from_declared_facts(
    shanxi: Law, facts: dict[str, object], unmet: set[str]
) -> None:
    declared: dict[str, object] = {
        "legal_person": True,
        "registered_in_province": True,
        "standards_staff": True,
        "standards_kinds": ["national"],
        "no_incident": True,
        "last_incident_on": None,
        "clean_since": date(2022, 4, 1),
    }
    rows = shanxi.table("eligibility", **declared | facts)
    assert {r["criterion"] for r in rows if r["kind"] == "hard" and r["met"] is not True} == unmet
    assert {r["criterion"] for r in rows if r["kind"] == "judgement"} == {"support", "leading"}


def test_in_principle_conditions_are_soft_only_where_the_text_says_so(
    national: Law, shanxi: Law, jiangxi: Law
) -> None:
    def kinds(law: Law) -> set[str]:
        return {row["kind"] for row in law.table("eligibility")}

    assert kinds(national) == kinds(jiangxi) == {"soft", "judgement"}
    assert kinds(shanxi) == {"hard", "judgement"}


def test_papers_of_an_application_are_those_of_the_text(
    national: Law, shanxi: Law, jiangxi: Law
) -> None:
    codes = {
        law.regime.id: {row["code"] for row in law.table("papers", phase="application")}
        for law in (national, shanxi, jiangxi)
    }
    assert {"application_plan", "recommendation_letter"} <= codes["national"]
    assert {"application_form", "credit_statement"} <= codes["shanxi"]
    assert {"application_form", "application_plan"} <= codes["jiangxi"]  # SC-076
    assert "application_plan" not in codes["shanxi"]


def test_readings_stand_in_their_order_and_say_why(catalogue: Catalogue) -> None:
    readings = catalogue.rows("defaults", "national")
    numbers = [row["id"] for row in readings]
    assert numbers[:49] == [f"D-{number:02}" for number in range(1, 50)]
    assert numbers == sorted(set(numbers))
    assert all(row["reading"] and row["reading_en"] and row["basis"] for row in readings)


def test_values_leave_the_tables_as_plain_python(catalogue: Catalogue) -> None:
    row = catalogue.row("deadlines", "shanxi", milestone="plan_filing", months=None)
    assert row is not None and row["amount"] == 30 and type(row["amount"]) is int
    assert plain([{"a": (1, 2)}]) == [{"a": [1, 2]}]


def test_a_missing_decision_is_named() -> None:
    empty = Tables()
    assert "deadlines" not in empty and list(empty) == []
    with pytest.raises(NoTable, match="没有决策表“deadlines”"):
        empty.decide("deadlines", {})
    with pytest.raises(NoTable, match="没有决策表“deadlines”"):
        empty.table("deadlines")
