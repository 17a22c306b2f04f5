"""An office of a shipped regime at work on a shipped procedure: applications for a base, from the
unit's papers over the opinions of a panel to the approval, with the forms, roles and tables that
are published.

People answer as the regime's own scenarios say is usual; attachments exist by their names only.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, insert

from server import clock, db
from server.ids import new_id
from server.law.catalogue import Catalogue, load, tree_on_disk
from server.models import memberships, organisations, people
from server.studio.scenarios import finding, offices, stage, usual
from server.studio.scenarios.filling import fill
from server.studio.scenarios.usual import Usual
from server.work import desk as desks
from server.work import publications, submission, worklist
from server.work.people import Membership, Person, find_person
from server.work.surroundings import Surroundings
from tests.bench.office import Desk, signed_in
from tests.procedures import ROOT

REGIME, PROCEDURE = "shanxi", "application"
STEPS = 12
"""Tasks of people in one application."""

UNIT = "unit"
POSTS = (
    ("undertaker", UNIT),
    ("recommender", "recommender_a"),
    *[("formal_reviewer", "shanxi_std_tech_body")] * 2,
    *[("expert_panel", "institute_1")] * 6,
    *[("authority", "shanxi_std_authority")] * 2,
)
"""Role and organisation of every task of an application: so people are needed."""

PANEL = 5

Row = Mapping[str, Any]


@dataclass
class Applications:
    """The office: its law, the usual answers, everybody with a session."""

    catalogue: Catalogue
    usual: Usual
    staff: Sequence[Person]
    busy: int
    """So many of the staff have units of their own or sit on panels; the others help in offices."""

    desks: Sequence[Desk] = ()

    @cached_property
    def sponsor(self) -> Person:
        """Who begins the applications."""
        return finding.holder("sponsor", REGIME, "recommender_a")

    @cached_property
    def units(self) -> list[str]:
        """The units that apply."""
        return [one.memberships[0].organisation_id for one in self._of("undertaker")]

    @cached_property
    def experts(self) -> list[str]:
        """Those on the roster."""
        return [one.id for one in self._of("expert_panel")]

    def _of(self, role: str) -> list[Person]:
        return [one for one in self.staff[: self.busy] if one.memberships[0].role == role]

    def begin(self, number: int) -> str:
        """A new application for one of the units; the id of its case."""
        unit = self.units[number % len(self.units)]
        form = self.catalogue.form(f"{PROCEDURE}/start", REGIME) or b""
        usually = self.usual.answers[PROCEDURE]
        own = {"undertaker_id": unit, "field_name": f"新材料第{number}号"}
        data = fill(form, {}, usually, own, self.sponsor.id, True)
        title = f"第{number}号基地"
        answer = worklist.start_case(self.sponsor, REGIME, PROCEDURE, title, {}, data)
        return str(answer["case"])

    def carry_on(self, case: str, steps: int) -> None:
        """Do so many tasks of a case, as its people would."""
        for _ in range(steps):
            for item in finding.items(case, status="open")[:1]:
                person = self._holder(item)
                data = self.answers(item["form"], item["element_id"], _known(item, person), person)
                worklist.complete(person, item["id"], item["version"], data)

    def _holder(self, item: Row) -> Person:
        """Whoever is named, else anybody of the role and organisation."""
        if item["assignee_id"]:
            with db.read() as tx:
                found = find_person(tx, item["assignee_id"])
            assert found is not None
            return found
        office = (item["role"], item["organisation_id"], REGIME)
        return random.choice([one for one in self.staff if one.holds(*office)])

    def answers(self, form: str, element: str, known: Row, person: Person) -> dict[str, Any]:
        """What a person hands in; ``known`` is what the form shows."""
        content = self.catalogue.form(form, REGIME) or b""
        panel = random.sample(self.experts, PANEL)
        own = {"proposed_experts": panel, "panel_leader": panel[0]}
        return fill(content, known, self.usual.answers.get(element, {}), own, person.id, True)


def _known(item: Row, person: Person) -> dict[str, Any]:
    with db.read() as tx:
        desk = desks.of_item(tx, item["id"], person.id, lock=False)
        return dict(submission.context(desk, Surroundings(desk)))


def furnished(size: int, busy: int) -> Applications:
    """Fill the bound, migrated database: published law, offices, so many people with sessions."""
    catalogue = load(tree_on_disk(ROOT))
    staff = [_person(number) for number in range(size)]
    with db.transaction() as tx:
        offices.furnish(tx, catalogue)
        publications.publish(tx, catalogue.files, "load", None)
        _enter(tx, staff)
    stage.put_on_record(REGIME, ("overall_plan", "guide"), clock.today())
    office = Applications(catalogue, usual.of(catalogue, REGIME), staff, busy)
    roster = {"kind": "panel_roster", "number": "0001", "title": "专家名册"}
    stage.enter(REGIME, {**roster, "members": office.experts})
    with db.transaction() as tx:
        signed = [signed_in(tx, person) for person in staff]
    return replace(office, desks=signed)


def _person(number: int) -> Person:
    role, body = POSTS[number % len(POSTS)]
    body = new_id() if body == UNIT else body
    held = Membership(body, role, REGIME)
    return Person(new_id(), f"user_{number}", f"用户{number}", memberships=(held,))


def _enter(tx: Connection, staff: Sequence[Person]) -> None:
    held = [(person, person.memberships[0]) for person in staff]
    units = [
        {"id": office.organisation_id, "code": person.login, "name": person.name, "kind": "unit"}
        for person, office in held
        if office.role == "undertaker"
    ]
    tx.execute(insert(organisations), units)
    rows = [{"id": p.id, "login": p.login, "name": p.name, "password_hash": "x"} for p in staff]
    tx.execute(insert(people), rows)
    offices_held = [
        {"person_id": person.id, "role": office.role, "regime": office.regime}
        | {"organisation_id": office.organisation_id}
        for person, office in held
    ]
    tx.execute(insert(memberships), offices_held)
