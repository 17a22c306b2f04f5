"""What no form declares never becomes a variable; what has the wrong type is named, not raised."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from server.errors import Invalid
from server.law.forms import FormError, lint
from server.work.forms import compile_form, load
from tests.hostile.clockwork import within

ROOT = Path(__file__).parents[2]
FORMS = sorted((ROOT / "forms").rglob("*.form"))
CHINESE = re.compile("[\u4e00-\u9fff]")

DEEP: Any = 1
for _ in range(200):
    DEEP = [DEEP]

WRONG: list[Any] = [
    None, True, 0, -1, 1e308, 10**400, float("nan"), float("inf"), "", " ", "x" * 100_000, "\0",
    "\ud800", "\u202e", "𠀀𪜶㑇", "<script>alert(1)</script>", "=1+1", "' OR 1=1 --",
    "9999-99-99", "0000-00-00", "2026-02-30", "1e400", "NaN", [], [[]], [None] * 50, {}, {"a": {}},
    {"__class__": 1}, [{"a": 1}], DEEP, ["x"] * 5_000, {f"k{n}": n for n in range(2_000)},
]  # fmt: skip

UNDECLARED = (
    "passed", "case_state", "regime", "today", "__class__", "__proto__", "constructor", "assignee",
    "lane_owners", "record", "a.b.c", "", " ", "x" * 5_000, "\0", "\ud800", "undertaker_id.x",
)  # fmt: skip
"""Names with which somebody would steer a procedure."""


def keys(path: Path) -> list[str]:
    """The keys of all fields of a form."""
    return re.findall(r'"key": "([^"]+)"', path.read_text(encoding="utf-8"))


def refused(form: Any, submitted: dict[str, Any]) -> Invalid | None:
    with within():
        try:
            load(form, submitted, {})
        except Invalid as error:
            assert error.errors, submitted
            told = [each for sentences in error.errors.values() for each in sentences]
            assert all(CHINESE.search(each) and len(each) < 500 for each in told)
            return error
    return None


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_wrong_types_are_refused_field_by_field(path: Path) -> None:
    form, names = compile_form(path.read_bytes()), keys(path)
    plain = [name for name in names if "." not in name]
    told = [refused(form, dict.fromkeys(plain, wrong)) for wrong in WRONG]
    assert not plain or sum(each is not None for each in told) > len(WRONG) / 2


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_undeclared_field_is_refused_by_its_name(path: Path) -> None:
    form = compile_form(path.read_bytes())
    for name in UNDECLARED:
        problem = refused(form, {name: "x"})
        assert problem is not None, name


@pytest.mark.parametrize("partial", [True, False])
def test_a_draft_keeps_nothing_undeclared_either(partial: bool) -> None:
    form = compile_form(FORMS[0].read_bytes())
    with pytest.raises(Invalid):
        load(form, {"case_state": "established"}, {}, partial)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'"x"',
        b'{"components": 1}',
        b'{"components": [1]}',
        b'{"components": [{"type": "script", "key": "a"}]}',
        b'{"components": [{"type": "textfield"}]}',
        b'{"components": [{"type": "textfield", "key": "__class__"}]}',
        b'{"components": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b"\xff\xfe",
        json.dumps({"components": [{"type": "group", "components": []}] * 5_000}).encode(),
    ],
)
def test_a_form_that_is_none_is_refused_in_a_sentence(content: bytes) -> None:
    with within():
        errors = [each for each in lint(content) if each.severity == "error"]
        try:  # of what was published nothing else may come either
            compile_form(content)
        except FormError as error:
            assert CHINESE.search(str(error))
    assert errors and all(CHINESE.search(each.sentence) for each in errors)
