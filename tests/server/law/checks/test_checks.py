"""One run over a tree with mistakes in every corner reports every one of them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from server.engine.errors import Finding
from server.law.catalogue import Catalogue, load
from server.law.checks import check, report
from server.law.checks.sources import installed, on_disk

ROOT = Path(__file__).parents[4]
APPLICATION = "processes/application.bpmn"
NOTICE = "processes/parts/public_notice.bpmn"
STEPS = "processes/tables/steps.dmn"
DEADLINES = "processes/tables/deadlines.dmn"
PAPERS = "processes/tables/papers.dmn"
SCENARIO = "processes/scenarios/national/SC-001.yaml"
START = "forms/application/start.form"
HANDLER = "handlers/application.py"

Edit = Callable[[bytes], bytes]


def swap(old: str, new: str) -> Edit:
    def edit(data: bytes) -> bytes:
        assert old.encode() in data, old
        return data.replace(old.encode(), new.encode(), 1)

    return edit


def findings(catalogue: Catalogue, edits: dict[str, Edit]) -> list[Finding]:
    handlers = installed()
    tree = {**catalogue.files, **handlers}
    for path, edit in edits.items():
        tree[path] = edit(tree[path])
    published = {path: data for path, data in tree.items() if not path.startswith("handlers/")}
    rules = {path: data for path, data in tree.items() if path.startswith("handlers/")}
    return check(load(published), rules)


def errors(catalogue: Catalogue, edits: dict[str, Edit]) -> list[Finding]:
    return [each for each in findings(catalogue, edits) if each.severity == "error"]


def test_the_repository_has_no_error(catalogue: Catalogue) -> None:
    assert [each for each in check(catalogue) if each.severity == "error"] == []


def test_the_handlers_on_the_disk_are_those_installed() -> None:
    assert on_disk(ROOT) == installed()


def test_six_mismatches_in_six_places_are_reported_in_one_run(catalogue: Catalogue) -> None:
    found = findings(
        catalogue,
        {
            # A diagram asks for a form that is not there.
            NOTICE: swap('formId="public_notice/prepare_notice"', 'formId="public_notice/other"'),
            # A table speaks of an anchor that is none.
            DEADLINES: swap('"approval_received"', '"approval_recieved"'),
            # A form has a component the page cannot show.
            START: swap('"type": "select"', '"type": "filepicker"'),
            # A function lost the name that the box calls.
            HANDLER: swap("def propose_name(", "def suggest_name("),
            # A lane is no role of the house; a box cites a clause that does not exist.
            APPLICATION: lambda data: swap("GB-9.1 GB-11.1", "GB-99.1 GB-11.1")(
                data.replace(b'id="sponsor"', b'id="godfather"')
            ),
        },
    )
    wrong = [each for each in found if each.severity == "error"]
    reported = {(each.file, each.code): each.element for each in wrong}
    assert reported[NOTICE, "form"] == "prepare_notice"
    assert reported[DEADLINES, "anchor"] == "deadlines_shanxi_plan_filing"
    assert reported[START, "form_type"] == "申报单位"
    assert reported[APPLICATION, "handler"] == "propose_name"
    assert reported[APPLICATION, "role"]
    assert reported[APPLICATION, "clause"] == "check_round"
    for each in found:
        assert each.file and each.sentence.endswith(("。", ")"))
    at = {each.code: each for each in found if each.file == APPLICATION}
    assert at["handler"].element == "propose_name"
    assert at["handler"].sentence.startswith("“拟定名称”：")
    assert at["clause"].element == "check_round" and "GB-99.1" in at["clause"].sentence
    assert "godfather" in at["role"].sentence


ONE_BY_ONE: list[tuple[str, Edit, str, str]] = [
    (APPLICATION, swap('id="propose_name" name="拟定名称"', 'id="propose_name" name=""'),
     APPLICATION, "label"),
    (APPLICATION, swap('name="拟定名称"', 'name="起个名字"'), APPLICATION, "handler_label"),
    (APPLICATION, swap("application.propose_name", "aplication.propose_name"),
     APPLICATION, "handler"),
    (APPLICATION, swap('decisionId="verdicts"', 'decisionId="verdict"'), APPLICATION, "decision"),
    (APPLICATION, swap('step("public_notice")', 'step("public_notise")'), APPLICATION, "step"),
    (APPLICATION, swap('processId="expert_review"', 'processId="expert_revue"'),
     APPLICATION, "unknown_process"),
    (START, swap('"id": "application/start"', '"id": "application/begin"'), START, "form_id"),
    (START, swap("{", "["), START, "form_not_json"),
    (HANDLER, swap("Clauses: GB-6.2 GB-9.1", "Clauses: GB-6.2 GB-9.9"), HANDLER, "clause"),
    (HANDLER, swap("JX-8.1 JX-11.1 JX-12.1 JX-38.1, D-44", "JX-8.1, D-98"), HANDLER, "reading"),
    (STEPS, swap('<text>"SX-15.2"</text>', '<text>"SX-15.9"</text>'), STEPS, "clause"),
    (STEPS, swap('<text>"shanxi"</text>', '<text>"shaanxi"</text>'), STEPS, "regime"),
    (STEPS, swap('label="执行"', 'label=""'), STEPS, "label"),
    (STEPS, swap('name="clause"', 'name="source"'), STEPS, "column"),
    (DEADLINES, swap('"min_duration"', '"at_least"'), DEADLINES, "word"),
    (DEADLINES, swap('"D-15"', '"D-95"'), DEADLINES, "reading"),
    (DEADLINES, swap('"change_notice"', '"public_notice"'), DEADLINES, "twin"),
    (PAPERS, swap('"credit_statement"', '"credit_oath"'), PAPERS, "paper"),
    (SCENARIO, swap("GB-9.1", "GB-9.9"), SCENARIO, "clause"),
    (SCENARIO, swap("D-01", "D-91"), SCENARIO, "reading"),
    (DEADLINES, swap("<definitions", "<definition"), DEADLINES, "table"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "edit", "file", "code"), ONE_BY_ONE, ids=[f"{c[2]}:{c[3]}" for c in ONE_BY_ONE]
)
def test_one_mistake_is_found_in_its_place(
    catalogue: Catalogue, path: str, edit: Edit, file: str, code: str
) -> None:
    assert (file, code) in {(each.file, each.code) for each in errors(catalogue, {path: edit})}


def added(catalogue: Catalogue, path: str, data: bytes) -> set[tuple[str, str]]:
    tree = {**catalogue.files, path: data}
    return {(each.severity, each.code) for each in check(load(tree)) if each.file == path}


def test_a_form_that_nobody_fills_in_is_reported(catalogue: Catalogue) -> None:
    idle = catalogue.files[START].replace(b"application/start", b"application/idle")
    assert ("error", "unused") in added(catalogue, "forms/application/idle.form", idle)


def test_a_form_of_an_unknown_regime_and_a_foreign_file_are_reported(catalogue: Catalogue) -> None:
    form = catalogue.files[START]
    assert ("error", "form_regime") in added(catalogue, "forms/application/start.mars.form", form)
    assert ("error", "form") in added(catalogue, "forms/application/notes.txt", b"x")


def test_a_diagram_that_no_regime_starts_is_reported(catalogue: Catalogue) -> None:
    panel = catalogue.files["processes/panel.bpmn"].decode().replace("panel", "jury")
    idle = re.sub(r"[A-Z]{2}-\d+\.\d+", "ZZ-1.1", panel).encode()
    assert ("error", "unused") in added(catalogue, "processes/jury.bpmn", idle)


def test_a_function_without_box_and_a_module_without_diagram_are_reported(
    catalogue: Catalogue,
) -> None:
    rules = installed()
    rules[HANDLER] += b'\n\ndef idle() -> None:\n    """\xe9\x97\xb2"""\n'
    rules["handlers/idle.py"] = b'"""Nothing."""\n'
    found = check(catalogue, rules)
    assert {("handlers/idle.py", "handler_module"), (HANDLER, "unused")} <= {
        (each.file, each.code) for each in found
    }


def test_a_variable_that_nothing_provides_is_a_warning(catalogue: Catalogue) -> None:
    edit = swap("def check_eligibility(today: date, facts: Row", "def check_eligibility(lot: int")
    found = findings(catalogue, {HANDLER: edit})
    assert ("warning", "handler_input") in {(each.severity, each.code) for each in found}


REFUSED = """<bpmn:boundaryEvent id="nobody_asked" name="无人提出" attachedToRef="propose_name">
  <bpmn:errorEventDefinition errorRef="unheard"/>
