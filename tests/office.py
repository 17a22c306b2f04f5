"""An invented office for the tests: organisations, people in every role, published procedures."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from server import db
from server.engine.handlers import resolve
from server.ids import new_id
from server.models import memberships, organisations, people
from server.work import publications, worklist
from server.work.people import Membership, Person
from tests.procedures import HERE, tree

REGIME = "shanxi"
EXPERTS = 11

ORGANISATIONS = {
    "unit": ("unit", "某研究院", "applicant_unit"),
    "other_unit": ("other_unit", "另一研究院", "applicant_unit"),
    "authority": ("shanxi_std_authority", "省标准化主管部门", "authority"),
    "reviewer": ("shanxi_std_tech_body", "省标准化技术机构", "formal_reviewer"),
    "recommender": ("some_department", "省某行业主管部门", "recommending_authority"),
    "college": ("college", "某大学", "expert_organisation"),
}
"""Short name -> code, name, kind. Codes of single offices are those of table ``roles``."""

HOLDERS = {
    "applicant": ("undertaker", "unit"),
    "colleague": ("undertaker", "unit"),
    "stranger": ("undertaker", "other_unit"),
    "officer": ("authority", "authority"),
    "second_officer": ("authority", "authority"),
    "reviewer": ("formal_reviewer", "reviewer"),
    "recommender": ("recommender", "recommender"),
    "sponsor": ("sponsor", "recommender"),
    "operator": ("operator", "authority"),
    **{f"expert_{number}": ("expert_panel", "college") for number in range(1, EXPERTS + 2)},
}
"""Login -> role, organisation. One expert more than sit on a full panel."""


@dataclass(frozen=True)
class Office:
    """What the tests need to act: people by login, organisations by short name."""

    people: dict[str, Person]
    organisations: dict[str, str]
    publication: int

    def __getitem__(self, login: str) -> Person:
        return self.people[login]

    @property
    def experts(self) -> list[Person]:
        """The members of a full panel."""
        return [self.people[f"expert_{number}"] for number in range(1, EXPERTS + 1)]

    def start(self, process_id: str = "permit", **data: Any) -> dict[str, Any]:
        """The applicant starts a procedure; returns the answer."""
        given = {"field_name": "绿色生态", **data}
        return worklist.start_case(self["applicant"], REGIME, process_id, "某基地", {}, given)


def bind_rules() -> None:
    """Let the engine find the rules of the test procedures under ``handlers.trial``."""
    place = importlib.util.spec_from_file_location("handlers.trial", HERE / "trial.py")
    assert place is not None
    assert place.loader is not None
    module = importlib.util.module_from_spec(place)
    sys.modules["handlers.trial"] = module
    place.loader.exec_module(module)
    resolve.cache_clear()


def furnish() -> Office:
    """Fill the bound, empty database."""
    bind_rules()
    places = {short: new_id() for short in ORGANISATIONS}
    with db.transaction() as tx:
        tx.execute(insert(organisations), [_organisation(places, s) for s in ORGANISATIONS])
        persons = {login: _person(login, places) for login in HOLDERS}
        rows = [{"id": p.id, "login": p.login, "name": p.name} for p in persons.values()]
        tx.execute(insert(people), [row | {"password_hash": "x"} for row in rows])
        tx.execute(insert(memberships), [_membership(p) for p in persons.values()])
        publication = publications.publish(tx, tree(), "测试流程", None)
    return Office(persons, places, publication)


def _organisation(places: dict[str, str], short: str) -> dict[str, str]:
    code, name, kind = ORGANISATIONS[short]
    return {"id": places[short], "code": code, "name": name, "kind": kind}


def _person(login: str, places: dict[str, str]) -> Person:
    role, short = HOLDERS[login]
    return Person(new_id(), login, login, memberships=(Membership(places[short], role, REGIME),))


def _membership(person: Person) -> dict[str, str]:
    held = person.memberships[0]
    office = {"organisation_id": held.organisation_id, "role": held.role, "regime": held.regime}
    return office | {"person_id": person.id}
