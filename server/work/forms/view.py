"""What the browser shows of a submission: what is computed, and what a condition hides.

form-js evaluates its conditions twice: over the data as typed, then over what that left. The same
two passes are made here, so that page and server agree on what is visible.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.work.forms.choices import LIMIT_LIST
from server.work.forms.plan import Plan, dig, plant
from server.work.forms.rows import nth, rows_of
from server.work.forms.situation import as_json, form_names, row_names

Names = Mapping[str, Any]


def trusted(plan: Plan, data: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The declared part of the data, with read-only values from the server and no sums."""
    values: dict[str, Any] = {}
    for leaf in plan.leaves:
        value = as_json(dig(base, leaf.path)) if leaf.fixed else dig(data, leaf.path)
        if leaf.rows and isinstance(value, list):
            value = _trusted_rows(leaf.rows, value, dig(base, leaf.path))
        if value is not None:
            plant(values, leaf.path, value)
    return values


def _trusted_rows(plan: Plan, rows: list[Any], base: object) -> list[Any]:
    return [
        trusted(plan, row, nth(base, number)) if isinstance(row, Mapping) else row
        for number, row in enumerate(rows[: LIMIT_LIST + 1])
    ]


def names_shown(plan: Plan, known: Names, values: dict[str, Any], now: datetime) -> Names:
    """The names conditions are decided by: ``values`` without what is hidden, and all sums."""
    names = form_names({**known, **values})
    if not plan.rests_on_data:
        return names
    _compute(plan, names, now)
    names = form_names({**known, **_kept(plan, values, names, now)})
    _compute(plan, names, now)
    return names


def hidden(plan: Plan, names: Names, now: datetime) -> list[bool]:
    """Which conditions of a level hold. Only ``true`` hides, as in form-js."""
    return [condition(names, now=now) is True for condition in plan.conditions]


def _compute(plan: Plan, names: Names, now: datetime) -> None:
    this = names["this"]
    for leaf in plan.leaves:
        if leaf.rows:
            for number, row in rows_of(dig(this, leaf.path)):
                _compute(leaf.rows, row_names(names, row, number), now)
    for total in plan.sums:
        plant(this, total.path, total.expression(names, now=now))


def _kept(plan: Plan, values: Mapping[str, Any], names: Names, now: datetime) -> dict[str, Any]:
    out = hidden(plan, names, now)
    kept: dict[str, Any] = {}
    for leaf in plan.leaves:
        value = dig(values, leaf.path)
        if value is None or any(out[number] for number in leaf.hides):
            continue
        if leaf.rows and isinstance(value, list):
            value = _kept_rows(leaf.rows, value, names, now)
        plant(kept, leaf.path, value)
    return kept


def _kept_rows(plan: Plan, rows: list[Any], names: Names, now: datetime) -> list[Any]:
    return [
        _kept(plan, row, row_names(names, row, number), now) if isinstance(row, Mapping) else row
        for number, row in enumerate(rows)
    ]
