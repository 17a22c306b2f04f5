"""Each obligation is kept by the shipped diagrams and missed by one that breaks it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from server.law import catalogue as catalogues
from server.law.catalogue import Catalogue
from server.law.checks import obligations
from server.law.checks.obligations import Breach
from server.law.obligations import PATH, load
from server.views import HERE

ROOT = HERE.parents[1]
APPLICATION, ACCEPTANCE = "processes/application.bpmn", "processes/acceptance.bpmn"
NOTICE, END = "processes/parts/public_notice.bpmn", "processes/end_case.bpmn"
EVALUATION = "processes/regimes/national/periodic_evaluation.bpmn"
ORDER = "processes/parts/ordered_rectification.bpmn"
VERDICTS = "processes/tables/verdicts.dmn"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return catalogues.from_disk(ROOT)


def broken(shipped: Catalogue, path: str, change: Callable[[str], str]) -> list[Breach]:
    text = shipped.files[path].decode()
    changed = change(text)
    assert changed != text
    return obligations.breaches(catalogues.load({**shipped.files, path: changed.encode()}))


def detour(source: str, target: str) -> Callable[[str], str]:
    """A further way from one element to another, past what lies between."""
    flow = f'<bpmn:sequenceFlow id="detour" sourceRef="{source}" targetRef="{target}"/>'

    def change(text: str) -> str:
        return text.replace("</bpmn:process>", flow + "</bpmn:process>")

    return change


def inside(source: str, target: str) -> Callable[[str], str]:
    """The same within the sub-process of the notice."""
    flow = f'<bpmn:sequenceFlow id="detour" sourceRef="{source}" targetRef="{target}"/>'

    def change(text: str) -> str:
        return text.replace("</bpmn:subProcess>", flow + "</bpmn:subProcess>", 1)

    return change


def moved(element: str, lane: str) -> Callable[[str], str]:
    """An element put into another lane."""
    reference = f"<bpmn:flowNodeRef>{element}</bpmn:flowNodeRef>"

    def change(text: str) -> str:
        without = text.replace(reference, "")
        return re.sub(rf'(<bpmn:lane id="{lane}"[^>]*>)', rf"\1{reference}", without)

    return change


BREAKING = {
    "notice_before_approval": (APPLICATION, detour("are_requirements_met", "approve_construction")),
    "notice_period_over_before_its_result": (NOTICE, inside("notice_running", "conclude_notice")),
    "objections_settled_before_the_end": (NOTICE, inside("join_conclusion", "notice_settled")),
    "formal_review_before_experts": (APPLICATION, detour("number_case", "call_expert_review")),
    "experts_before_approval": (
        APPLICATION,
        detour("is_formal_review_passed", "approve_construction"),
    ),
    "authority_approves_construction": (APPLICATION, moved("study_application", "recommender")),
    "authority_approves_establishment": (
        ACCEPTANCE,
        moved("approve_establishment", "acceptance_applicant"),
    ),
    "authority_ends_a_case": (END, lambda text: text.replace('"authority"', '"undertaker"')),
    "who_files_does_not_decide": (APPLICATION, moved("approve_construction", "undertaker")),
    "basis_before_decision": (END, detour("case_end_proposed", "case_revoked")),
    "verdict_before_establishment": (ACCEPTANCE, detour("join_verdict", "approve_establishment")),
    "accepted_anew_only_after_rectification": (
        ACCEPTANCE,
        detour("rectification_ordered", "organise_acceptance"),
    ),
    "rectification_before_revocation": (ACCEPTANCE, detour("check_verdict", "decision_requested")),
    "rectification_before_termination": (
        ACCEPTANCE,
        lambda text: text.replace('ruling.consequence = "rectify"', 'ruling.consequence = "mend"'),
    ),
    "year_to_rectify_before_revocation": (
        EVALUATION,
        lambda text: text.replace('"rectify" and is_reevaluation', '"rectify"'),
    ),
    "order_before_revocation": (ORDER, detour("rectify_base", "revocation_proposed")),
    "ordered_before_checked": (ORDER, detour("assessed_unqualified", "check_rectification")),
}
"""Obligation -> the diagram and a change of it that the obligation forbids."""


def test_the_shipped_diagrams_keep_every_obligation(shipped: Catalogue) -> None:
    unseen = catalogues.load({**shipped.files, "processes/law/unseen": b""})
    begun = time.process_time()
    assert obligations.breaches(unseen) == []
    assert time.process_time() - begun < 30


def test_every_obligation_has_a_diagram_that_breaks_it(shipped: Catalogue) -> None:
    assert {each.id for each in load(shipped.files[PATH])} == BREAKING.keys()


@pytest.mark.parametrize("name", BREAKING)
def test_a_diagram_that_breaks_it_is_caught(shipped: Catalogue, name: str) -> None:
    path, change = BREAKING[name]
    title = next(each.title for each in load(shipped.files[PATH]) if each.id == name)
    found = [each for each in broken(shipped, path, change) if title in each.finding.sentence]
    assert found, "the breach is not seen"
    assert {each.finding.file for each in found} == {path}


def test_a_breach_shows_the_way_that_leads_to_it(shipped: Catalogue) -> None:
    path, change = BREAKING["formal_review_before_experts"]
    breach = broken(shipped, path, change)[0]
    assert breach.trail[0] == "application_started"
    assert breach.trail[-2:] == ("number_case", "call_expert_review")
    assert "登记申报编号 → 专家评审" in breach.finding.sentence


def test_a_version_without_the_guarded_element_is_told(shipped: Catalogue) -> None:
    found = broken(shipped, END, lambda text: text.replace("assemble_basis", "gather_basis"))
    assert any("图中没有 assemble_basis" in each.finding.sentence for each in found)


def test_what_a_regime_has_switched_off_is_no_way(shipped: Catalogue) -> None:
    """Shanxi has no public notice: its way past it is lawful, the national draft's is not."""
    assert not any("山西" in each.finding.sentence for each in obligations.breaches(shipped))
    path = "processes/tables/steps.dmn"
    text = shipped.files[path].decode()
    row = re.search(r'<rule id="steps_national_public_notice">.*?</rule>', text, re.DOTALL)
    assert row
    off = row[0].replace("<text>true</text>", "<text>false</text>")
    made = catalogues.load({**shipped.files, path: text.replace(row[0], off).encode()})
    assert any("公示之后才能批准建设" in b.finding.sentence for b in obligations.breaches(made))


