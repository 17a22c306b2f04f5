"""Decision models: requirements, knowledge, services, types, imports."""

from datetime import UTC, datetime

import pytest

from server.feel import FeelError, to_json
from server.feel.dmn import load_model
from server.feel.xml import XmlError
from tests.server.feel.models import (
    NAMESPACE,
    decision,
    input_data,
    knowledge,
    literal,
    model,
    table,
)

VERSIONS = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    NAMESPACE,
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]
PERSON = (
    '<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef>'
    '</itemComponent><itemComponent name="born"><typeRef>date</typeRef></itemComponent>'
    "</itemDefinition>"
)
COLOUR = (
    '<itemDefinition name="tColour"><typeRef>string</typeRef>'
    '<allowedValues><text>"red", "blue"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="tColours" isCollection="true"><typeRef>tColour</typeRef>'
    "</itemDefinition>"
)


def value(file: bytes, name: str = "D", **data: object) -> object:
    """The result of a decision as JSON."""
    return to_json(load_model(file).evaluate(name, data).result)


@pytest.mark.parametrize("version", VERSIONS)
def test_all_versions_are_read_alike(version: str) -> None:
    logic = table("UNIQUE", ["x"], ["y"], ["1 | 2"])
    assert value(model(input_data("x"), decision("D", logic, ["x"]), version=version), x=1) == 2


def test_a_decision_is_found_by_name_and_by_id_and_traced_with_what_it_needs() -> None:
    logic = table("FIRST", ["Loan Amount"], ["y"], ["> 5 | 2"])
    file = model(
        input_data("Loan Amount", "number"),
        decision("Inner One", logic, ["Loan Amount"]),
        decision("Outer", literal("Inner One * 10"), ["!Inner One"]),
    )
    loaded = load_model(file)
    assert loaded.decisions == ("Inner One", "Outer")
    decided = loaded.evaluate("Outer", {"Loan Amount": 6})
    assert to_json(decided.result) == 20 and decided.matched == ("r1",)
    assert [(step.decision, step.matched) for step in decided.trace] == [
        ("Inner One", ("r1",)),
        ("Outer", ()),
    ]
    assert to_json(loaded.evaluate("Inner_One", {"Loan Amount": 6}).result) == 2


def test_only_what_is_required_is_seen() -> None:
    file = model(input_data("x"), decision("A", literal("1")), decision("D", literal("[x, A]")))
    assert value(file, x=1) == [None, None]


def test_knowledge_is_invoked_by_call_and_by_box_and_may_call_itself() -> None:
    factorial = knowledge("fact", ["n"], literal("if n < 2 then 1 else n * fact(n - 1)"))
    bound = f'<binding><parameter name="n"/>{literal("3")}</binding>'
    boxed = f"<invocation>{literal('fact')}{bound}</invocation>"
    file = model(
        factorial,
        decision("Call", literal("fact(5)"), ["?fact"]),
        decision("Box", boxed, ["?fact"]),
    )
    assert (value(file, "Call"), value(file, "Box")) == (120, 6)


def test_a_table_in_knowledge_reports_its_rules() -> None:
    file = model(
        knowledge("k", ["x"], table("UNIQUE", ["x"], ["y"], ["1 | 2"])),
        decision("D", literal("k(1)"), ["?k"]),
    )
    loaded = load_model(file)
    assert loaded.evaluate("D", {}).matched == ("r1",)
    assert loaded.tables[0].owner == "k"


def test_parameters_with_dots_are_names_inside_their_function_only() -> None:
    file = model(
        input_data("p"),
        knowledge("k", ["p.name"], literal('p.name + "!"')),
        decision("D", literal("k(p.name)"), ["p", "?k"]),
    )
    assert value(file, p={"name": "a"}) == "a!"


