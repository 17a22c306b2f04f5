"""The invented offices of scenarios, made from table ``roles``: two officers in each.

An office that is chosen in a form exists three times (``unit_a``, ``unit_b``, ``unit_c``); any
other once, under its code. Identifiers can be read, so that scenarios can name them: the people
of ``unit_a`` are ``unit_a.1`` and ``unit_a.2``, the experts ``expert_1`` to ``expert_9``, the
members of a council ``member_01`` to ``member_30``, one in each of its units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Connection, insert

from server.law.catalogue import Catalogue
from server.models import memberships, organisations, people, records
from server.work.access import EXPERTS, OPERATOR
from server.work.sql import Row

CHOSEN = {"undertaker": "unit", "recommender": "recommender", "sponsor": "sponsor"}
"""Role -> how organisations are called among which a form chooses the one of this role."""

LETTERS = "abc"
OFFICERS = 2
POOL = range(1, 10)
SEATS = range(1, 31)
EMPLOYED, FORMER = 8, 9
"""Experts with an interest in ``unit_a``: one works there, one did until the day below."""

FORMER_UNTIL = date(2024, 6, 30)
MEMBERS = "member"
"""The role of those who vote for a council unit; each is a person of their own, as experts are."""

BEHIND_THE_SCENES = (OPERATOR, "leader", "process_owner")
"""What an officer of the authority is besides: every regime has somebody for these."""


CALLED = {"expert": "专家", "member": "理事"}
"""How people are called who stand for themselves."""


def furnish(tx: Connection, catalogue: Catalogue) -> None:
    """Enter the offices and people of every regime."""
    held = set(_memberships(catalogue))
    bodies = {organisation for _, organisation, _, _ in held}
    persons = {person for person, *_ in held}
    tx.execute(insert(organisations), [_body(each) for each in sorted(bodies)])
    tx.execute(insert(people), [_person(each) for each in sorted(persons)])
    names = ("person_id", "organisation_id", "role", "regime")
    tx.execute(insert(memberships), [dict(zip(names, each, strict=True)) for each in sorted(held)])
    tx.execute(insert(records), [_interest(regime) for regime in catalogue.regimes])


def _memberships(catalogue: Catalogue) -> Iterator[tuple[str, str, str, str]]:
    for regime in catalogue.regimes:
        for body, roles in bodies(catalogue, regime).items():
            for number in range(1, OFFICERS + 1):
                yield from ((officer(body, number), body, role, regime) for role in roles)
        for number in POOL:
            body = "unit_a" if number == EMPLOYED else f"institute_{number}"
            yield f"expert_{number}", body, EXPERTS, regime
        for number in SEATS if catalogue.row("roles", regime, role=MEMBERS) else ():
            yield f"member_{number:02}", f"council_unit_{number:02}", MEMBERS, regime


def officer(body: str, number: int) -> str:
    """How the officers of an organisation are called, from 1."""
    return f"{body}.{number}"


def bodies(catalogue: Catalogue, regime: str) -> dict[str, set[str]]:
    """Organisation -> roles its officers hold under a regime."""
    found: dict[str, set[str]] = {}
    for office, roles in _offices(catalogue, regime).items():
        for body in _named(office, roles):
            found.setdefault(body, set()).update(roles)
            found[body].update(BEHIND_THE_SCENES if "authority" in roles else ())
    return found


def _offices(catalogue: Catalogue, regime: str) -> dict[str, list[str]]:
    """Office code -> the roles it plays."""
    found: dict[str, list[str]] = {}
    for row in catalogue.rows("roles", regime):
        if row["role"] not in (EXPERTS, MEMBERS):
            found.setdefault(str(row["office"]), []).append(str(row["role"]))
    return found


def _named(office: str, roles: Iterable[str]) -> list[str]:
    stem = next((CHOSEN[role] for role in CHOSEN if role in roles), None)
    return [f"{stem}_{letter}" for letter in LETTERS] if stem else [office]


def _body(name: str) -> Row:
    return {"id": name, "code": name, "name": f"单位{name}", "name_en": name, "kind": "scenario"}


def _person(name: str) -> Row:
    kind, _, number = name.partition("_")
    words = f"{CALLED[kind]}{number}" if kind in CALLED else f"经办人{name}"
    return {"id": name, "login": name, "name": words, "name_en": name, "password_hash": "-"}


def _interest(regime: str) -> Row:
    data = {"person_id": f"expert_{FORMER}", "until": FORMER_UNTIL.isoformat(), "kind": "worked"}
    return {
        "id": f"interest_{regime}",
        "regime": regime,
        "kind": "interest",
        "organisation_id": "unit_a",
        "case_id": None,
        "title": "曾在申报单位任职",
        "effective_on": date(2001, 1, 1),
        "data": data,
    }
