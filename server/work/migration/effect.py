"""A dry run over all open cases: which could go over to a version, which could not and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Select, select

from server.engine.errors import EngineError, Reason
from server.engine.migration import Ids
from server.law.catalogue import Catalogue
from server.models import cases, instances
from server.work import publications
from server.work.migration import versions
from server.work.sql import Row

LISTED = 5
"""How many cases are named for each reason."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One open run of a procedure, and why it cannot go over."""

    instance_id: str
    case_id: str
    number: str
    title: str
    publication_id: int
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class Effect:
    """One procedure under one regime: open cases of earlier versions, those that could go over,
    and for each reason the cases that it holds back."""

    process_id: str
    regime: str
    total: int = 0
    fitting: int = 0
    held: dict[Reason, list[Standing]] = field(default_factory=dict)

    def add(self, one: Standing) -> None:
        """Count a case."""
        self.total += 1
        self.fitting += not one.reasons
        for reason in one.reasons:
            self.held.setdefault(reason, []).append(one)

    @property
    def wanted(self) -> list[Reason]:
        """The boxes whose counterpart somebody would have to name."""
        return [reason for reason in self.held if reason.wants_mapping]


Wanted = Callable[[str, str], bool]
"""Whether a procedure (its id) under a regime is of interest."""


def effects(
    tx: Connection, made: Catalogue, regimes: Iterable[str], wanted: Wanted | None = None
) -> list[Effect]:
    """For every procedure that runs on another version than ``made``."""
    found: dict[tuple[str, str], Effect] = {}
    for row in tx.execute(_running(made, regimes)).mappings():
        key = (row["process_id"], row["regime"])
        if wanted is None or wanted(*key):
            found.setdefault(key, Effect(*key)).add(_standing(tx, dict(row), made, {}))
    return [found[key] for key in sorted(found)]


def of_procedure(
    tx: Connection, made: Catalogue, regime: str, process_id: str, ids: Ids
) -> Iterator[Standing]:
    """Every open run of a procedure on another version, in the order of their numbers."""
    own = _running(made, [regime]).where(instances.c.process_id == process_id)
    for row in tx.execute(own).mappings():
        yield _standing(tx, dict(row), made, ids)


def _running(made: Catalogue, regimes: Iterable[str]) -> Select[tuple[object, ...]]:
    told = cases.c.number, cases.c.title, cases.c.regime, cases.c.state
    return (
        select(instances, *told)
        .join(cases, cases.c.id == instances.c.case_id)
        .where(
            instances.c.status.in_(("running", "failed")),
            cases.c.closed_at.is_(None),
            cases.c.regime.in_(list(regimes)),
            instances.c.digest != made.digest,
        )
        .order_by(cases.c.number, instances.c.id)
    )


def _standing(tx: Connection, row: Row, made: Catalogue, ids: Ids) -> Standing:
    old = publications.catalogue(tx, row["publication_id"], row["digest"])
    both = versions.between(old, made, row["regime"], row["process_id"])
    try:
        reasons = both.reasons(bytes(row["state_blob"]), row["state"], ids)
    except EngineError:
        reasons = (Reason("unreadable", row["process_id"]),)
    told = {name: row[name] for name in ("case_id", "number", "title", "publication_id")}
    return Standing(instance_id=row["id"], **told, reasons=reasons)