def test_a_service_decides_from_its_inputs() -> None:
    service = (
        '<decisionService id="s" name="S"><outputDecision href="#D"/>'
        '<inputDecision href="#I"/><inputData href="#x"/></decisionService>'
    )
    file = model(
        input_data("x"),
        decision("I", literal('"own"')),
        decision("D", literal("I + string(x)"), ["!I", "x"]),
        service,
        decision("Call", literal('S(1, "given")'), ["?s"]),
    )
    assert value(file, "D", x=1) == "own1"
    assert value(file, "S", x=1, I="other") == "other1"
    assert value(file, "S", x=1) is None
    assert value(file, "Call") == "given1"


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (
            f'<context><contextEntry><variable name="a"/>{literal("1")}</contextEntry>'
            f'<contextEntry><variable name="b"/>{literal("a + 1")}</contextEntry></context>',
            {"a": 1, "b": 2},
        ),
        (
            f'<context><contextEntry><variable name="a"/>{literal("1")}</contextEntry>'
            f"<contextEntry>{literal('a + 5')}</contextEntry></context>",
            6,
        ),
        (f"<list>{literal('1')}{literal('2')}</list>", [1, 2]),
        (
            f'<relation><column name="a"/><column name="b"/><row>{literal("1")}{literal("2")}</row>'
            "</relation>",
            [{"a": 1, "b": 2}],
        ),
        (
            f"<conditional><if>{literal('1 < 2')}</if><then>{literal('3')}</then>"
            f"<else>{literal('4')}</else></conditional>",
            3,
        ),
        (
            f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>",
            [2, 3],
        ),
        (
            f'<for iteratorVariable="i"><in>{literal("1..3")}</in>'
            f"<return>{literal('i * 2')}</return></for>".replace("1..3", "[1..3]"),
            [2, 4, 6],
        ),
        (
            f'<some iteratorVariable="i"><in>{literal("[1, 2]")}</in>'
            f"<satisfies>{literal('i = 2')}</satisfies></some>",
            True,
        ),
        (
            f'<every iteratorVariable="i"><in>{literal("[1, 2]")}</in>'
            f"<satisfies>{literal('i = 2')}</satisfies></every>",
            False,
        ),
        (
            f'<invocation><functionDefinition><formalParameter name="n" typeRef="number"/>'
            f"{literal('n + 1')}</functionDefinition>"
            f'<binding><parameter name="n"/>{literal("1")}</binding></invocation>',
            2,
        ),
        (
            f'<invocation><functionDefinition kind="Java">{literal("1")}</functionDefinition>'
            "</invocation>",
            None,
        ),
        ("", None),
        (literal(""), None),
        (literal("[1]", "number"), 1),
    ],
)
def test_every_boxed_expression_has_its_value(logic: str, expected: object) -> None:
    assert value(model(decision("D", logic))) == expected


def test_input_is_typed_by_its_definition() -> None:
    file = model(
        PERSON,
        input_data("p", "tPerson"),
        decision("D", literal("p.born.year"), ["p"], "number"),
    )
    assert value(file, p={"name": "a", "born": "1990-05-01"}) == 1990
    assert value(file, p={"name": 1, "born": "1990-05-01"}) is None
    assert value(file, p="a") is None


@pytest.mark.parametrize(
    ("type_ref", "given", "expected"),
    [
        ("tColour", "red", "red"),
        ("tColour", "green", None),
        ("tColours", ["red", "blue"], ["red", "blue"]),
        ("tColours", "red", ["red"]),
        ("tColours", ["green"], None),
        ("feel:string", "x", "x"),
        ("number", ["5"], None),
        ("number", [5], 5),
        ("dateTime", "2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"),
        ("date and time", "2026-11-20", "2026-11-20T00:00:00"),
    ],
)
def test_a_value_is_checked_and_converted_to_its_type(
    type_ref: str, given: object, expected: object
) -> None:
    file = model(COLOUR, input_data("x", type_ref), decision("D", literal("x"), ["x"]))
    assert value(file, x=given) == expected


