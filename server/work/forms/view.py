"""What the browser shows of a submission: what is computed, and what a condition hides.

form-js evaluates its conditions twice: over the data as typed, then over what that left. The same
two passes are made here, so that page and server agree on what is visible. form-js also reads a
condition as a unary test of nothing, so that ``null`` hides (``amount <= 50`` without an amount).
Its FEEL and ours give ``null`` in different cases of mixed types; therefore a field under an
undecided condition is not demanded, but a value that was sent for it is not lost either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from server.work.forms.choices import LIMIT_LIST
from server.work.forms.plan import Plan, dig, plant
from server.work.forms.rows import nth, rows_of
from server.work.forms.situation import as_json, form_names, row_names

Names = Mapping[str, Any]
Verdicts = list[bool | None]
"""One per condition of a level: it hides, it does not, it cannot be decided."""


def trusted(plan: Plan, data: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The data as the browser has it: read-only values from the server, empty ones filled in,
    no sums."""
    values: dict[str, Any] = {}
    for leaf in plan.leaves:
        value = as_json(dig(base, leaf.path)) if leaf.fixed else dig(data, leaf.path)
        if leaf.rows and isinstance(value, list):
            value = _trusted_rows(leaf.rows, value, dig(base, leaf.path))
        plant(values, leaf.path, leaf.field.nothing() if value is None else value)
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


def judge(plan: Plan, names: Names, now: datetime) -> Verdicts:
    """What each condition of a level says."""
    found = (condition(names, now=now) for condition in plan.conditions)
    return [value if value is None else value is True for value in found]


def is_hidden(hides: Sequence[int], verdicts: Verdicts, value: object = None) -> bool:
    """Whether a component under these conditions is hidden, given the value sent for it."""
    if not hides:
        return False
    found = {verdicts[number] for number in hides}
    return True in found or (None in found and is_empty(value))


def is_empty(value: object) -> bool:
    """Absent, null, blank and empty are one and the same."""
    return value is None or value == "" or value == []


def _compute(plan: Plan, names: Names, now: datetime) -> None:
    this = names["this"]
    for leaf in plan.leaves:
        if leaf.rows:
            for number, row in rows_of(dig(this, leaf.path)):
                _compute(leaf.rows, row_names(names, row, number), now)
    for total in plan.sums:
        plant(this, total.path, total.expression(names, now=now))


def _kept(plan: Plan, values: Mapping[str, Any], names: Names, now: datetime) -> dict[str, Any]:
    verdicts = judge(plan, names, now)
    kept: dict[str, Any] = {}
    for leaf in plan.leaves:
        value = dig(values, leaf.path)
        if is_hidden(leaf.hides, verdicts, value):
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
