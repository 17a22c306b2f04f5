"""Specifications are made once and refused with everything that is wrong."""

from __future__ import annotations

import pytest

from server.engine import specs
from server.engine.dialect import lint
from server.engine.errors import DialectError

from .drawing import call, chain, diagram, end, mapping, node, start, sub, user

PART = diagram("part", start(), user("b"), end(), chain("begin", "b", "done"))
WHOLE = diagram("p", start(), call("ask", "part"), end(), chain("begin", "ask", "done"))


def test_the_same_content_is_made_once() -> None:
    sources = {"p": WHOLE, "part": PART}
    assert specs.load("p", sources, "same") is specs.load("p", dict(sources), "same")
    assert specs.load("p", sources, "other") is not specs.load("p", sources, "same")


def test_what_is_called_comes_along_and_nothing_else() -> None:
    spec = specs.load("p", {"p": WHOLE, "part": PART, "broken": b"<"}, "with broken beside")
    assert set(spec.inner) == {"p", "part"} and set(spec.descriptions) == {"p", "part"}


def test_a_sub_process_of_the_same_name_in_two_diagrams_is_two() -> None:
    inner = sub("review", start("s2"), user("x"), end("e2"), chain("s2", "x", "e2"))
    one = diagram(
        "p", start(), inner, call("ask", "part"), end(), chain("begin", "review", "ask", "done")
    )
    two = diagram("part", start(), inner, end(), chain("begin", "review", "done"))
    spec = specs.load("p", {"p": one, "part": two}, "twins")
    assert set(spec.inner) == {"p", "part", "p#review", "part#review"}


@pytest.mark.parametrize("sources", [{}, {"p": WHOLE}])
def test_a_diagram_that_is_missing_is_named(sources: dict[str, bytes]) -> None:
    with pytest.raises(DialectError, match="没有名为") as refused:
        specs.load("p", sources, f"missing {len(sources)}")
    assert [f.code for f in refused.value.findings] == ["unknown_process"]


def test_what_cannot_be_built_is_told_with_all_findings_of_all_diagrams() -> None:
    script = node("scriptTask", "s")
    bad = diagram("part", start(), script, end(), chain("begin", "s", "done"))
    also = diagram(
        "p", start(), call("ask", "part"), user("End"), end(), chain("begin", "ask", "End", "done")
    )
    with pytest.raises(DialectError) as refused:
        specs.load("p", {"p": also, "part": bad}, "bad")
    assert {(f.file, f.code) for f in refused.value.findings} == {
        ("p", "reserved_id"),
        ("part", "unsupported_kind"),
    }


def test_what_was_published_is_loaded_whatever_is_refused_today() -> None:
    older = diagram(
        "p",
        start(),
        user("a", ext=mapping({"x": "= abs instance of function<number> -> number"})),
        end(),
        chain("begin", "a", "done"),
    )
    assert "left_out" in {f.code for f in lint("p", older) if f.severity == "error"}
    assert specs.load("p", {"p": older}, "older").process_id == "p"


def test_the_cache_has_a_bound() -> None:
    for number in range(specs._KEPT + 20):
        specs.load("part", {"part": PART}, f"bound {number}")
    assert len(specs._cache) <= specs._KEPT
