"""To whom something may be given: closed lists, never a name that somebody types."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from server.errors import Invalid
from server.work import access
from server.work.desk import Desk
from server.work.people import Person
from server.work.sql import Query, Row, strings

PERSON = "p.id, p.name, p.name_en, o.name AS organisation, o.name_en AS organisation_en"

SAME_POST = Query(f"""
    SELECT {PERSON} FROM memberships m JOIN people p ON p.id = m.person_id AND p.active
    JOIN organisations o ON o.id = m.organisation_id
    WHERE m.role = :role AND m.organisation_id = :organisation AND m.regime = :regime
        AND p.id <> :but ORDER BY p.name, p.id""")

READERS = Query(f"""
    SELECT DISTINCT {PERSON} FROM memberships m JOIN people p ON p.id = m.person_id AND p.active
    JOIN organisations o ON o.id = m.organisation_id
    WHERE m.regime = :regime AND m.role <> 'expert_panel' AND p.id <> :but
        AND (m.organisation_id IN {{strings(own)}}
             OR (:outside = 1 AND m.role NOT IN {{strings(applicants)}}))
        AND EXISTS (
            SELECT 1 FROM case_parties c WHERE c.case_id = :case AND c.until_on IS NULL
                AND c.organisation_id = m.organisation_id
                AND (c.role = m.role OR m.role IN ('supervisor', 'leader')))
    ORDER BY organisation, p.name, p.id""")
"""Those who may read the case: the people of its parties and those who oversee them; experts
never, and applicants only among themselves."""

IN_ORGANISATIONS = Query(f"""
    SELECT DISTINCT {PERSON} FROM memberships m JOIN people p ON p.id = m.person_id AND p.active
    JOIN organisations o ON o.id = m.organisation_id
    WHERE m.organisation_id IN {{strings(organisations)}} AND m.role <> 'expert_panel'
        AND p.id <> :but ORDER BY p.name, p.id""")


def of_same_post(desk: Desk) -> list[Row]:
    """Who else holds the role of the desk's item in its organisation."""
    item = desk.item
    office = {"role": item["role"], "organisation": item["organisation_id"]}
    return SAME_POST.all(desk.tx, **office, regime=item["regime"], but=item["assignee_id"] or "")


def readers(desk: Desk, person: Person) -> list[Row]:
    """Whom a person may ask about a case or tell of it: they may read it already."""
    regime = desk.case["regime"]
    roles = access.roles_in(person, desk.case, desk.parties)
    own = {m.organisation_id for m in person.memberships if m.regime == regime}
    return READERS.all(
        desk.tx,
        regime=regime,
        case=desk.case["id"],
        but=person.id,
        own=strings(sorted(own)),
        applicants=strings(sorted(access.APPLICANTS)),
        outside=0 if roles and access.masks(roles) else 1,
    )


def of_same_organisations(tx: Connection, person: Person) -> list[Row]:
    """Who serves in the same organisations, other than as an expert."""
    held = {m.organisation_id for m in person.memberships if m.role != access.EXPERTS}
    return IN_ORGANISATIONS.all(tx, organisations=strings(sorted(held)), but=person.id)


def chosen(offered: Iterable[Row], wanted: str, field: str) -> Row:
    """The one with this id; raises Invalid for anybody who is not offered."""
    found = next((row for row in offered if row["id"] == wanted), None)
    if found is None:
        raise Invalid(errors={field: ["请在所列人员中选择"]})
    return found
