"""What a box says of the life of its case must be written so that it can be read."""

from __future__ import annotations

import pytest

from server.engine.dialect import lint

from ..drawing import chain, diagram, end, start, user


def codes(starting: dict[str, str], ending: dict[str, str]) -> set[str]:
    xml = diagram(
        "p", start(props=starting), user("a"), end(props=ending), chain("begin", "a", "done")
    )
    return {f.code for f in lint("p", xml) if f.severity == "error"}


SOUND_START = {
    "starts": "procedure",
    "form": "p/start",
    "when": '= case.state = "in_construction"',
    "when_reason": "现在不能启动。",
    "region": "extension=requested change=none",
}
SOUND_END = {
    "begins": "construction",
    "begins_with": "ground",
    "ends": "midterm",
    "milestones": "plan_filing@received_on acceptance@建设期届满日",
    "met": "self_check",
    "moves": "construction_end",
}


def test_what_is_written_as_it_should_is_no_finding() -> None:
    assert codes(SOUND_START, SOUND_END) == set()
    assert codes({"starts": "automatic", "once_per": "ground"}, SOUND_END) == set()


@pytest.mark.parametrize(
    ("starting", "ending", "code"),
    [
        ({}, {"region": "extension"}, "bad_pair"),
        ({}, {"region": "extension=Requested=x"}, "bad_pair"),
        ({}, {"milestones": "plan_filing"}, "bad_pair"),
        ({}, {"milestones": "plan_filing@"}, "bad_pair"),
        ({}, {"begins_with": "ground"}, "idle_property"),
        ({"starts": "sometimes"}, {}, "bad_start"),
        ({"starts": "automatic", "form": "p/start"}, {}, "idle_property"),
        ({"starts": "procedure", "once_per": "ground"}, {}, "idle_property"),
        ({"when": "case.state"}, {}, "literal_condition"),
        ({"when": "= case.state ="}, {}, "feel"),
        ({"when": "= shell(1)"}, {}, "unknown_function"),
        ({}, {"when": "= true"}, "idle_property"),
        ({}, {"starts": "procedure"}, "idle_property"),
        ({}, {"once_per": "ground"}, "idle_property"),
    ],
)
def test_what_cannot_be_read_is_refused(
    starting: dict[str, str], ending: dict[str, str], code: str
) -> None:
    assert code in codes(starting, ending)
