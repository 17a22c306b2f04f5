"""What forms offer for choice: organisations by role, experts, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from server.law.law import Law
from server.work.parties import ROLES
from server.work.sql import Hot, strings

Choice = dict[str, str]

ORGANISATIONS = Hot("""
    SELECT DISTINCT o.id, o.name, o.name_en FROM memberships m
    JOIN organisations o ON o.id = m.organisation_id
    WHERE m.role = :role AND m.regime = :regime ORDER BY o.name, o.id""")

POOL = """
    SELECT p.id, p.name, p.name_en, o.name AS employer, o.name_en AS employer_en
    FROM memberships m JOIN people p ON p.id = m.person_id
    JOIN organisations o ON o.id = m.organisation_id
    WHERE m.role = 'expert_panel' AND m.regime = :regime AND p.active"""
EXPERTS = Hot(f"{POOL} ORDER BY p.name, p.id")
EXPERTS_AMONG = Hot(f"{POOL} AND p.id IN {{strings(among)}} ORDER BY p.name, p.id")

STAGE = "application_review"
"""The stage whose verdicts are offered where a process has no variable ``review_stage``."""

EXPERT_CHOICES = "expert_choices"
NAMES = frozenset({*(f"{role}_choices" for role in ROLES), EXPERT_CHOICES, "verdict_choices"})
"""The variables that forms may name as the source of their options."""


def offered(
    tx: Connection,
    law: Law,
    name: str,
    variables: Mapping[str, Any],
    among: Collection[str] | None = None,
) -> list[Choice]:
    """The options of one of ``NAMES``: value, label and English label. ``among`` are the values
    of which it is asked whether they are on offer: of a long list no others are needed then."""
    if name == EXPERT_CHOICES:
        return experts(tx, law.regime.id, among)
    if name == "verdict_choices":
        return verdicts(law, str(variables.get("review_stage") or STAGE))
    return organisations(tx, law.regime.id, name.removesuffix("_choices"))


def organisations(tx: Connection, regime: str, role: str) -> list[Choice]:
    """The organisations in which somebody holds a role under a regime."""
    rows = ORGANISATIONS.all(tx, role=role, regime=regime)
    return [_choice(row["id"], row["name"], row["name_en"]) for row in rows]


def experts(tx: Connection, regime: str, among: Collection[str] | None = None) -> list[Choice]:
    """The experts of a regime with their employers; of these ids only, where some are given."""
    if among is None:
        rows = EXPERTS.all(tx, regime=regime)
    else:
        rows = EXPERTS_AMONG.all(tx, regime=regime, among=strings(among)) if among else []
    return [
        _choice(
            row["id"],
            f"{row['name']}（{row['employer']}）",
            f"{row['name_en'] or row['name']} ({row['employer_en'] or row['employer']})",
        )
        for row in rows
    ]


def verdicts(law: Law, stage: str) -> list[Choice]:
    """The verdicts a regime knows at a stage."""
    rows = law.catalogue.rows("verdicts", law.regime.id, stage=stage)
    return [_choice(str(r["verdict"]), str(r["title"]), str(r["title_en"])) for r in rows]


def _choice(value: str, label: str, label_en: str) -> Choice:
    return {"value": value, "label": label, "label_en": label_en or label}


class Context(Mapping[str, Any]):
    """What a form is filled with: variables and choices, each loaded when it is first asked for."""

    def __init__(
        self,
        variables: Callable[[], Mapping[str, Any]],
        ask: Callable[[str, Mapping[str, Any]], Sequence[Choice]],
    ) -> None:
        self._variables = variables
        self._ask = ask

    @cached_property
    def _known(self) -> dict[str, Any]:
        return dict(self._variables())

    def __getitem__(self, name: str) -> Any:
        if name not in self._known and name in NAMES:
            self._known[name] = self._ask(name, self._known)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in NAMES or name in self._known

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(NAMES), **self._known})

    def __len__(self) -> int:
        return len(NAMES | self._known.keys())
