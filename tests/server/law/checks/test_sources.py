import pytest

from server.law.checks.sources import docstrings, read

SOURCE = b'''"""Module text GB-1.1."""


def check_round(today, *, round_number, note=None):
    """Label

    Text SX-2.1.
    """
    if round_number is None:
        raise Refusal("no_round", "reason")
    return {"round_title": "x"} | {"round_state": 1}


def _hidden():
    """Hidden JX-3.1."""
    return {"kept": {"inner": 1}}
'''


def test_a_module_is_read_without_being_run() -> None:
    module = read({"handlers/guide.py": SOURCE + b"raise SystemExit\n"})["guide"]
    function = module.functions["check_round"]
    assert (function.label, function.text) == ("Label", "Text SX-2.1.")
    assert function.parameters == ("today", "round_number", "note")
    assert function.required == {"today", "round_number"}
    assert list(module.functions) == ["check_round"]
    assert module.codes == {"no_round"}
    assert {"round_title", "round_state", "kept"} <= module.outputs


def test_helpers_and_calculations_are_no_boxes() -> None:
    sources = {
        f"handlers/{name}.py": b""
        for name in ("__init__", "ports", "refusal", "sentence", "rules/x")
    }
    assert read(sources) == {}


def test_every_docstring_is_found_hidden_ones_too() -> None:
    assert [text.split()[1] for _, text in docstrings(SOURCE) if " " in text][-1] == "JX-3.1."


def test_a_source_that_is_no_python_is_refused() -> None:
    with pytest.raises(SyntaxError):
        read({"handlers/guide.py": b"def ("})