</bpmn:boundaryEvent>"""


def test_a_boundary_event_for_a_code_that_no_handler_raises_is_reported(
    catalogue: Catalogue,
) -> None:
    def edit(data: bytes) -> bytes:
        before = '<bpmn:userTask id="argue_plan"'
        text = data.decode().replace(before, REFUSED + before, 1)
        error = '<bpmn:error id="unheard" errorCode="unheard"/></bpmn:definitions>'
        return text.replace("</bpmn:definitions>", error).encode()

    found = errors(catalogue, {APPLICATION: edit})
    assert "refusal" in {each.code for each in found if each.element == "nobody_asked"}


def test_a_box_without_clause_is_a_warning(catalogue: Catalogue) -> None:
    clauses = 'name="clauses" value="GB-37.1'
    found = findings(catalogue, {APPLICATION: swap(clauses, 'name="cluses" value="GB-37.1')})
    assert [(each.severity, each.element) for each in found if each.code == "clauses"] == [
        ("warning", "propose_name")
    ]


def test_the_report_groups_by_file_and_counts() -> None:
    found = [
        Finding("error", "a.bpmn", "box", "form", "“箱”：没有写明表单。"),
        Finding("warning", "a.bpmn", None, "unused", "没有用处。"),
        Finding("error", "b.dmn", "row", "clause", "条款不存在。"),
    ]
    assert report(found) == (
        "a.bpmn\n"
        "  错误 box [form] “箱”：没有写明表单。\n"
        "  提醒 [unused] 没有用处。\n"
        "b.dmn\n"
        "  错误 row [clause] 条款不存在。\n"
        "共 2 处错误，1 处提醒。"
    )
    assert "没有发现问题" in report([])
