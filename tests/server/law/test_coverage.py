from server.law.catalogue import Catalogue
from server.law.coverage import coverage


def test_a_clause_leads_to_everything_that_carries_it_out(catalogue: Catalogue) -> None:
    kinds = {each.kind for each in coverage(catalogue).of_clause("GB-15.3")}
    assert {"element", "row", "handler", "scenario"} <= kinds


def test_a_box_leads_back_to_its_clauses(catalogue: Catalogue) -> None:
    index = coverage(catalogue)
    clauses = index.of_place("processes/application.bpmn", "propose_name")
    assert "GB-37.1" in clauses
    for clause in clauses:
        places = {(each.file, each.element) for each in index.of_clause(clause)}
        assert ("processes/application.bpmn", "propose_name") in places


def test_what_nobody_carries_out_is_listed_unless_it_states_no_procedure(
    catalogue: Catalogue,
) -> None:
    index = coverage(catalogue)
    assert "SX-16.2" not in index.uncovered and "SX-2.1" not in index.uncovered
    for clause in index.uncovered:
        assert index.of_clause(clause) == ()
        assert catalogue.clauses.clauses[clause].kind != "norm-only"


def test_an_unknown_clause_or_place_is_carried_out_by_nothing(catalogue: Catalogue) -> None:
    assert coverage(catalogue).of_clause("ZZ-1.1") == ()
    assert coverage(catalogue).of_place("nowhere", "nothing") == ()