def test_types_of_functions_ranges_and_constrained_lists_are_read() -> None:
    definitions = (
        '<itemDefinition name="tCheck"><functionItem outputTypeRef="boolean">'
        '<parameters name="n" typeRef="number"/></functionItem></itemDefinition>'
        '<itemDefinition name="tPair" isCollection="true"><typeRef>number</typeRef>'
        "<typeConstraint><text>count(?) = 2</text></typeConstraint></itemDefinition>"
    )
    for logic, type_ref, expected in (
        ("[1, 2]", "tPair", [1, 2]),
        ("[1]", "tPair", None),
        ("[1..2]", "range<number>", "[1..2]"),
        ('["a"]', "list<number>", None),
        ("(function(n) n > 1) instance of tCheck", "boolean", True),
        ("(function(n, m) n) instance of tCheck", "boolean", False),
    ):
        assert value(model(definitions, decision("D", literal(logic), (), type_ref))) == expected


def test_a_type_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(FeelError):
        load_model(model(decision("D", literal("1"), (), "list<" * 1500)))


def test_an_instance_of_a_definition_is_recognised() -> None:
    logic = literal(
        '[{name: "a", born: date(1990, 1, 1)} instance of tPerson, 1 instance of tPerson]'
    )
    assert value(model(PERSON, decision("D", logic))) == [True, False]


def test_host_functions_and_the_clock_reach_the_cells() -> None:
    file = model(decision("D", literal("[step(1), today()]")))
    now = datetime(2026, 11, 20, tzinfo=UTC)
    decided = load_model(file).evaluate("D", {}, {"step": lambda n: n + 1}, now)
    assert to_json(decided.result) == [2, "2026-11-20"]


def test_an_imported_model_is_seen_under_its_prefix() -> None:
    library = model(
        COLOUR,
        input_data("x"),
        knowledge("Say Hello", ["n"], literal('"hello " + n')),
        decision("Base", literal("x + 1"), ["x"]),
        namespace="urn:library",
    )
    file = model(
        f'<import name="lib" namespace="urn:library" importType="{NAMESPACE}"/>'.replace(
            NAMESPACE, "https://www.omg.org/spec/DMN/20191111/MODEL/"
        ),
        decision(
            "D",
            literal('[lib.Base, lib.Say Hello("a"), "red" instance of lib.tColour]'),
            ["!urn:library#Base", "?urn:library#Say_Hello"],
        ),
    )
    loaded = load_model(file, {"urn:library": library})
    assert to_json(loaded.evaluate("D", {"x": 1}).result) == [2, "hello a", True]
    assert to_json(loaded.evaluate("D", {"lib": {"x": 2}}).result) == [3, "hello a", True]
    with pytest.raises(FeelError, match="urn:library"):
        load_model(file)


@pytest.mark.parametrize(
    ("file", "word"),
    [
        (model(decision("A", literal("B"), ["!B"]), decision("B", literal("A"), ["!A"])), "环"),
        (model(decision("A", literal("1"), ["!missing"])), "missing"),
        (
            model(
                '<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition>'
                '<itemDefinition name="b"><typeRef>a</typeRef></itemDefinition>'
            ),
            "数据类型",
        ),
        (b"<other/>", "definitions"),
        (
            model('<import name="i" namespace="urn:test" importType="http://DMN"/>'),
            "导入成环",
        ),
    ],
)
def test_a_model_that_cannot_work_is_refused(file: bytes, word: str) -> None:
    with pytest.raises(FeelError, match=word):
        load_model(file)


def test_an_unknown_decision_and_hostile_xml_are_refused() -> None:
    with pytest.raises(FeelError, match="没有名为"):
        load_model(model()).evaluate("D", {})
    with pytest.raises(XmlError):
        load_model(b"<!DOCTYPE a><a/>")


def test_a_decision_that_asks_too_much_is_stopped() -> None:
    endless = knowledge("f", ["n"], literal("f(n + 1)"))
    with pytest.raises(FeelError) as caught:
        value(model(endless, decision("D", literal("f(1)"), ["?f"])))
    assert caught.value.code == "budget"
