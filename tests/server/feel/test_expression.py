"""What expressions mean."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.feel import FeelError, compile_expression, to_json
from server.feel.sentence import Sentence
from tests.server.feel.evaluating import feel, feel_in

THREE = ("true", "false", "null")
AND = ["true", "false", "null", "false", "false", "false", "null", "false", "null"]
OR = ["true", "true", "true", "true", "false", "null", "true", "null", "null"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("2 ** 3 ** 2", 64),
        ("-3 ** 2", 9),
        ("0.1 + 0.2 = 0.3", True),
        ("1 / 3 * 3", 1),
        ("7 / 2", 3.5),
        ('"标准" + "化"', "标准化"),
        ('"a" < "b"', True),
        ("1 = 1.0", True),
        ("null = null", True),
        ("1 = null", False),
        ('1 = "1"', None),
        ("[1, [2]] = [1, [2]]", True),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ("[1..5] = [1..5]", True),
        ("(<5) = (<5)", True),
        ("5 between 1 and 5", True),
        ("5 in (1..5]", True),
        ("5 in ]1..5[", False),
        ("5 in (1, > 4)", True),
        ("5 in (null..10]", None),
        ("if 1 > 2 then 1 else 2", 2),
        ("if null then 1 else 2", 2),
        ("for i in 1..3 return i * 2", [2, 4, 6]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1..3) return i", [1, 2]),
        ("for i in 1..2, j in [i, 10] return j", [1, 10, 2, 10]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
        ('for d in @"2026-01-30"..@"2026-02-01" return d.day', [30, 31, 1]),
        ("for i in null return i", None),
        ("some x in [1, 2] satisfies x > 1", True),
        ("every x in [1, 2] satisfies x > 1", False),
        ("every x in [] satisfies x > 1", True),
        ("some x in [null, false] satisfies x", None),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][4]", None),
        ("[{a: 1, b: 2}, {a: 3, b: 4}][a = 3].b", [4]),
        ("{a: 1, b: a + 1}.b", 2),
        ("{a: 1, a: 2}", None),
        ('{"任意 名称!": 1}', {"任意 名称!": 1}),
        ("(function(a, b: number) a - b)(5, 2)", 3),
        ("(function(a, b: number) a - b)(b: 5, a: 2)", -3),
        ('(function(a: number) a)("x")', None),
        ("(function(a) a)(1, 2)", None),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", 120),
        ('(function(x) external {java: {class: "x"}})(1)', None),
        ("1 instance of number", True),
        ("[1] instance of list<number>", True),
        ('["a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ("[1..2] instance of range<number>", True),
        ("(function(a) a) instance of function<Any> -> Any", True),
        ("null instance of Any", False),
        ("1 != 2", True),
        ('1 != "2"', None),
        ('[10, 5] = [10, 6] or "x" != "x"', False),
        ("5 in (<= 5)", True),
        ("[5..1]", None),
        ("every x in [1, null] satisfies x > 0", None),
        ('some x in [1, "a"] satisfies x', None),
        ('for s in "a".."c" return s', None),
        ("[1, 2][item + 0.5]", None),
        ("[][1]", None),
        ('[1, 2]["x"]', None),
        ("{a: function(x) x + 1}.a(2)", 3),
        ("(function(f) f(-3))(abs)", 3),
        ('(function(d: date and time) d)(date("2026-11-20"))', "2026-11-20T00:00:00Z"),
        ("1 in 1 and not(2 in (3, 4))", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"2026-11-20".month', 11),
        ("[5..8].start included", True),
        ('"\\u4e2d\\n"', "中\n"),
        ("1 // comment\n + /* more */ 1", 2),
    ],
)
def test_an_expression_has_the_value_of_the_standard(text: str, value: object) -> None:
    assert feel(text) == value


@pytest.mark.parametrize(("operator", "table"), [("and", AND), ("or", OR)])
def test_logic_is_three_valued(operator: str, table: list[str]) -> None:
    pairs = [f"{left} {operator} {right}" for left in THREE for right in THREE]
    assert [feel(pair) for pair in pairs] == [feel(value) for value in table]


@pytest.mark.parametrize(
    "text", ['1 + "a"', "-true", "1 / 0", "0 ** -1", "{} < {}", "undefined.a.b", "1(2)", "a(1)"]
)
def test_an_error_of_meaning_is_null(text: str) -> None:
    assert feel(text) is None


@pytest.mark.parametrize(
    ("text", "position"),
    [("1 +", 3), ("(1", 2), ("1 2 +", 2), ("if a then b", 11), ('"open', 0), ("#", 0), ("", 0)],
)
def test_an_error_of_syntax_says_where(text: str, position: int) -> None:
    with pytest.raises(FeelError) as caught:
        compile_expression(text)
    assert (caught.value.code, caught.value.position) == ("syntax", position)


def test_where_reading_stops_can_be_said_in_another_language() -> None:
    with pytest.raises(FeelError) as caught:
        compile_expression("step(<")
    told = caught.value.sentence
    assert isinstance(told, Sentence)
    assert (
        told.said(lambda text: text.replace("此处不能是", "not here: "), ", ", ".")
        == "not here: “<”"
    )


def test_names_of_several_words_are_found() -> None:
    assert feel_in("Loan Amount * 2", {"Loan Amount": 5}) == 10
    assert feel_in("申请 单位.全称", {"申请 单位": {"全称": "某院"}}) == "某院"


def test_names_with_signs_and_keywords_are_found_when_known() -> None:
    known = frozenset({"date of birth", "a-b", "supply and demand"})
    for name in known:
        assert compile_expression(name, known)({name: 7}) == 7


def test_without_being_known_a_sign_is_an_operator() -> None:
    assert feel("a-b", a=5, b=3) == 2


def test_host_values_are_converted_at_the_door() -> None:
    assert feel("rate * 3 = 0.3", rate=0.1) is True
    assert feel("sum(shares)", shares=(0.1, 0.2)) == 0.3
    assert feel("case.papers[kind = 1].days", case={"papers": [{"kind": 1, "days": 2.5}]}) == [2.5]


def test_data_of_a_foreign_type_is_refused() -> None:
    with pytest.raises(FeelError) as caught:
        feel("x", x=object())
    assert caught.value.code == "value"


def test_host_functions_are_called_and_their_results_converted() -> None:
    expression = compile_expression('step("public_notice") and share(2) > 0.5')
    functions = {"step": lambda name: name == "public_notice", "share": lambda n: 0.3 * float(n)}
    assert expression({}, functions) is True


def test_a_host_function_refuses_wrong_arguments_with_a_sentence() -> None:
    with pytest.raises(FeelError) as caught:
        compile_expression("step()")({}, {"step": lambda name: name})
    assert caught.value.code == "call" and "step" in caught.value.sentence


def test_a_variable_does_not_hide_a_built_in_function() -> None:
    assert feel("count(count)", count=[1, 2]) == 2


def test_names_are_the_variables_needed_from_outside() -> None:
    text = "for x in xs return x + y + sum([z]) + {k: w, m: k}.m + f(v)[inner = 1]"
    assert compile_expression(text).names == {"xs", "y", "z", "w", "v"}


def test_calls_list_the_invoked_names_with_their_literals() -> None:
    text = 'step("public_notice") and quota("experts", level) > 3'
    assert compile_expression(text).calls == (
        ("step", ("public_notice",)),
        ("quota", ("experts", None)),
    )


def test_an_expression_is_compiled_once_per_text() -> None:
    assert compile_expression("a + 1") is compile_expression("a + 1")


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_whole_numbers_calculate_as_in_python(left: int, right: int) -> None:
    expression = compile_expression("[a + b, a - b, a * b, a < b, a = b]")
    result = to_json(expression({"a": left, "b": right}))
    assert result == [left + right, left - right, left * right, left < right, left == right]


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=4), st.decimals(-(10**9), 10**9, places=4))
def test_decimals_are_exact(left: Decimal, right: Decimal) -> None:
    assert compile_expression("a + b - b = a")({"a": left, "b": right}) is True


@settings(deadline=None)
@given(st.dates(date(1, 2, 1), date(9998, 12, 31)))
def test_a_day_is_found_again_after_a_day(day: date) -> None:
    expression = compile_expression('d + @"P1D" - @"P1D" = d and (d + @"P1D") - d = @"P1D"')
    assert expression({"d": day}) is True
