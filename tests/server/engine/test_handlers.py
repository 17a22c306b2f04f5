"""Handlers are found by name in one package and given what they ask for by name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from types import ModuleType

import pytest

from server.engine import handlers
from server.engine.errors import StepFailed

SOURCE = '''
"""A module of rules."""
from datetime import date, timedelta
from os import getcwd

LIMIT = 3

class Box:
    pass

def check_quorum(members, present, today, quorum=2):
    """核对法定人数

    GB-19.2
    """
    return {"quorum_met": len(present) >= quorum, "on": today}

def nothing():
    """无"""

def _private():
    return {}

def greedy(**everything):
    return everything
'''


@pytest.fixture(autouse=True)
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    module = ModuleType("handlers.demo_rules")
    exec(SOURCE, vars(module))
    monkeypatch.setitem(sys.modules, "handlers.demo_rules", module)
    handlers.resolve.cache_clear()
    yield
    handlers.resolve.cache_clear()


def test_a_handler_tells_its_label_its_text_and_what_it_asks_for() -> None:
    found = handlers.resolve("demo_rules.check_quorum")
    assert (found.label, found.text) == ("核对法定人数", "GB-19.2")
    assert found.parameters == ("members", "present", "today", "quorum")
    assert found.optional == {"quorum"}


def test_a_port_wins_over_a_variable_and_a_default_may_be_left() -> None:
    call = handlers.caller({"today": date(2026, 11, 20)})
    changed = call(
        "demo_rules.check_quorum", {"members": [1], "present": [1, 2], "today": "forged"}
    )
    assert changed == {"quorum_met": True, "on": date(2026, 11, 20)}


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(StepFailed, match="present"):
        handlers.caller({"today": None})("demo_rules.check_quorum", {"members": []})


def test_a_handler_may_change_nothing() -> None:
    assert handlers.caller({})("demo_rules.nothing", {"x": 1}) is None


@pytest.mark.parametrize(
    "name",
    [
        "demo_rules._private",
        "demo_rules.Box",
        "demo_rules.LIMIT",
        "demo_rules.getcwd",
        "demo_rules.date",
        "demo_rules.missing",
        "demo_rules.greedy",
        "no_such_module.f",
        "os.getcwd",
        "demo_rules",
        "demo_rules.check_quorum.x",
        "..os.system",
        "demo_rules.check quorum",
        "",
        "refusal.Refusal",
        "rules.x",
    ],
)
def test_nothing_but_a_public_rule_of_the_package_is_found(name: str) -> None:
    with pytest.raises(StepFailed):
        handlers.resolve(name)