def test_a_table_that_revokes_at_the_first_failure_is_caught(shipped: Catalogue) -> None:
    row = "verdicts_shanxi_acceptance_not_passed"
    entry = re.compile(rf'(<outputEntry id="{row}_consequence"><text>)"rectify"')
    text = shipped.files[VERDICTS].decode()
    revoking = entry.sub(r'\1"revoke"', text)
    assert revoking != text
    made = catalogues.load({**shipped.files, VERDICTS: revoking.encode()})
    (breach,) = obligations.breaches(made)
    assert "先要求整改，才能提请撤销" in breach.finding.sentence
    assert breach.finding.element == "acceptance_failed"
    assert "rectification_ordered" not in breach.trail


def test_a_further_step_that_begins_the_end_is_guarded_too(shipped: Catalogue) -> None:
    """Whatever begins the end of the case counts, not only what the rule's author knew of."""
    begins = '<zeebe:property name="begins" value="end_case"/>'
    found = broken(
        shipped,
        ACCEPTANCE,
        lambda text: re.sub(
            r'(<bpmn:intermediateThrowEvent id="acceptance_organised".*?<zeebe:properties>)',
            rf"\1{begins}",
            text,
            flags=re.DOTALL,
        ),
    )
    assert {each.finding.element for each in found} == {"acceptance_organised"}
