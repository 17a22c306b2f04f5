"""An office with a case before its experts, tokens of three roles, and what they can ask about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select

from server import clock, create_app, db, demo
from server.config import Config
from server.ids import new_id
from server.law.catalogue import tree_on_disk
from server.migrations import migrate
from server.models import (
    appointments,
    cases,
    change_sets,
    consultations,
    copies,
    deadlines,
    documents,
    instances,
    organisations,
    people,
    proposals,
    records,
    subscriptions,
    work_items,
)
from server.studio.drafts import acts
from server.work import people as accounts
from server.work import publications
from server.work.people import Person, administration, tokens
from server.work.people.administration import By
from server.work.people.appointments import Office
from tests.server.views.conftest import (
    CHEAP,
    TODAY,
    Visitor,
    convene_panel,
    start_application,
)

ROOT = Path(__file__).parents[2]
ROLES = ("shanxi_applicant", "shanxi_expert_2", "shanxi_authority")
"""They ask every operation."""

KEEPERS = {
    "shanxi_process_owner": r"/(drafts|models|releases)",
    "shanxi_leader": r"/(handovers|figures|forecasts|search|deputies)",
    "system_administrator": r"/administration/",
    "security_administrator": r"/administration/",
    "auditor": r"/administration/entries",
}
"""They ask those that are hidden from the others: login -> paths."""

TABLES = {
    "appointment_id": appointments,
    "case_id": cases,
    "consultation_id": consultations,
    "copy_id": copies,
    "deadline_id": deadlines,
    "document_id": documents,
    "draft_id": change_sets,
    "instance_id": instances,
    "organisation_id": organisations,
    "person_id": people,
    "proposal_id": proposals,
    "record_id": records,
    "waiting_id": subscriptions,
}
"""Parameter of a path -> where there are things for it."""


def prepare(folder: Path) -> Path:
    """A database with the demonstration office and a case of Shanxi before five experts."""
    path = folder / "office.sqlite"
    migrate(f"sqlite:///{path}")
    with _serving(path, folder) as app, db.transaction() as tx:
        demo.seed(tx)
        publications.publish(tx, tree_on_disk(ROOT), "测试", None)
        assert app
    with _serving(path, folder) as app:
        visit = lambda login: Visitor(app.test_client()).sign_in(login)  # noqa: E731
        convene_panel(visit, start_application(visit))
        acts.begin(_person("shanxi_process_owner"), "草稿")
        _work_together()
    return path


def _work_together() -> None:
    """A question, a copy, a change of an administrator that waits."""
    with db.read() as tx:
        item = tx.execute(select(work_items.c.id)).scalars().first()
        place = tx.execute(select(organisations.c.id)).scalars().first()
    applicant, leader = _person("shanxi_applicant"), _person("shanxi_leader")
    now, case = clock.now(), known("")["case_id"]
    asked = {"case_id": case, "work_item_id": item, "asked_by": leader.id, "question": "可否？"}
    told = {"case_id": case, "person_id": applicant.id, "sent_by": leader.id, "step": "审阅"}
    with db.transaction() as tx:
        question = {"id": new_id(), "asked_of": applicant.id, "asked_at": now}
        tx.execute(insert(consultations).values(asked | question))
        tx.execute(insert(copies).values(told | {"id": new_id(), "note": "", "sent_at": now}))
    office = Office(str(place), "supervisor", "shanxi", TODAY)
    security = By(_person("security_administrator"))
    administration.grant(security, applicant.id, office, {"supervisor"})


def _person(login: str) -> Person:
    with db.read() as tx:
        found = tx.execute(select(people.c.id).where(people.c.login == login)).scalar_one()
        person = accounts.find_person(tx, found)
    assert person is not None
    return person


@contextmanager
def opened(prepared: Path, folder: Path) -> Iterator[Flask]:
    """The application on a copy of what ``prepare`` made; the day is that of the page tests."""
    path = folder / "copy.sqlite"
    shutil.copy(prepared, path)
    with _serving(path, folder) as app:
        yield app


@contextmanager
def _serving(path: Path, folder: Path) -> Iterator[Flask]:
    config = Config(
        database_url=f"sqlite:///{path}",
        data_dir=folder,
        secret_key="only for tests",
        demonstration=True,
        **CHEAP,
    )
    app = create_app(config)
    accounts.use(config, refusal_takes=0)
    with clock.frozen(TODAY):
        yield app
    db.engine().dispose()


def token(login: str) -> dict[str, str]:
    """The header of a token that may act for somebody."""
    with db.read() as tx:
        person = tx.execute(select(people.c.id).where(people.c.login == login)).scalar_one()
    return {"Authorization": f"Bearer {tokens.create(person, '测试', 'act', 30)[1]}"}


def known(login: str) -> dict[str, str]:
    """Identifiers of things that there are, and of a task of this person where there is one."""
    with db.read() as tx:
        found = {
            name: tx.execute(select(table.c.id).order_by(table.c.id)).scalars().first()
            for name, table in TABLES.items()
        }
        own = select(work_items.c.id).join(people, people.c.id == work_items.c.assignee_id)
        mine = tx.execute(own.where(people.c.login == login)).scalars().first()
        item = mine or tx.execute(select(work_items.c.id)).scalars().first()
    there = {name: str(identity) for name, identity in found.items() if identity}
    words = {"clause_id": "SX-15.2", "process_id": "application", "regime": "shanxi"}
    return there | words | {"item_id": str(item), "release_id": "1", "number": "0"}
