"""Submitted data against a form: what is declared, visible and right comes out, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, missing

from server import clock
from server.errors import Invalid
from server.feel import FeelError
from server.work.forms.compiled import Form
from server.work.forms.complaints import Complaint
from server.work.forms.incoming import attached_to, dotted, known, undeclared
from server.work.forms.plan import Leaf, Path, Plan, dig, plant
from server.work.forms.rows import Row, Rows, nth, rows_of
from server.work.forms.situation import Attached, Documents, Situation, row_names
from server.work.forms.view import Verdicts, is_empty, is_hidden, judge, names_shown, trusted

LIMIT_COMPLAINTS = 100
Complaints = dict[str, list[Complaint]]


def no_documents(ids: Sequence[str]) -> Iterable[Attached]:
    """The answer where no document may be attached."""
    return ()


def load(
    form: Form,
    submitted: Mapping[str, Any],
    context: Mapping[str, Any],
    partial: bool = False,
    *,
    locale: str = "zh",
    documents: Documents = no_documents,
    now: datetime | None = None,
) -> dict[str, Any]:
    """The process variables that a submission sets.

    ``context`` are the variables the page was filled with (facts, lists of choices); only those
    the form names are asked for. Values come out as JSON, ``date``, aware ``datetime`` and
    ``Decimal``; with ``partial`` (a draft) as typed, checked for kind and size only.

    Raises Invalid with sentences in the person's language by path (``budget.1.note``).
    """
    try:
        complaints = dict(undeclared(form.plan, submitted))
        if complaints:
            raise ValidationError(complaints)
        moment = (now or clock.now()).astimezone(clock.SHANGHAI)
        seen = trusted(form.plan, submitted, context)
        names = names_shown(form.plan, known(form.plan, context), seen, moment)
        attached = {} if partial else attached_to(form.plan, submitted, documents)
        situation = Situation(names, moment, attached, partial, context)
        return _load_level(form.plan, submitted, situation)
    except ValidationError as error:
        raise _invalid(error.messages, locale) from error
    except FeelError as error:
        raise _invalid({"": [Complaint("budget")]}, locale) from error


def _invalid(complaints: Any, locale: str) -> Invalid:
    first = list(complaints.items())[:LIMIT_COMPLAINTS]
    return Invalid(errors={path: [c.sentence(locale) for c in found] for path, found in first})


def _load_level(plan: Plan, data: Mapping[str, Any], situation: Situation) -> dict[str, Any]:
    """The values of one level; raises ValidationError with complaints by path."""
    verdicts = judge(plan, situation.names, situation.now)
    loaded: dict[str, Any] = {}
    complaints: Complaints = {}
    for leaf in plan.leaves:
        value = dig(data, leaf.path)
        if not is_hidden(leaf.hides, verdicts, value):
            try:
                _load_leaf(leaf, value, situation, loaded)
            except ValidationError as error:
                complaints.update(_placed(leaf.path, error.messages))
    if complaints:
        raise ValidationError(complaints)
    if not situation.partial:
        _add_sums(plan, verdicts, situation.names["this"], loaded)
    return loaded


def _placed(path: Path, messages: Any) -> Iterator[tuple[str, list[Complaint]]]:
    if not isinstance(messages, dict):
        yield dotted(path), messages
        return
    for inner, found in messages.items():
        yield f"{dotted(path)}.{inner}", found


def _load_leaf(leaf: Leaf, value: Any, situation: Situation, loaded: dict[str, Any]) -> None:
    if leaf.fixed:
        _keep_fixed(leaf, situation, loaded)
    elif not is_empty(value):
        plant(loaded, leaf.path, _value(leaf, value, situation))
    elif not situation.partial:
        plant(loaded, leaf.path, _value(leaf, missing, situation))


def _value(leaf: Leaf, value: Any, situation: Situation) -> Any:
    loaded = leaf.field.deserialize(value, situation=situation)
    if loaded is missing:
        return leaf.field.nothing()
    return _load_rows(leaf, leaf.rows, loaded, situation) if leaf.rows else loaded


def _keep_fixed(leaf: Leaf, situation: Situation, loaded: dict[str, Any]) -> None:
    """A read-only value is written only where leaving it out would lose it from its group."""
    value = dig(situation.base, leaf.path)
    inside = len(leaf.path) > 1 or situation.names["i"]
    if value is not None and inside and not situation.partial:
        plant(loaded, leaf.path, value)


def _load_rows(
    leaf: Leaf, plan: Plan, rows: list[Row], situation: Situation
) -> list[dict[str, Any]]:
    base = dig(situation.base, leaf.path)
    if isinstance(leaf.field, Rows):
        leaf.field.check_size(rows, base or [])
    shown = dict(rows_of(dig(situation.names["this"], leaf.path)))
    loaded: list[dict[str, Any]] = []
    complaints: Complaints = {}
    for number, row in enumerate(rows):
        names = row_names(situation.names, shown.get(number, {}), number)
        inner = replace(situation, names=names, base=nth(base, number))
        try:
            loaded.append(_load_level(plan, row, inner))
        except ValidationError as error:
            complaints.update(_placed((str(number),), error.messages))
    if complaints:
        raise ValidationError(complaints)
    return loaded


def _add_sums(plan: Plan, verdicts: Verdicts, this: Any, loaded: dict[str, Any]) -> None:
    for total in plan.sums:
        if not is_hidden(total.hides, verdicts):
            plant(loaded, total.path, dig(this, total.path))
