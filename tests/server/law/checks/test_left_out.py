"""FEEL that is not carried out is refused when it is typed, wherever expressions stand."""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest

from server.engine.dialect import lint as lint_diagram
from server.feel.dmn import load_model
from server.feel.omissions import omissions
from server.feel.review import review
from server.law.catalogue import Catalogue, load
from server.law.checks import check
from server.law.forms import lint as lint_form
from tests.server.engine.drawing import (
    after,
    catch,
    chain,
    diagram,
    each,
    end,
    flow,
    mapping,
    message,
    on_message,
    start,
    timer,
    user,
    xor,
)
from tests.server.feel.models import decision, knowledge, literal, model, table
from tests.server.work.form_samples import component, form_bytes

LEFT_OUT = {
    'function(a) external {java: {class: "java.lang.Math", method signature: "abs(double)"}}': (
        "left_out",
        "external",
    ),
    "(function(a: function<number> -> number) a)(abs)": ("left_out", "函数类型"),
    "abs instance of function<number> -> number": ("left_out", "函数类型"),
    "[abs] instance of list<function<number> -> number>": ("left_out", "函数类型"),
    "1 instance of money": ("left_out", "money"),
    "(function(a: money) a)(1)": ("left_out", "money"),
    "{a: 1} instance of context<a: money>": ("left_out", "money"),
    "{a: 1, b: 2, a: 3}": ("left_out", "“a”"),
    "shell(1)": ("unknown_function", "shell"),
    "for i in [1] return shell(i)": ("unknown_function", "shell"),
    'substring("a")': ("left_out", "substring"),
    "abs(value: 1)": ("left_out", "abs"),
    'matches("a", "[a-z-[b]]")': ("left_out", "[a-z-[b]]"),
    'replace("a", "(a)\\1", "b")': ("left_out", "(a)\\1"),
    'split("a", "(?=a)")': ("left_out", "(?=a)"),
    'matches("a", "a", "k")': ("left_out", "正则表达式"),
    '@"next week"': ("impossible_time", "next week"),
    '@"-2026-11-20"': ("impossible_time", "-2026-11-20"),
    'date("2026-02-30")': ("impossible_time", "2026-02-30"),
    'time("24:01:00")': ("impossible_time", "24:01:00"),
    'date and time("99999-12-31T00:00:00Z")': ("impossible_time", "99999"),
    'duration("P1Y1D")': ("impossible_time", "P1Y1D"),
    'time("10:00:00.123456789")': ("impossible_time", "六位小数"),
}
ASKED = "? > 1"
"""Has a value in cells of conditions only."""


def between(*parts: str, around: str = "") -> bytes:
    return diagram("p", start(), *parts, end(), chain("begin", "b", "done"), around=around)


def choice(text: str) -> bytes:
    flows = (flow("b", "done", f"= {text}"), flow("b", "other", id="o"))
    ends = (end(), end("other"))
    return diagram("p", start(), xor("b", "o"), *ends, flow("begin", "b"), *flows)


def assigned(text: str) -> str:
    return user("b", ext=f'<zeebe:assignmentDefinition assignee="{_attribute(f"= {text}")}"/>')


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def begun(**props: str) -> bytes:
    return diagram("p", start(props=props), user("b"), end(), chain("begin", "b", "done"))


DIAGRAMS: dict[str, Callable[[str], bytes]] = {
    "a condition": choice,
    "a person": lambda text: between(assigned(text)),
    "when it may begin": lambda text: begun(starts="procedure", when=f"= {text}"),
    "a duration": lambda text: between(catch("b", after(f"= {text}"))),
    "a moment": lambda text: between(catch("b", timer("timeDate", f"= {text}"))),
    "a cycle": lambda text: between(catch("b", timer("timeCycle", f"= {text}"))),
    "a key": lambda text: between(
        catch("b", on_message("m")), around=message("m", "x", f"= {text}")
    ),
    "an input": lambda text: between(user("b", ext=mapping({"x": f"= {text}"}))),
    "an output": lambda text: between(user("b", ext=mapping(outputs={"x": f"= {text}"}))),
    "a list of people": lambda text: between(user("b", each(f"= {text}"))),
    "what is gathered": lambda text: between(user("b", each("= x", "i", "o", f"= {text}"))),
    "completion": lambda text: between(user("b", each("= x", until=f"= {text}"))),
    "a deadline's first day": lambda text: between(user("b", props={"due_from": f"= {text}"})),
}


def _text(name: str, text: str) -> str:
    return f"<{name}><text>{escape(text)}</text></{name}>"


def boxed(inside: str) -> Callable[[str], bytes]:
    """A decision whose logic holds a literal expression where ``…`` stands."""
    return lambda text: model(decision("d", inside.replace("…", literal(text))))


def tabular(inputs: str = "x", cell: str = "-", output: str = "y", result: str = "1") -> bytes:
    return model(decision("d", table("FIRST", [inputs], [output], [f"{cell} | {result}"])))


def defined(text: str) -> bytes:
    inner = _text("allowedValues", text)
    return model(f'<itemDefinition name="t"><typeRef>number</typeRef>{inner}</itemDefinition>')


