"""Decision tables under every hit policy."""

import pytest

from server.feel import FeelError, to_json
from server.feel.dmn import load_model
from server.feel.evaluation import Decided
from server.feel.runtime import Run
from tests.server.feel.models import decision, input_data, literal, model, table

RULES = ['> 1 | "b" | 10', '> 2 | "a" | 20', '> 3 | "b" | 30']
OUTPUTS = ['grade: "a", "b", "c"', "points"]


def decide(logic: str, **data: object) -> Decided:
    """The outcome of a decision with this logic over the given inputs."""
    inputs = [input_data(name) for name in data]
    file = model(*inputs, decision("D", logic, tuple(data)))
    return load_model(file).evaluate("D", data)


def result(policy: str, x: int, extra: str = "", outputs: tuple[str, ...] = ("points",)) -> object:
    """The result of the one-column table of points."""
    rules = ["> 1 | 10", "> 2 | 20", "> 3 | 20"]
    return to_json(decide(table(policy, ["x"], outputs, rules, extra), x=x).result)


@pytest.mark.parametrize(
    ("policy", "expected", "matched"),
    [
        ("FIRST", {"grade": "b", "points": 10}, ("r1",)),
        ("PRIORITY", {"grade": "a", "points": 20}, ("r2",)),
        (
            "RULE ORDER",
            [
                {"grade": "b", "points": 10},
                {"grade": "a", "points": 20},
                {"grade": "b", "points": 30},
            ],
            ("r1", "r2", "r3"),
        ),
        (
            "OUTPUT ORDER",
            [
                {"grade": "a", "points": 20},
                {"grade": "b", "points": 10},
                {"grade": "b", "points": 30},
            ],
            ("r2", "r1", "r3"),
        ),
        (
            "COLLECT",
            [
                {"grade": "b", "points": 10},
                {"grade": "a", "points": 20},
                {"grade": "b", "points": 30},
            ],
            ("r1", "r2", "r3"),
        ),
    ],
)
def test_a_hit_policy_chooses_among_rules(
    policy: str, expected: object, matched: tuple[str, ...]
) -> None:
    decided = decide(table(policy, ["x"], OUTPUTS, RULES), x=5)
    assert (to_json(decided.result), decided.matched) == (expected, matched)


def test_unique_gives_its_one_rule_and_refuses_two() -> None:
    assert result("UNIQUE", 2) == 10
    decided = decide(table("UNIQUE", ["x"], ["points"], ["> 1 | 10", "> 2 | 20"]), x=3)
    assert decided.result is None and decided.matched == ()
    assert "r1" in decided.problems[0] and "r2" in decided.problems[0]


def test_any_agrees_or_refuses() -> None:
    agreeing = table("ANY", ["x"], ["points"], ["> 1 | 10", "> 2 | 10"])
    assert to_json(decide(agreeing, x=3).result) == 10
    assert result("ANY", 3) is None


@pytest.mark.parametrize(
    ("aggregation", "some", "none"),
    [("SUM", 50, None), ("MIN", 10, None), ("MAX", 20, None), ("COUNT", 3, 0)],
)
def test_collect_aggregates(aggregation: str, some: int, none: int | None) -> None:
    extra = f' aggregation="{aggregation}"'
    assert (result("COLLECT", 9, extra), result("COLLECT", 0, extra)) == (some, none)


def test_without_a_rule_the_default_or_nothing_is_given() -> None:
    assert result("UNIQUE", 0) is None
    assert result("COLLECT", 0) == []
    assert result("UNIQUE", 0, outputs=("points =  7",)) == 7


def test_a_value_that_is_not_allowed_gives_null() -> None:
    allowed = table("UNIQUE", ["x"], ["points"], ["- | 1"]).replace(
        "</inputExpression>", "</inputExpression><inputValues><text>[1..5]</text></inputValues>"
    )
    assert [to_json(decide(allowed, x=x).result) for x in (5, 6)] == [1, None]


def test_texts_are_found_by_index_and_the_rest_by_trying() -> None:
    rules = ['"a", "b" | 1', 'not("a") | 2', "- | 3", '"b" | 4', 'starts with(?, "b") | 5']
    logic = table("COLLECT", ["x"], ["n"], rules)
    for value, expected in [
        ("a", [1, 3]),
        ("b", [1, 2, 3, 4, 5]),
        ("bc", [2, 3, 5]),
        (None, [2, 3]),
        (1, [3]),
    ]:
        assert to_json(decide(logic, x=value).result) == expected


def test_a_large_table_tries_only_the_rows_its_index_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spent: list[int] = []
    monkeypatch.setattr(Run, "spend", lambda run, steps: spent.append(steps))
    rules = [f'"regime{at % 4}" | "step{at // 4}" | "{at}"' for at in range(500)]
    logic = table("UNIQUE", ["x", "y"], ["n"], [rule.replace('"', "&quot;") for rule in rules])
    decided = decide(logic.replace("&amp;quot;", '"'), x="regime3", y="step120")
    assert decided.result == "483" and sum(spent) < 20


def test_a_table_is_shown_as_it_is_written() -> None:
    file = model(input_data("x"), decision("D", table("FIRST", ["x"], OUTPUTS, RULES), ("x",)))
    shown = load_model(file).tables[0]
    assert (shown.id, shown.owner, shown.hit_policy) == ("t", "D", "FIRST")
    assert [column.text for column in shown.inputs] == ["x"]
    assert [(column.label, column.values) for column in shown.outputs] == [
        ("grade", '"a", "b", "c"'),
        ("points", ""),
    ]
    assert shown.rules[1].id == "r2"
    assert (shown.rules[1].inputs, shown.rules[1].outputs) == (("> 2",), ('"a"', "20"))


@pytest.mark.parametrize(
    ("logic", "word"),
    [
        (table("UNIQUE", ["x"], ["n"], ["1 + | 1"]), "r1"),
        (table("UNIQUE", ["x"], ["n"], ["1"]), "r1"),
        (table("UNIQUE", ["x"], ["n"], ["1 | 2 | 3"]), "r1"),
        (table("SOMETIMES", ["x"], ["n"], ["1 | 2"]), "t"),
        (table("UNIQUE", ["x +"], ["n"], ["1 | 2"]), "t"),
        (literal("1 +"), "D"),
        (
            '<literalExpression id="e" expressionLanguage="groovy">'
            "<text>1</text></literalExpression>",
            "e",
        ),
    ],
)
def test_what_does_not_compile_is_refused_with_its_element(logic: str, word: str) -> None:
    with pytest.raises(FeelError) as caught:
        decide(logic, x=1)
    assert f" {word} " in caught.value.sentence.replace("：", " ")
