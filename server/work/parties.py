"""Which organisation plays which role in a case.

Table ``roles`` names the office of each role. An office that one organisation holds is bound from
the start; the others are chosen in a form, in a field ``<role>_id``. Where two roles are the same
office (one level of recommendation), the organisation of one is that of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from server import clock
from server.errors import Invalid
from server.law.catalogue import Catalogue
from server.work.sql import Query, Row, strings

ROLES = (
    "authority",
    "formal_reviewer",
    "sponsor",
    "recommender",
    "undertaker",
    "assistant",
    "supervisor",
    "secretariat",
    "chair",
    "director",
    "nominator",
)
"""The roles of which an organisation is a party; experts take part in person."""

FIELDS = {f"{role}_id": role for role in ROLES}
"""Form fields that choose the organisation of a role."""

HOLDERS = Query("SELECT id, code FROM organisations WHERE code IN {strings(codes)}")

SERVING = Query("""
    SELECT DISTINCT m.organisation_id AS id, m.role FROM memberships m
    WHERE m.regime = :regime AND m.organisation_id IN {strings(ids)}""")


def at_start(
    tx: Connection, catalogue: Catalogue, regime: str, chosen: Mapping[str, str]
) -> dict[str, str]:
    """Role -> organisation of a new case: what was chosen, and the offices that one body holds."""
    offices = _offices(catalogue, regime)
    holders = {row["code"]: row["id"] for row in HOLDERS.all(tx, codes=strings(offices.values()))}
    fixed = {role: holders[office] for role, office in offices.items() if office in holders}
    return with_shared(catalogue, regime, {**fixed, **chosen})


def with_shared(catalogue: Catalogue, regime: str, parties: Mapping[str, str]) -> dict[str, str]:
    """The parties, with every role that is the same office as a party's."""
    offices = _offices(catalogue, regime)
    by_office = {offices[role]: held for role, held in parties.items() if role in offices}
    shared = {role: by_office[o] for role, o in offices.items() if o in by_office}
    return {**shared, **parties}


def acting(catalogue: Catalogue, regime: str, lane: str) -> str:
    """The role whose people act in a lane.

    A lane may be an office by the part it plays in one procedure (the body that files for
    acceptance); then its people are those of the first role that is the same office.
    """
    if lane in ROLES:
        return lane
    wanted = catalogue.offices(regime).get(lane)
    offices = _offices(catalogue, regime).items() if wanted else ()
    return next((role for role, office in offices if office == wanted), lane)


def _offices(catalogue: Catalogue, regime: str) -> dict[str, str]:
    known = catalogue.offices(regime)
    return {role: known[role] for role in ROLES if role in known}


def chosen_in(tx: Connection, regime: str, submitted: Mapping[str, Any]) -> dict[str, str]:
    """The organisations chosen in a form; raises Invalid for one that does not hold the role."""
    chosen = {role: submitted[name] for name, role in FIELDS.items() if submitted.get(name)}
    if not chosen:
        return {}
    serving = SERVING.all(tx, regime=regime, ids=strings(map(str, chosen.values())))
    held = {(row["role"], row["id"]) for row in serving}
    wrong = [role for role, organisation in chosen.items() if (role, organisation) not in held]
    if wrong:
        raise Invalid(errors={f"{role}_id": ["该单位不具有此角色"] for role in wrong})
    return chosen


def rows(case_id: str, parties: Iterable[tuple[str, str]]) -> Iterator[Row]:
    """Rows of ``case_parties`` from today on."""
    for role, organisation in parties:
        office = {"role": role, "organisation_id": organisation}
        yield office | {"case_id": case_id, "from_on": clock.today(), "until_on": None}
