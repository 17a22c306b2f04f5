"""Cheap passwords, an account, an office: what the tests of people and sessions begin with."""

from __future__ import annotations

from sqlalchemy import insert

from server.config import Config
from server.db import transaction
from server.ids import new_id
from server.models import memberships, organisations
from server.work import people

PASSWORD = "correct-horse-battery"
CHEAP = Config(argon2_memory_kib=8, argon2_time=1, login_tries=5, login_lock=15 * 60)


def account(login: str = "applicant", password: str = PASSWORD) -> str:
    """A person with a password; returns the id."""
    with transaction() as tx:
        return people.create(tx, login, "申报单位经办人", password, "Applicant's clerk")


def office(person_id: str, role: str = "undertaker", regime: str = "shanxi") -> str:
    """An organisation in which the person holds a role; returns its id."""
    organisation = {"id": new_id(), "name": "示例研究院", "name_en": "Sample Institute"}
    with transaction() as tx:
        row = {**organisation, "code": organisation["id"], "kind": "applicant"}
        tx.execute(insert(organisations).values(row))
        held = {"person_id": person_id, "organisation_id": row["id"], "role": role}
        tx.execute(insert(memberships).values(**held, regime=regime))
    return row["id"]
