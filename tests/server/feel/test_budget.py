"""Whatever people write, it ends, and it ends in a value or in a FeelError."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.feel import FeelError, compile_expression, compile_unary_tests, to_json

FRAGMENTS = [
    *"ab中1()[]{},.:?-+*/=<>'",
    *("2.5", "1E9", '"x"', '@"P1D"', "..", "**", "!=", "->", "//x", "/* */", "list<"),
    *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between"),
    *("and", "or", "not", "null", "true", "instance of", "function", "date and time", "partial"),
]
SHARED = (
    "{a: [1, 1], "
    + ", ".join(f"{chr(98 + at)}: [{chr(97 + at)}, {chr(97 + at)}]" for at in range(24))
    + "}.y"
)


def outcome(text: str, **variables: object) -> str:
    """The code of the FeelError that the expression ends in."""
    with pytest.raises(FeelError) as caught:
        to_json(compile_expression(text)(variables))
    return caught.value.code


@settings(deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map(" ".join) | st.text(max_size=60))
@example("not(" * 30)
@example('"\\ud800"')
def test_random_text_gives_a_value_or_a_feel_error(text: str) -> None:
    for compile_text in (compile_expression, compile_unary_tests):
        try:
            compiled = compile_text(text)
            result = compiled({"a": 1}) if compile_text is compile_expression else None
            to_json(result)
        except FeelError as error:
            assert error.code in {"syntax", "budget", "value"}
            assert error.sentence


@pytest.mark.parametrize(
    "text",
    [
        "1" * 8001,
        "(" * 200 + "1" + ")" * 200,
        "-" * 3000 + "1",
        "+".join("1" * 300),
        "a" + ".b" * 3000,
        "f" + "()" * 3000,
        "x instance of " + "list<" * 1200 + "Any" + ">" * 1200,
        "1E99999",
    ],
)
def test_a_text_beyond_the_limits_is_refused_when_compiled(text: str) -> None:
    with pytest.raises(FeelError) as caught:
        compile_expression(text)
    assert caught.value.code == "budget"


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "for i in 1..100000, j in 1..100000 return 1",
        "some i in 1..1000000 satisfies false",
        "{f: function(x) f(x + 1), y: f(1)}.y",
        SHARED,
        f"({SHARED}) = ({SHARED})",
        f"string({SHARED})",
        f"flatten({SHARED})",
        f"{SHARED} instance of {'list<' * 25}number{'>' * 25}",
        "for i in 1..9999 return b + b",
        "string join(for i in 1..1000 return b)",
        'replace(b, "x", b)',
        "for i in 1..50000 return upper case(b)",
        'for i in 1..50000 return matches("a", string(i))',
        "duplicate values(for i in 1..40000 return i)",
        "[1][count(for i in 1..99999 return [i]) > 0]",
    ],
)
def test_an_expression_that_asks_too_much_is_stopped(text: str) -> None:
    assert outcome(text, b="x" * 100_000) == "budget"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9 ** 9 ** 9", 1.9662705047555292e77),
        ("10 ** 6144 * 10", None),
        ("1.0000001 ** 1E20", None),
        ("exp(1E6000)", None),
        ('duration("P100000000000Y") * 1E50', None),
        ('@"PT1S" * 1E30', None),
        ('date(9999, 12, 31) + @"P1D"', None),
        ('@"0001-01-01T00:00:00+14:00" < @"0001-01-01T00:00:00-14:00"', True),
        ('@"9999-12-31T24:00:00"', None),
        ('matches(b, "(x+x+)+y")', False),
        ('matches(b, "(a|a)*$")', True),
        ("substring(b, 1E6000)", None),
        ('-@"P999999999DT23H"', None),
        ('@"-P999999999DT23H"', None),
    ],
)
def test_extreme_arguments_end_quickly(text: str, value: object) -> None:
    assert to_json(compile_expression(text)({"b": "x" * 1000})) == value


def test_host_data_has_limits_too() -> None:
    nested: list[object] = []
    for _ in range(200):
        nested = [nested]
    assert outcome("x", x=nested) == "budget"
    assert outcome("x", x=list(range(100_001))) == "budget"
    assert outcome("x", x="a" * 100_001) == "budget"
    assert outcome("x", x=10**7000) == "budget"
