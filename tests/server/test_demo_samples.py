"""The sample cases of the demonstration: an office at work, with a past that verifies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from server import clock, db
from server.cli import ROOT
from server.config import Config
from server.demo.samples import add_samples
from server.law.catalogue import tree_on_disk
from server.migrations import migrate
from server.models import cases, deadlines, documents, work_items
from server.rehearsal import machinery
from server.work import journal, people, publications
from server.work.documents import Files

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    """The store of an office on a file of its own, with its samples."""
    folder = tmp_path_factory.mktemp("samples")
    url = f"sqlite:///{folder / 'office.sqlite'}"
    migrate(url)
    engine = db.prepare(create_engine(url))
    db.bind(engine)
    people.use(Config(argon2_memory_kib=8, argon2_time=1, demonstration=True))
    with clock.frozen(TODAY):
        with db.transaction() as tx:
            publications.publish(tx, tree_on_disk(ROOT), "samples", None)
        store = Files(Path(folder) / "documents")
        add_samples(machinery(), store)
        yield store
    people.use(Config())
    engine.dispose()


def test_cases_stand_at_every_stage_from_review_to_operation(files: Files) -> None:
    with db.read() as tx:
        states = Counter(tx.execute(select(cases.c.state)).scalars())
    assert states["established"] == 2
    assert states["in_construction"] == 3
    assert {"formal_review", "expert_review", "public_notice"} <= states.keys()


def test_nothing_of_a_sample_lies_in_the_future(files: Files) -> None:
    with db.read() as tx:
        opened = tx.execute(select(work_items.c.opened_at)).scalars().all()
    assert max(opened) < clock.now()


def test_something_is_overdue_for_a_leader_to_see(files: Files) -> None:
    late = select(deadlines.c.milestone).where(
        deadlines.c.status == "open", deadlines.c.due_on < TODAY
    )
    with db.read() as tx:
        assert "plan_filing" in tx.execute(late).scalars().all()


def test_the_journal_of_every_sample_verifies(files: Files) -> None:
    with db.read() as tx:
        for case in tx.execute(select(cases.c.id)).scalars().all():
            assert journal.verify(tx, case) == []


def test_what_is_attached_can_be_opened(files: Files) -> None:
    with db.read() as tx:
        kept = set(tx.execute(select(documents.c.sha)).scalars())
    assert len(kept) == 1
    assert files.path(kept.pop()).read_bytes().startswith(b"%PDF")


def test_an_office_with_cases_is_left_alone(files: Files) -> None:
    assert add_samples(machinery(), files) == 0
