"""The cases a person may read, as a condition for lists across all of them.

Whoever may read few cases has them named; whoever may read more than can be named has each case
looked at as the list comes to it, in the order of an index. Either costs the same however many
cases there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from server.work import branches
from server.work.branches import Branch, overseen
from server.work.people import Person
from server.work.sql import Query, strings

MOST = 1_000
"""Cases that are named one by one."""

NAMED = "c.id IN {strings(cases)}"

LOOKED_AT = """(c.regime IN {strings(overseen)} OR c.opened_by = :person
    OR (SELECT 1 FROM case_parties q WHERE q.case_id = c.id AND q.until_on IS NULL
        AND q.organisation_id || ' ' || q.role || ' ' || c.regime IN {strings(offices)} LIMIT 1) = 1
    OR (SELECT 1 FROM work_items v WHERE v.case_id = c.id
        AND (v.assignee_id = :person OR v.completed_by = :person) LIMIT 1) = 1)"""
"""SQL: ``access.may_read_case`` for one case ``c``. It is a scalar on purpose: PostgreSQL would
collect every row of an EXISTS into a table of its own."""


@dataclass(frozen=True, slots=True)
class Scope:
    """``condition`` on a case ``c``, with its ``values``; ``is_wide`` where cases are looked at;
    ``small`` are the branches with no more than can be named."""

    is_wide: bool
    condition: str
    values: dict[str, str]
    small: tuple[Branch, ...] = ()

    def where(self, found: str) -> Branch:
        """The cases of which something holds that is rare among many."""
        return Branch(f"{found} AND {self.condition}", (*self.values.items(),), "cases c", "c.id")


def of(tx: Connection, person: Person) -> Scope:
    """The scope of a person."""
    kinds = branches.cases(person)
    given = {"person": person.id, "before": branches.LAST} | branches.values(kinds)
    counts = tuple(Query(branches.counted(kinds, MOST + 1)).all(tx, **given)[0].values())
    if sum(counts) > MOST:
        small = (kind for kind, count in zip(kinds, counts, strict=True) if count <= MOST)
        return replace(each(person), small=tuple(small))
    rows = Query(branches.newest(kinds, MOST)).all(tx, **given)
    named = {"person": person.id, "cases": strings(row["id"] for row in rows)}
    return Scope(False, NAMED, named)


def whole(tx: Connection, person: Person, mine: Scope) -> Scope:
    """All cases of a wide scope collected at once: for sums over all of them."""
    kinds = branches.cases(person)
    others = [kind for kind in kinds if not kind.is_overseen]
    held = {"person": person.id, "overseen": strings(overseen(person))} | branches.values(kinds)
    if not set(others) <= set(mine.small):
        return Scope(True, f"c.id IN ({branches.everything(kinds)})", held)
    found = Query(branches.newest(others, MOST)).all(tx, **held | {"before": branches.LAST})
    held["cases"] = strings(row["id"] for row in found)
    return Scope(True, f"(c.regime IN {{strings(overseen)}} OR {NAMED})", held)


def each(person: Person) -> Scope:
    """Every case looked at: for lists that are short before they are asked whose they are."""
    offices = (f"{m.organisation_id} {m.role} {m.regime}" for m in person.memberships)
    held = {"overseen": strings(overseen(person)), "offices": strings(offices)}
    return Scope(True, LOOKED_AT, {"person": person.id} | held)
