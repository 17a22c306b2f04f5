"""What is wrong with a form is said before it is published."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.law.forms import FormError, PatternError, compile_pattern, lint, read
from tests.server.work.form_samples import EVERYTHING, component, form_bytes, options


def codes(*components: dict[str, Any]) -> list[tuple[str, str]]:
    return [(problem.component, problem.code) for problem in lint(form_bytes(*components))]


def field(kind: str = "textfield", key: str = "x", **more: Any) -> dict[str, Any]:
    return component(kind, key, **{"label": "名称", **more})


def test_a_form_with_every_component_has_no_problem() -> None:
    assert lint(form_bytes(*EVERYTHING)) == []


@pytest.mark.parametrize(
    ("faulty", "code"),
    [
        (field("filepicker"), "type"),
        (field("iframe"), "type"),
        (field("mystery"), "type"),
        (field(key=""), "key"),
        (field("dynamiclist", key="", components=[field()]), "key"),
        (field(key="Unit"), "key"),
        (field(key="申报单位"), "key"),
        (field(key="a..b"), "key"),
        (field(key="case"), "reserved_key"),
        (field(key="regime.id"), "reserved_key"),
        (field(label=""), "label"),
        (field(properties={}), "label_en"),
        (field(conditional={"hide": "= a ="}), "feel"),
        (field(conditional={"hide": "a = 1"}), "feel"),
        (field("expression", expression="sum(a)"), "feel"),
        (field("number", validate={"min": "= 1 +"}), "feel"),
        (field("select", valuesExpression="= ["), "feel"),
        (field(readonly="= a"), "readonly"),
        (field(validate={"pattern": "("}), "pattern"),
        (field(validate={"pattern": r"(a)\1"}), "pattern"),
        (field(validate={"pattern": "(?=a)"}), "pattern"),
        (field(validate={"pattern": "(?i)a"}), "pattern"),
        (field(validate={"pattern": r"\u4e00"}), "pattern"),
        (field(validate={"pattern": "[[:alpha:]]"}), "pattern"),
        (field(validate={"pattern": "a" * 501}), "pattern"),
        (field("number", validate={"min": 5, "max": 4}), "bounds"),
        (field(validate={"minLength": "two"}), "bounds"),
        (field("radio"), "options"),
        (field("radio", values=[]), "options"),
        (field("radio", values=options("a"), valuesKey="b"), "options"),
        (field("radio", values=[{"label": "甲"}]), "options"),
        (field("radio", values=[{"value": "a"}]), "options"),
        (field("radio", values=options("a", "a")), "options"),
        (field("radio", values=options(*range(501))), "options"),
        (field("datetime", subtype="month"), "subtype"),
        (field("number", decimalDigits=-1), "number"),
        (field("number", decimalDigits="2"), "number"),
        (field("number", increment=0), "number"),
        (field("number", increment="x"), "number"),
        (field("image", key="", source="//example.org/a.png"), "remote"),
        (field("image", key="", source="https://example.org/a.png"), "remote"),
        (field("group", key="", components=[]), "empty"),
    ],
)
def test_a_fault_is_found_and_named(faulty: dict[str, Any], code: str) -> None:
    found = [problem for problem in lint(form_bytes(faulty)) if problem.code == code]
    assert found and all(
        problem.sentence.endswith("。") or "：" in problem.sentence for problem in found
    )


def test_only_a_missing_english_label_is_a_warning() -> None:
    (problem,) = lint(form_bytes(field(properties={})))
    assert (problem.component, problem.severity) == ("名称", "warning")


@pytest.mark.parametrize(
    "pair",
    [
        (field(), field()),
        (field(key="a"), field(key="a.b")),
        (field("group", key="a", components=[field(key="b")]), field(key="a.b")),
        (field("dynamiclist", key="a", components=[field()]), field(key="a")),
        (field("dynamiclist", key="a", components=[field(), field()]), field(key="b")),
    ],
)
def test_two_fields_may_not_write_the_same_value(pair: tuple[dict[str, Any], ...]) -> None:
    assert ("名称", "duplicate_key") in codes(*pair)


def test_rows_of_two_lists_may_use_the_same_names() -> None:
    lists = [field("dynamiclist", key=key, components=[field()]) for key in ("a", "b")]
    assert codes(*lists) == []


def test_the_person_who_fills_in_may_not_write_the_choices() -> None:
    assert ("who", "shadowed_choices") in codes(field(key="who"), field("select", valuesKey="who"))


def test_what_is_computed_may_only_use_what_was_computed_above() -> None:
    first, second = (component("expression", key, expression=f"= {uses} + 1") for key, uses in
                     (("a", "b"), ("b", "c")))  # fmt: skip
    assert codes(second, first) == []
    assert [code for _, code in codes(first, second)] == ["order"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "not_json"),
        (b"[]", "not_a_form"),
        (b"{}", "not_a_form"),
        (b'{"components": [1]}', "not_a_form"),
        (b'{"components": [{}]}', "not_a_form"),
        (b" " * (256 * 1024 + 1), "too_large"),
        (b"[" * 100_000, "not_json"),
        (form_bytes(*[{"type": "text"}] * 501), "too_many"),
    ],
)
def test_what_is_no_form_is_refused_in_one_sentence(data: bytes, code: str) -> None:
    with pytest.raises(FormError) as caught:
        read(data)
    assert caught.value.code == code
    assert [problem.code for problem in lint(data)] == [code]


def test_groups_nest_eight_deep_and_no_deeper() -> None:
    inner = field()
    for _ in range(8):
        inner = field("group", key="", components=[inner])
    assert codes(inner) == [("表单", "too_deep")]


def test_a_schema_tells_what_it_writes_and_what_it_offers() -> None:
    schema = read(form_bytes(*EVERYTHING))
    assert schema.offers == ("provinces",)
    assert {"contact", "leader", "bank", "budget", "budget_total"} <= set(schema.writes)


def test_patterns_are_found_anywhere_and_end_at_the_end() -> None:
    assert compile_pattern("[一-龥]{2}").search("x标准x")
    assert not compile_pattern("^a$").search("a\n")
    with pytest.raises(PatternError, match="无效"):
        compile_pattern("[")


def test_a_catastrophic_pattern_is_matched_in_linear_time() -> None:
    assert not compile_pattern("^(a+)+$").search("a" * 5000 + "b")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
settings_of_a_component = st.dictionaries(
    st.sampled_from(
        [
            *("type", "key", "path", "label", "validate", "conditional", "components", "values"),
            *("valuesKey", "readonly", "properties", "expression", "decimalDigits", "increment"),
            *("subtype", "source"),
        ]
    ),
    json_values | st.sampled_from(["textfield", "number", "group", "dynamiclist", "radio"]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(settings_of_a_component, max_size=4))
def test_any_json_is_linted_without_an_exception(components: list[dict[str, Any]]) -> None:
    data = json.dumps({"components": components}).encode("utf-8", "replace")
    assert all(problem.sentence for problem in lint(data))
