"""An office with a case before its experts, tokens of three roles, and what they can ask about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from server import clock, create_app, db, demo
from server.config import Config
from server.law.catalogue import tree_on_disk
from server.migrations import migrate
from server.models import cases, documents, instances, people, work_items
from server.work import people as accounts
from server.work import publications
from server.work.people import tokens
from tests.server.views.conftest import (
    CHEAP,
    TODAY,
    Visitor,
    convene_panel,
    start_application,
)

ROOT = Path(__file__).parents[2]
ROLES = ("shanxi_applicant", "shanxi_expert_2", "shanxi_authority")


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
    return path


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
    """Identifiers of things of the case, and of a task of this person where there is one."""
    with db.read() as tx:
        case, run, paper = (
            str(tx.execute(select(table.c.id)).scalars().first())
            for table in (cases, instances, documents)
        )
        own = select(work_items.c.id).join(people, people.c.id == work_items.c.assignee_id)
        mine = tx.execute(own.where(people.c.login == login)).scalars().first()
        item = mine or tx.execute(select(work_items.c.id)).scalars().first()
    return {
        "case_id": case,
        "clause_id": "SX-15.2",
        "document_id": paper,
        "instance_id": run,
        "item_id": str(item),
        "process_id": "application",
        "regime": "shanxi",
    }