def allowed(text: str) -> bytes:
    column = "<inputExpression><text>x</text></inputExpression>" + _text("inputValues", text)
    inside = f'<input>{column}</input><output name="y"/>'
    return model(decision("d", f'<decisionTable id="t">{inside}</decisionTable>'))


VALUES: dict[str, Callable[[str], bytes]] = {
    "a literal expression": boxed("…"),
    "a business knowledge model": lambda text: model(knowledge("k", ["p"], literal(text))),
    "an input column": lambda text: tabular(inputs=text),
    "an output cell": lambda text: tabular(result=text),
    "a default": lambda text: tabular(output=f"y = {text}"),
    "a context": boxed('<context><contextEntry><variable name="v"/>…</contextEntry></context>'),
    "an invocation": boxed(
        "<invocation><literalExpression><text>abs</text></literalExpression>"
        '<binding><parameter name="n"/>…</binding></invocation>'
    ),
    "a function": boxed('<functionDefinition><formalParameter name="p"/>…</functionDefinition>'),
    "a list": boxed("<list>…</list>"),
    "a relation": boxed('<relation><column name="c"/><row>…</row></relation>'),
    "a conditional": boxed("<conditional><if>…</if><then>…</then><else>…</else></conditional>"),
    "a filter": boxed("<filter><in>…</in><match>…</match></filter>"),
    "a loop": boxed('<for iteratorVariable="v"><in>…</in><return>…</return></for>'),
    "a quantifier": boxed('<some iteratorVariable="v"><in>…</in><satisfies>…</satisfies></some>'),
}
CELLS: dict[str, Callable[[str], bytes]] = {
    "an input cell": lambda text: tabular(cell=text),
    "allowed inputs": allowed,
    "listed outputs": lambda text: tabular(output=f"y: {text}"),
    "a type's values": defined,
}


def formed(kind: str = "textfield", **more: object) -> bytes:
    return form_bytes(component(kind, "x", **{"label": "名称", **more}))


FORMS: dict[str, Callable[[str], bytes]] = {
    "hidden": lambda text: formed(conditional={"hide": f"= {text}"}),
    "least": lambda text: formed("number", validate={"min": f"= {text}"}),
    "longest": lambda text: formed(validate={"maxLength": f"= {text}"}),
    "choices": lambda text: formed("select", valuesExpression=f"= {text}"),
    "computed": lambda text: formed("expression", expression=f"= {text}"),
    "label": lambda text: formed(label=f"= {text}"),
    "help": lambda text: formed(description=f"= {text}"),
    "unit": lambda text: formed("number", appearance={"suffixAdorner": f"= {text}"}),
    "text": lambda text: form_bytes(component("text", "", text=f"= {text}")),
    "place in a text": lambda text: form_bytes(component("text", "", text=f"共 {{{{{text}}}}} 项")),
    "condition in a text": lambda text: form_bytes(
        component("text", "", text=f"{{{{#if {text}}}}}是{{{{else}}}}否{{{{/if}}}}")
    ),
    "english": lambda text: formed(properties={"label_en": f"= {text}"}),
}


def in_diagram(xml: bytes) -> dict[str, tuple[str | None, str]]:
    found = lint_diagram("p", xml)
    return {f.code: (f.element, f.sentence) for f in found if f.severity == "error"}


def in_table(xml: bytes) -> dict[str, tuple[str | None, str]]:
    found = review(xml, load_model(xml))
    return {each.code: (each.element, each.sentence) for each in found}


def in_form(data: bytes) -> dict[str, tuple[str | None, str]]:
    found = lint_form(data)
    return {p.code: (p.component, p.sentence) for p in found if p.severity == "error"}


