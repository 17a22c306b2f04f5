"""Lists put together of branches, each found and ordered through an index and cut off there.

What a person may take up or read is the union of a few kinds of rows: their own, those of each of
their offices, of each regime they oversee. Asked for at once, a database collects all of them
before it sorts; asked for branch by branch with a limit, it reads one page of each. So a page costs
the same beside a thousand rows and beside a million.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.work.access import OVERSIGHT, SHARED
from server.work.people import Membership, Person

OPEN = "w.status = 'open'"
OF_OFFICE = (
    "w.role = :role_{n} AND w.organisation_id = :office_{n} AND w.regime = :regime_{n}"
    " AND w.assignee_id IS NULL"
)
PRESENT = "p.organisation_id = :office_{n} AND p.role = :role_{n} AND p.until_on IS NULL"
PARTY = f"{PRESENT} AND (SELECT r.regime FROM cases r WHERE r.id = p.case_id) = :regime_{{n}}"
"""The regime is asked of each case by its key: before a young table is analysed PostgreSQL takes it
for a page, and reads it whole for every row that a join brings."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One kind of rows: the condition that finds them, with the values it asks for.

    ``table`` has the index with the order and ``key`` is the column of that order; ``case`` joins
    the case ``c`` where a condition or filter asks for it. ``roughly`` finds no fewer rows by the
    index alone, where one is enough to count them.
    """

    condition: str
    values: tuple[tuple[str, str], ...]
    table: str = "work_items w"
    key: str = "w.id"
    case: str = " JOIN cases c ON c.id = w.case_id"
    roughly: str = ""

    @property
    def is_overseen(self) -> bool:
        """Every case of a regime."""
        return ":overseen_" in self.condition

    def source(self, filters: str) -> str:
        """What follows FROM, for the condition and these filters."""
        asks = "c." in self.condition + filters and self.table != "cases c"
        return self.table + (self.case if asks else "")


def values(branches: Sequence[Branch]) -> dict[str, str]:
    """The parameters of all branches."""
    return {name: value for branch in branches for name, value in branch.values}


# --- open items -----------------------------------------------------------------------------------


def items(person: Person, role: str = "", regime: str = "") -> tuple[Branch, ...]:
    """The open items that a person may take up, themselves or for somebody absent; no item is in
    two branches. ``role`` and ``regime`` narrow them."""
    people = (person, *person.stands_in_for)
    mine = (_assigned(number, one, number > 0) for number, one in enumerate(people))
    wanted = [
        (office, is_shared)
        for office, is_shared in _offices(people)
        if role in ("", office.role) and regime in ("", office.regime)
    ]
    return (*mine, *(_of_office(n, *each) for n, each in enumerate(wanted)))


def _offices(people: Sequence[Person]) -> list[tuple[Membership, bool]]:
    """Each office once: one's own before those where one is a deputy."""
    found: dict[tuple[str, str, str], tuple[Membership, bool]] = {}
    for number, one in enumerate(people):
        for held in one.memberships:
            name = (held.role, held.organisation_id, held.regime)
            found.setdefault(name, (held, number > 0))
    return list(found.values())


def _assigned(number: int, person: Person, is_shared: bool) -> Branch:
    condition = f"w.assignee_id = :person_{number} AND {OPEN}"
    return Branch(_shared(condition, is_shared), ((f"person_{number}", person.id),))


def _of_office(number: int, office: Membership, is_shared: bool) -> Branch:
    condition = f"{OPEN} AND {OF_OFFICE.format(n=number)}"
    return Branch(_shared(condition, is_shared), _names(number, office))


def _shared(condition: str, is_shared: bool) -> str:
    return f"{condition} AND {SHARED}" if is_shared else condition


def _names(number: int, office: Membership) -> tuple[tuple[str, str], ...]:
    return (
        (f"role_{number}", office.role),
        (f"office_{number}", office.organisation_id),
        (f"regime_{number}", office.regime),
    )


# --- cases ----------------------------------------------------------------------------------------


def started(person: Person) -> Branch:
    """The cases a person has opened."""
    return Branch("c.opened_by = :person", (("person", person.id),), "cases c", "c.id")


def cases(person: Person) -> tuple[Branch, ...]:
    """The cases a person may read, as ``access.may_read_case`` says; one may be in several."""
    return (started(person), *_worked(), *_overseen(person), *_parties(person))


def _worked() -> Iterator[Branch]:
    for column in ("assignee_id", "completed_by"):
        yield Branch(f"w.{column} = :person", (), key="w.case_id")


def _overseen(person: Person) -> Iterator[Branch]:
    for number, regime in enumerate(overseen(person)):
        yield Branch(f"c.regime = :overseen_{number}", ((f"overseen_{number}", regime),),
                     "cases c", "c.id")  # fmt: skip


def _parties(person: Person) -> Iterator[Branch]:
    """An office under a regime that the person oversees adds nothing."""
    seen = overseen(person)
    offices = [office for office in person.memberships if office.regime not in seen]
    for number, office in enumerate(offices):
        joined = " JOIN cases c ON c.id = p.case_id"
        named = _names(number, office)
        roughly = PRESENT.format(n=number)
        yield Branch(PARTY.format(n=number), named, "case_parties p", "p.case_id", joined, roughly)


def overseen(person: Person) -> list[str]:
    """The regimes of which a person reads every case."""
    return sorted({m.regime for m in person.memberships if m.role in OVERSIGHT})


LAST = "Z"
"""Comes after every identifier."""


def newest(kinds: Sequence[Branch], limit: int, filters: str = "") -> str:
    """SQL: the newest so many cases of each branch before ``:before``."""
    return " UNION ".join(_newest(kind, limit, filters) for kind in kinds)


def everything(kinds: Sequence[Branch]) -> str:
    """SQL: all cases of all branches."""
    return " UNION ".join(
        f"SELECT {kind.key} FROM {kind.source('')} WHERE {kind.condition}" for kind in kinds
    )


def near(kinds: Sequence[Branch], window: int, limit: int, filters: str) -> str:
    """SQL: what the filters leave of the newest so many of each branch before ``:before``."""
    return " UNION ".join(_near(kind, window, limit, filters) for kind in kinds)


def _near(kind: Branch, window: int, limit: int, filters: str) -> str:
    return f"""
        SELECT id FROM (
            SELECT DISTINCT c.id FROM (
                SELECT c.id, c.number, c.title, c.regime, c.state, c.closed_at, c.record
                FROM {kind.source("c.")} WHERE {kind.condition} AND {kind.key} < :before
                ORDER BY {kind.key} DESC LIMIT {window}) c
            WHERE 1 = 1{filters} ORDER BY c.id DESC LIMIT {limit}) b"""


def counted(kinds: Sequence[Branch], limit: int) -> str:
    """SQL: how many cases each branch has, up to so many, or some more where that is known sooner;
    one row, columns ``n0``, ``n1`` …"""
    counts = (
        f"(SELECT count(*) FROM ({_some(kind, limit)}) a) AS n{number}"
        for number, kind in enumerate(kinds)
    )
    return f"SELECT {', '.join(counts)}"


def _some(kind: Branch, limit: int) -> str:
    if kind.roughly:
        return f"SELECT 1 FROM {kind.table} WHERE {kind.roughly} LIMIT {limit}"
    return _newest(kind, limit, "")


def _newest(kind: Branch, limit: int, filters: str) -> str:
    return f"""
        SELECT id FROM (
            SELECT DISTINCT {kind.key} AS id FROM {kind.source(filters)}
            WHERE {kind.condition} AND {kind.key} < :before{filters}
            ORDER BY {kind.key} DESC LIMIT {limit}) b"""
