"""What is kept how long, and what is left when it goes; nothing goes that anybody needs."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DBAPIError

from server import clock, db
from server.cli import main
from server.errors import Refused
from server.ids import new_id
from server.jobs import worker
from server.models import (
    administration_journal,
    cases,
    comments,
    deadlines,
    holds,
    jobs,
    journal,
    records,
    tombstones,
    work_items,
)
from server.work import retention
from server.work.journal import broken_cases
from server.work.people import journal as administration
from server.work.people.journal import GENESIS
from tests.office import Office
from tests.server.work.helpers import assert_intact, count, do, fill, review_all, rows

TEN, THIRTY = timedelta(days=3653 + 1), timedelta(days=10_958 + 1)


@pytest.fixture
def refused(office: Office) -> dict[str, Any]:
    """A case that ended without approval, with comments and a register entry."""
    office.start()
    fill(office)
    review_all(office)
    do(office["officer"], "decide", decision="refuse")
    worker.drain()
    case = rows(cases)[0]
    assert case["closed_at"] is not None
    row = {"id": new_id(), "case_id": case["id"], "person_id": office["officer"].id}
    with db.transaction() as tx:
        tx.execute(
            insert(comments).values(**row, body="说明", internal=False, created_at=clock.now())
        )
    return rows(cases)[0]


def after(years: timedelta) -> Any:
    return clock.frozen(clock.now() + years)


def candidates() -> list[retention.Candidate]:
    with db.read() as tx:
        return retention.due(tx)


def kept(_: object) -> str:
    return "0" * 64


def intact() -> bool:
    with db.read() as tx:
        sound = administration.broken(tx) == [] and list(retention.unfounded(tx)) == []
    return sound and broken_cases() == {}


def test_a_case_is_listed_when_its_years_are_over_and_not_a_day_before(
    refused: dict[str, Any],
) -> None:
    with clock.frozen(refused["closed_at"] + TEN - timedelta(days=3)):
        assert candidates() == []
    with after(TEN):
        (found,) = candidates()
    assert (found.years, found.reason) == (10, "")
    assert found.clause.startswith("D-51 GB-12.2")
    assert refused["number"] in str(found)


def test_what_the_table_does_not_name_is_kept_for_good(office: Office) -> None:
    office.start()
    fill(office)
    review_all(office)
    do(office["officer"], "decide", decision="approve")
    with db.transaction() as tx:
        tx.execute(update(cases).values(closed_at=clock.now()))
    with after(THIRTY * 3):
        assert candidates() == []


def test_nothing_is_left_but_the_tombstone_and_the_registers(
    refused: dict[str, Any], office: Office
) -> None:
    office.start()
    before = {table.name for table in db.db.metadata.sorted_tables if mentions(table, refused)}
    assert {"cases", "journal", "comments", "work_items", "instances"} <= before
    with after(TEN):
        (found,) = candidates()
        retention.purge(found, kept)
        (stone,) = rows(tombstones)
        assert stone["journal_head"] == refused["journal_head"]
        assert stone["journal_seq"] == refused["journal_seq"] > 3
        assert (stone["number"], stone["years"]) == (refused["number"], 10)
        left = {table.name for table in db.db.metadata.sorted_tables if mentions(table, refused)}
    assert left == {"tombstones"}
    assert rows(records, case_id=None)
    assert count(cases) == 1
    assert rows(administration_journal)[-1]["act"] == "purge_case"
    assert intact()
    assert_intact()


def mentions(table: Any, case: dict[str, Any]) -> bool:
    return ("case_id" in table.c and bool(rows(table, case_id=case["id"]))) or (
        table is cases and bool(rows(cases, id=case["id"]))
    )  # fmt: skip


def test_the_register_entries_of_a_case_stay(refused: dict[str, Any]) -> None:
    row = {"id": new_id(), "regime": "shanxi", "kind": "notice", "title": "公示", "data": {}}
    with db.transaction() as tx:
        tx.execute(
            insert(records).values(**row, case_id=refused["id"], effective_on=refused["opened_on"])
        )
    with after(TEN):
        retention.purge(candidates()[0], kept)
    assert rows(records, id=row["id"])[0]["case_id"] is None


def open_deadline(case: dict[str, Any]) -> None:
    instance = rows(work_items)[0]["instance_id"]
    row = {"id": new_id(), "case_id": case["id"], "instance_id": instance, "status": "open",
           "milestone": "x", "title": "x", "title_en": "x", "kind": "within", "soft": False,
           "provisional": False, "anchor_on": case["opened_on"], "clause": "SX-16.2",
           "calendar_version": "", "proof": []}  # fmt: skip
    with db.transaction() as tx:
        tx.execute(insert(deadlines).values(row))


def dead_job(case: dict[str, Any]) -> None:
    row = {"id": new_id(), "kind": "message", "case_id": case["id"], "payload": {},
           "run_at": clock.now(), "max_attempts": 1, "status": "dead", "key": "x"}  # fmt: skip
    with db.transaction() as tx:
        tx.execute(insert(jobs).values(row))


def mention(case: dict[str, Any]) -> None:
    row = {
        "id": new_id(),
        "regime": "shanxi",
        "kind": "x",
        "title": "x",
        "data": {"base": case["id"]},
    }
    with db.transaction() as tx:
        tx.execute(insert(records).values(**row, effective_on=case["opened_on"]))


@pytest.mark.parametrize(
    ("reason", "keep"),
    [
        ("有未了结的期限", open_deadline),
        ("有未完成或者失败的作业", dead_job),
        ("其他办件或者登记簿引用了它", mention),
        ("因涉诉、信访等停止销毁", lambda case: retention.hold(case["id"], "行政诉讼")),
    ],
)
def test_what_somebody_needs_stays_with_its_reason(
    refused: dict[str, Any], reason: str, keep: Any
) -> None:
    keep(refused)
    with after(TEN):
        (found,) = candidates()
        assert found.reason == reason
        with pytest.raises(Refused):
            retention.purge(found, kept)
    assert count(cases) == 1
    assert rows(tombstones) == []


def test_a_hold_that_came_after_the_list_is_seen(refused: dict[str, Any]) -> None:
    with after(TEN):
        (found,) = candidates()
        retention.hold(refused["id"], "信访")
        with pytest.raises(Refused):
            retention.purge(found, kept)
        retention.end_holds(refused["id"])
        assert rows(holds)[0]["ended_at"] is not None
        assert [entry["act"] for entry in rows(journal)][-2:] == ["hold", "end_hold"]
        assert_intact()
        retention.purge(candidates()[0], kept)
    assert count(cases) == 0


def test_where_the_package_cannot_be_written_nothing_goes(refused: dict[str, Any]) -> None:
    def full(_: object) -> str:
        raise OSError("no space left")

    with after(TEN), pytest.raises(OSError, match="no space"):
        retention.purge(candidates()[0], full)
    assert count(cases) == 1
    assert rows(tombstones) == []


def test_a_journal_that_does_not_verify_is_evidence_and_stays(refused: dict[str, Any]) -> None:
    with db.transaction() as tx:
        tx.execute(update(cases).values(journal_head="1" * 64))
    with after(TEN), pytest.raises(Refused, match="校验不符"):
        retention.purge(candidates()[0], kept)


@pytest.mark.parametrize("table", [journal, comments])
def test_without_a_tombstone_the_database_itself_lets_no_entry_go(
    refused: dict[str, Any], table: Any
) -> None:
    with pytest.raises(DBAPIError, match="append-only"), db.transaction() as tx:
        tx.execute(delete(table))
    with pytest.raises(DBAPIError, match="append-only"), db.transaction() as tx:
        tx.execute(update(table).values({table.c.case_id: "x"}))


def forge() -> dict[str, Any]:
    day = clock.today()
    return {"case_id": "C", "number": "N", "regime": "shanxi", "kind": "x", "state": "x",
            "opened_on": day, "closed_on": day, "years": 1, "clause": "", "journal_seq": 0,
            "journal_head": GENESIS, "package": "", "purged_at": clock.now()}  # fmt: skip


def test_a_forged_tombstone_is_found_and_none_can_be_changed(refused: dict[str, Any]) -> None:
    with after(TEN):
        retention.purge(candidates()[0], kept)
    for change in (update(tombstones).values(number="x"), delete(tombstones)):
        with pytest.raises(DBAPIError, match="append-only"), db.transaction() as tx:
            tx.execute(change)
    with db.transaction() as tx:
        tx.execute(insert(tombstones).values(forge()))
    with db.read() as tx:
        assert list(retention.unfounded(tx)) == ["N"]


@pytest.fixture
def command(
    refused: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Result]]:
    """``guicheng`` with some words; each time on connections of its own."""
    monkeypatch.setenv("GUICHENG_DATABASE_URL", db.engine().url.render_as_string(False))
    monkeypatch.setenv("GUICHENG_DATA_DIR", str(tmp_path / "data"))

    def run(*words: str) -> Result:
        db.engine().dispose()
        return CliRunner().invoke(main, words)

    yield run
    db.engine().dispose()


def test_the_command_line_lists_first_and_keeps_the_package(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    with after(TEN):
        assert "可以销毁" in command("purge").output
        assert rows(tombstones) == []
        assert command("purge", "--carry-out").exit_code == 2
        done = command("purge", "--carry-out", "--to", str(tmp_path / "packages"))
        assert done.exit_code == 0, done.output
        verified = command("verify")
    (file,) = (tmp_path / "packages").iterdir()
    assert rows(tombstones)[0]["package"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert "index.html" in zipfile.ZipFile(file).namelist()
    assert verified.exit_code == 0, verified.output
    assert '"broken": {}' in verified.output


def test_a_hold_is_set_and_ended_on_the_command_line(
    command: Callable[..., Result], refused: dict[str, Any]
) -> None:
    number = refused["number"]
    assert command("hold", number).exit_code == 2
    assert command("hold", "nothing", "--reason", "x").exit_code == 1
    assert command("hold", number, "--reason", "诉讼").exit_code == 0
    assert rows(holds)[0]["reason"] == "诉讼"
    assert command("hold", number, "--end").exit_code == 0
    assert rows(holds)[0]["ended_at"] is not None
