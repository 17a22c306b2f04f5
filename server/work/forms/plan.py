"""A form compiled for checking: what it declares, what can hide it, and a field per value.

Groups leave no trace but a path and a condition, so a plan is flat: leaves in the order of the
page. A dynamic list is a leaf with the plan of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from server.feel import Expression, compile_expression
from server.law.forms import Component
from server.work.forms.choices import Attachments, Choice, Choices
from server.work.forms.moments import Moment
from server.work.forms.rows import Rows
from server.work.forms.values import Number, Text, Tick, Value

Path = tuple[str, ...]

KINDS: Mapping[str, type[Value]] = {
    "textfield": Text,
    "textarea": Text,
    "number": Number,
    "datetime": Moment,
    "checkbox": Tick,
    "radio": Choice,
    "select": Choice,
    "checklist": Choices,
    "taglist": Choices,
    "attachment": Attachments,
    "dynamiclist": Rows,
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of the form; hidden when any of the conditions numbered in ``hides`` holds."""

    path: Path
    hides: tuple[int, ...]
    fixed: bool
    """Read-only or disabled: what the client sends is ignored."""
    field: Value
    rows: Plan | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A value the server computes; what the client sends is ignored."""

    path: Path
    hides: tuple[int, ...]
    expression: Expression


@dataclass(slots=True)
class Plan:
    """One level of a form: the whole, or the row of a dynamic list."""

    conditions: list[Expression] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    declared: dict[str, Any] = field(default_factory=dict)
    """Nested names of all values; None where a value stands."""

    reads: set[str] = field(default_factory=set)
    """Variables that expressions of this level ask for."""

    options: set[str] = field(default_factory=set)
    """Variables that hold the options of its fields."""

    @property
    def rests_on_data(self) -> bool:
        """Whether what is shown or computed depends on what is filled in."""
        rows = (leaf.rows for leaf in self.leaves if leaf.rows)
        return bool(self.conditions or self.sums) or any(plan.rests_on_data for plan in rows)


def build(components: tuple[Component, ...]) -> Plan:
    """The plan of these components."""
    plan = Plan()
    _add_all(plan, components, (), ())
    return plan


def _add_all(
    plan: Plan, components: tuple[Component, ...], at: Path, hides: tuple[int, ...]
) -> None:
    for component in components:
        path, own = at + component.path, (*hides, *_condition(plan, component))
        if component.type == "group":
            _add_all(plan, component.components, path, own)
        elif component.type == "expression":
            _add_sum(plan, component, path, own)
        elif component.type in KINDS:
            _add_leaf(plan, component, path, own)


def _add_sum(plan: Plan, component: Component, path: Path, hides: tuple[int, ...]) -> None:
    source = dict(component.expressions())["expression"]
    plan.sums.append(Sum(path, hides, _compiled(plan, source)))
    _declare(plan, path)


def _add_leaf(plan: Plan, component: Component, path: Path, hides: tuple[int, ...]) -> None:
    rows = build(component.components) if component.type == "dynamiclist" else None
    field = KINDS[component.type](component)
    plan.leaves.append(Leaf(path, hides, _is_fixed(component), field, rows))
    plan.reads |= set(_read_by(component)) | (rows.reads if rows else set())
    plan.options |= set(_offered_by(component)) | (rows.options if rows else set())
    _declare(plan, path)


def _condition(plan: Plan, component: Component) -> Iterator[int]:
    if component.hide:
        plan.conditions.append(_compiled(plan, component.hide))
        yield len(plan.conditions) - 1


def _compiled(plan: Plan, source: str) -> Expression:
    expression = compile_expression(source)
    plan.reads |= expression.names
    return expression


def _read_by(component: Component) -> Iterator[str]:
    for _, source in component.expressions():
        yield from compile_expression(source).names


def _offered_by(component: Component) -> Iterator[str]:
    if component.more.get("valuesKey"):
        yield component.more["valuesKey"]


def _is_fixed(component: Component) -> bool:
    return component.more.get("readonly") is True or component.more.get("disabled") is True


def _declare(plan: Plan, path: Path) -> None:
    level = plan.declared
    for name in path[:-1]:
        level = level.setdefault(name, {})
    level[path[-1]] = None


def dig(data: object, path: Path) -> Any:
    """The value at a path, or None where there is none."""
    for name in path:
        data = data.get(name) if isinstance(data, dict | Mapping) else None
    return data


def plant(data: MutableMapping[str, Any], path: Path, value: object) -> None:
    """Put a value at a path, making the levels on the way."""
    for name in path[:-1]:
        if not isinstance(data.get(name), dict):
            data[name] = {}
        data = data[name]
    data[path[-1]] = value
