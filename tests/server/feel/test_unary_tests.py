"""What the cells of a decision table let pass."""

import pytest

from server.feel import FeelError, compile_unary_tests
from tests.server.feel.evaluating import passes


@pytest.mark.parametrize(
    ("cell", "yes", "no"),
    [
        ("-", None, ...),
        ("5", 5, 6),
        ("< 5", 4, 5),
        (">= 5", 5, 4),
        ("!= 5", 4, 5),
        ("= 5", 5, 4),
        ('"a", "b"', "b", "c"),
        ('not("a", "b")', "c", "a"),
        ("not(< 3, > 8)", 5, 9),
        ("not((1..5])", 1, 5),
        ("[1..5]", 5, 6),
        ("(1..5)", 2, 1),
        ("]1..5[, 9", 9, 5),
        ("? > 3 and ? < 9", 5, 9),
        ("not(? > 3)", 3, 4),
        ("not(true) = ?", False, True),
        ('starts with(?, "GB")', "GB/T 1", "ISO 9001"),
        ("true", True, False),
        ("false", False, True),
        ("null", None, 1),
        ("limit", 7, 8),
        ("limits", 7, 9),
        ("[limit, 3]", 3, 4),
        ("> limit", 8, 7),
        ("-5", -5, 5),
        ("allowed", "anything", None),
        ("list contains(?, 1)", [1], [2]),
    ],
)
def test_a_cell_lets_the_right_values_pass(cell: str, yes: object, no: object) -> None:
    variables = {"limit": 7, "limits": [7, 8], "allowed": True}
    assert passes(cell, yes, **variables)
    if no is not ...:
        assert not passes(cell, no, **variables)


def test_a_value_of_another_kind_does_not_pass() -> None:
    assert not passes("5", "5")
    assert not passes("not(5)", "5")
    assert not passes("true", "true")


@pytest.mark.parametrize("cell", ["", "1,", "not(1", ", 2", "- 1 -"])
def test_a_cell_that_cannot_be_read_is_refused(cell: str) -> None:
    with pytest.raises(FeelError):
        compile_unary_tests(cell)


def test_a_cell_tells_the_variables_it_needs() -> None:
    tests = compile_unary_tests('? > limit, step("x")')
    assert tests.names == {"limit"} and tests.calls == (("step", ("x",)),)