PLACES = {
    **{f"diagram: {name}": (make, in_diagram) for name, make in DIAGRAMS.items()},
    **{f"table: {name}": (make, in_table) for name, make in {**VALUES, **CELLS}.items()},
    **{f"form: {name}": (make, in_form) for name, make in FORMS.items()},
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", LEFT_OUT)
def test_what_is_left_out_is_refused_wherever_it_stands(text: str, place: str) -> None:
    make, found_in = PLACES[place]
    found = found_in(make(text))
    code, word = LEFT_OUT[text]
    element, sentence = found[code]
    assert element and word in sentence and sentence.endswith("。")


@pytest.mark.parametrize("place", sorted(set(PLACES) - {f"table: {name}" for name in CELLS}))
def test_a_tested_value_is_refused_where_none_is_tested(place: str) -> None:
    make, found_in = PLACES[place]
    assert "“?”" in found_in(make(ASKED))["left_out"][1]


@pytest.mark.parametrize("name", CELLS)
def test_a_tested_value_may_be_asked_for_in_a_cell(name: str) -> None:
    assert in_table(CELLS[name](ASKED)) == {}


@pytest.mark.parametrize(
    ("inside", "word"),
    [
        ('<functionDefinition kind="Java"/>', "Java"),
        ('<functionDefinition kind="PMML"/>', "PMML"),
        ("<literalExpression><importedValues/></literalExpression>", "importedValues"),
        ("<neuralNetwork/>", "neuralNetwork"),
        ('<literalExpression typeRef="money"><text>1</text></literalExpression>', "money"),
        ('<literalExpression typeRef="function&lt;&gt; -&gt; Any"/>', "函数类型"),
        (table("UNIQUE", ["x"], ["y"], ["- | 1"], ' aggregation="SUM"'), "收集"),
        (table("COLLECT", ["x"], ["y", "z"], ["- | 1 | 2"], ' aggregation="SUM"'), "汇总"),
        (table("PRIORITY", ["x"], ["y"], ["- | 1"]), "优先级"),
        (
            "<decisionTable><input><inputExpression expressionLanguage='js'><text>x</text>"
            '</inputExpression></input><output name="y"/></decisionTable>',
            "js",
        ),
    ],
)
def test_what_a_model_asks_for_in_vain_is_refused(inside: str, word: str) -> None:
    xml = model(decision("d", inside))
    (found,) = [each for each in review(xml, load_model(xml)) if word in each.sentence]
    assert found.code == "left_out" and found.element in ("d", "t")


def test_only_decision_models_are_imported() -> None:
    xml = model('<import name="x" namespace="urn:x" importType="http://www.dmg.org/PMML-4_2"/>')
    (found,) = review(xml, load_model(xml))
    assert "PMML" in found.sentence


SUPPORTED = (
    "1 + 2 * 3 ** 2 - 4 / 5",
    "-x",
    "x between 1 and 5 and x in [1..5) or x in (< 3, 7)",
    "if x > 1 then 1 else 2",
    "for i in 1..3, j in [i] return i + j",
    "for i in 0..3 return if i = 0 then 1 else partial[-1]",
    "some i in [1] satisfies i > 1",
    "every i in [1] satisfies i > 1",
    "[1, 2][item > 1]",
    "[{a: 1}][a = 1].a",
    '{a: 1, "b c": 2}.a',
    "(function(a, b: number) a - b)(b: 1, a: 2)",
    "{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r",
    "(function(f) f(-3))(abs)",
    "abs instance of function",
    "x instance of number",
    "x instance of list<context<a: string, b: list<date>>>",
    "x instance of range<days and time duration>",
    '@"2026-11-20" + @"P1M"',
    'date and time("2026-11-20T10:00:00.123456+08:00")',
    'date and time(date("2026-11-20"), time("10:00:00"))',
    "date(2026, 11, 20).weekday",
    'years and months duration(date("2026-01-01"), date("2026-11-20"))',
    'matches("a", "^[\\\\p{L}]+$", "i")',
    'replace("a", "(a)", "$1")',
    'split("a;b", ";")',
    "min(1, 2) + max([1, 2])",
    "sort([2, 1], function(a, b) a < b)",
    "before(1, [2..3])",
    "count(distinct values(union([1], [2])))",
    "is defined(x)",
    "null = null",
)


@pytest.mark.parametrize("text", SUPPORTED)
def test_what_is_carried_out_passes(text: str) -> None:
    assert omissions(text) == ()


def test_a_function_that_a_model_declares_is_known() -> None:
    logic = literal("twice(2) + {f: function(n) n, r: f(1)}.r")
    xml = model(knowledge("twice", ["n"], literal("n * 2")), decision("d", logic, ["?twice"]))
    assert review(xml, load_model(xml)) == []


def test_a_type_that_a_model_declares_is_known() -> None:
    xml = model(
        '<itemDefinition name="money"><typeRef>number</typeRef></itemDefinition>',
        decision("d", literal("1 instance of money", "money")),
    )
    assert review(xml, load_model(xml)) == []


DIAGRAM = "processes/application.bpmn"
TABLE = "processes/tables/quotas.dmn"
FORM = "forms/application/start.form"
PAPER = "processes/papers/ending.toml"


def test_one_check_of_everything_tells_each_place(catalogue: Catalogue) -> None:
    tree = dict(catalogue.files)
    drawn = tree[DIAGRAM].replace(b'= "passed"<', b'= "passed" or abs instance of money<', 1)
    listed = tree[TABLE].replace(b'"construction_period"<', b"shell(?)<", 1)
    form = json.loads(tree[FORM])
    form["components"][0]["conditional"] = {"hide": "=shell(1)"}
    paper = tree[PAPER].replace(b"{{ended_on}}", b'{{@"soon"}}', 1)
    assert paper != tree[PAPER] and drawn != tree[DIAGRAM] and listed != tree[TABLE]
    changed = {DIAGRAM: drawn, TABLE: listed, FORM: json.dumps(form).encode(), PAPER: paper}
    found = {(each.file, each.code): each for each in check(load({**tree, **changed}))}
    told = {path: found[path, code] for path, code in (
        (DIAGRAM, "left_out"), (TABLE, "unknown_function"),
        (FORM, "form_unknown_function"), (PAPER, "impossible_time"),
    )}  # fmt: skip
    assert all(each.severity == "error" for each in told.values())
    assert all(told[path].element for path in (DIAGRAM, TABLE, FORM))
