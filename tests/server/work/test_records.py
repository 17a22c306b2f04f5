"""Journal, register, publications, calendars, parties: the books of the office."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, insert, text, update

from server import clock, db
from server.errors import NotFound
from server.law.sheets import SheetError
from server.models import (
    blobs,
    cases,
    counters,
    deadlines,
    journal,
    publication_files,
    publications,
    records,
    work_items,
)
from server.work import calendars, notices, parties, worklist
from server.work import journal as book
from server.work import publications as press
from server.work.register import Register
from tests.office import REGIME, Office
from tests.procedures import tree
from tests.server.work.helpers import assert_intact, count, do, fill, open_item, review_all, rows

# --- the journal --------------------------------------------------------------------------------


@pytest.fixture
def told(office: Office) -> str:
    """A case with a few entries."""
    case = office.start()["case"]
    fill(office)
    review_all(office)
    return str(case)


def off_guard(tx: Any) -> None:
    """What an administrator of the database could do: switch the trigger off."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        for event in ("UPDATE", "DELETE"):
            tx.execute(text(f"DROP TRIGGER journal_refuses_{event}"))


def broken(case: str) -> list[str]:
    with db.read() as tx:
        return book.verify(tx, case)


FORGED = {
    "at": clock.noon(date(2020, 1, 1)),
    "actor_id": None,
    "actor_name": "另一人",
    "act": "start",
    "element_id": "decide",
    "name": "作出决定",
    "detail": {},
    "clauses": [],
}


@pytest.mark.parametrize("column", FORGED)
def test_a_changed_entry_is_found(told: str, column: str) -> None:
    with db.transaction() as tx:
        off_guard(tx)
        changed = update(journal).where(journal.c.seq == 2)
        tx.execute(changed.values({column: FORGED[column]}))
    assert broken(told)[0] == "第 2 条记录与校验值不符"


def test_an_entry_taken_out_is_found(told: str) -> None:
    with db.transaction() as tx:
        off_guard(tx)
        tx.execute(journal.delete().where(journal.c.seq == 2))
    assert "第 2 条记录缺失" in broken(told)


def test_a_tail_cut_off_is_found(told: str) -> None:
    last = max(entry["seq"] for entry in rows(journal))
    with db.transaction() as tx:
        off_guard(tx)
        tx.execute(journal.delete().where(journal.c.seq == last))
    assert broken(told)[0] == "最后一条记录与办件登记的链头不符"


def test_a_result_changed_behind_the_journal_is_found(told: str) -> None:
    with db.transaction() as tx:
        chosen = work_items.c.element_id == "fill"
        tx.execute(update(work_items).where(chosen).values(result={"summary": "另一份"}))
    assert broken(told) == ["第 2 条记录对应的办理内容与校验值不符"]


def test_an_intact_office_has_no_broken_cases(told: str) -> None:
    assert book.broken_cases() == {}
    with db.transaction() as tx:
        tx.execute(update(cases).values(journal_head="0" * 64))
    assert list(book.broken_cases().values()) == [["最后一条记录与办件登记的链头不符"]]
    assert broken("nothing") == ["没有这个办件"]


# --- the register -------------------------------------------------------------------------------


def register(tx: Any, regime: str = REGIME) -> Register:
    return Register(tx, {"id": None, "regime": regime})


def test_numbers_are_gapless_and_per_series(database: Engine) -> None:
    with db.transaction() as tx:
        first = [register(tx).next_number("a") for _ in range(2)]
    with pytest.raises(ZeroDivisionError), db.transaction() as tx:
        register(tx).next_number("a")
        1 / 0  # noqa: B018
    with db.transaction() as tx:
        assert (first, register(tx).next_number("a")) == (["0001", "0002"], "0003")
        assert register(tx).next_number("b") == "0001"


def test_what_a_failed_step_took_is_given_back(database: Engine) -> None:
    with db.transaction() as tx:
        book_of = register(tx)
        book_of.next_number("a")
        book_of.next_number("a")
        book_of.record("guide", {"title": "指南"})
        book_of.undo()
        assert book_of.added == []
        assert register(tx).next_number("a") == "0001"


def enter(regime: str, title: str, **data: Any) -> dict[str, Any]:
    row = {"id": title, "regime": regime, "kind": "guide", "title": title}
    return row | {"effective_on": date(2026, 1, 1), "data": data}


@pytest.mark.parametrize(
    "asked",
    [
        {"unit": "01ABC"},
        {"unit": "01ABC", "field": "新材料"},
        {"field": "新材料", "round": "2026"},
        {"unit": "01ABC", "field": '"碳\\基"\n'},
        {"field": '"碳\\基"\n'},
        {"unit": "1ABC"},
        {"unit": "01ABD", "field": "新材料"},
        {"unit": ""},
    ],
)
def test_records_have_all_texts_that_are_asked_for_and_no_others(
    office: Office, asked: dict[str, object]
) -> None:
    held = [
        {"unit": unit, "field": field, "round": "2026", "other": "01ABD"}
        for unit in ("01ABC", "01", "")
        for field in ("新材料", '"碳\\基"\n')
    ]
    with db.transaction() as tx:
        tx.execute(insert(records), [enter(REGIME, str(n), **data) for n, data in enumerate(held)])
        found = [row["title"] for row in register(tx).records("guide", **asked)]
    wanted = [str(n) for n, data in enumerate(held) if data | asked == data]
    assert found == wanted


def test_records_are_found_by_kind_regime_and_fields(office: Office) -> None:
    with db.transaction() as tx:
        tx.execute(
            insert(records), [enter(REGIME, "甲", year=2026), enter(REGIME, "乙", year=2025)]
        )
        tx.execute(insert(records), [enter("national", "丙", year=2026)])
        found = register(tx)
        assert [row["title"] for row in found.records("guide", year=2026)] == ["甲"]
        assert [row["title"] for row in found.records("guide", title="乙")] == ["乙"]
        assert found.records("plan") == []
        found.record("guide", {"title": "丁", "year": 2026})
        assert [row["title"] for row in found.records("guide", year=2026)] == ["甲", "丁"]


def test_experts_come_with_employer_and_declared_interests(office: Office) -> None:
    expert = office["expert_1"]
    interest = {"person_id": expert.id, "organisation_id": "x", "kind": "owner"}
    row = {"id": "i", "regime": REGIME, "kind": "interest", "title": "", "data": interest}
    with db.transaction() as tx:
        tx.execute(insert(records).values(row | {"effective_on": date(2026, 1, 1)}))
        found = {
            str(each["id"]): each
            for each in register(tx).experts(
                [expert.id, office["expert_2"].id, office["reviewer"].id]
            )
        }
    assert set(found) == {expert.id, office["expert_2"].id}
    assert found[expert.id]["organisation"] == "某大学"
    declared = found[expert.id]["interests"]
    assert isinstance(declared, list)
    assert [each["kind"] for each in declared] == ["interest"]


# --- publications -------------------------------------------------------------------------------


def test_the_same_tree_is_published_once_and_files_are_stored_once(office: Office) -> None:
    stored = count(blobs)
    with db.transaction() as tx:
        assert press.publish(tx, tree(), "again", None) == office.publication
        changed = tree() | {"processes/README.md": "说明".encode()}
        number = press.publish(tx, changed, "with a page", None)
        assert press.current(tx) == number
        assert press.tree(tx, number) == changed
        assert press.tree(tx, office.publication) == tree()
    assert count(publications) == 2
    assert count(blobs) == stored + 1
    assert count(publication_files) == 2 * len(tree()) + 1


def test_a_running_case_stays_with_its_publication(office: Office) -> None:
    office.start()
    renamed = tree()["processes/permit.bpmn"].replace("作出决定".encode(), "批准与否".encode())
    with db.transaction() as tx:
        press.publish(tx, tree() | {"processes/permit.bpmn": renamed}, "renamed", None)
    fill(office, size=1)
    review_all(office, size=1)
    assert open_item("decide")["name"] == "作出决定"
    do(office["officer"], "decide", decision="approve")
    office.start()
    fill(office, size=1)
    review_all(office, size=1)
    assert open_item("decide")["name"] == "批准与否"


def test_a_publication_is_read_again_after_a_restart(office: Office) -> None:
    office.start()
    press._loaded.clear()
    assert fill(office)["state"] == "expert_review"


def test_nothing_starts_before_the_first_publication(database: Engine) -> None:
    with db.read() as tx:
        with pytest.raises(NotFound):
            press.current(tx)
        with pytest.raises(NotFound):
            press.catalogue(tx, 1)


# --- calendars ----------------------------------------------------------------------------------

NOTICE_2027 = """day,kind,note
2027-01-01,off,国办发明电〔2026〕9号
2027-01-04,off,国办发明电〔2026〕9号
2027-01-05,off,国办发明电〔2026〕9号
""".encode()


def test_a_notice_moves_the_dates_that_waited_for_it(office: Office) -> None:
    with clock.frozen(date(2026, 12, 1)):
        office.start()
    before, item = rows(deadlines)[0], open_item("fill")
    assert (before["provisional"], item["due_on"]) == (True, before["due_on"])
    sentence = notices.load(NOTICE_2027)
    after = rows(deadlines)[0]
    assert after["due_on"] > before["due_on"]
    assert (after["provisional"], open_item("fill")["due_on"]) == (False, after["due_on"])
    assert after["calendar_version"] != before["calendar_version"]
    assert "1 个暂定期限重新计算，其中 1 个有变动" in sentence
    entry = rows(journal)[-1]
    assert (entry["act"], entry["actor_name"]) == ("recompute", book.SYSTEM)
    assert entry["detail"]["after"] == after["due_on"].isoformat()
    assert_intact()


def test_a_notice_loaded_twice_changes_nothing_more(office: Office) -> None:
    notices.load(NOTICE_2027)
    assert "0 个暂定期限" in notices.load(NOTICE_2027)
    with db.read() as tx:
        catalogue = press.catalogue(tx, office.publication)
        calendar = calendars.current(tx, catalogue, calendars.mark(tx))
    assert calendar.known(2027)
    assert not catalogue.calendar.known(2027)


@pytest.mark.parametrize("sheet", [b"", b"day,kind,note\n", b"day,kind,note\nx,off,y\n", b"\xff"])
def test_what_is_no_notice_is_refused_in_words(office: Office, sheet: bytes) -> None:
    with pytest.raises(SheetError):
        notices.load(sheet)


# --- parties ------------------------------------------------------------------------------------


def test_two_roles_of_one_office_are_one_organisation(office: Office) -> None:
    with db.read() as tx:
        catalogue = press.catalogue(tx, office.publication)
        bound = parties.at_start(tx, catalogue, REGIME, {"sponsor": "S"})
    assert bound["recommender"] == "S"
    assert bound["supervisor"] == bound["authority"] == office.organisations["authority"]
    assert "undertaker" not in bound


def test_a_task_of_a_role_without_organisation_is_refused_not_lost(office: Office) -> None:
    with db.transaction() as tx:
        tx.execute(text("UPDATE organisations SET code = 'elsewhere' WHERE kind = 'authority'"))
    office.start()
    fill(office, size=1)
    expert = office["expert_1"]
    with pytest.raises(Exception, match="尚未确定承担“作出决定”的单位"):
        worklist.complete(expert, open_item("review")["id"], 1, {"opinion": "同意"})
    assert open_item("review")["status"] == "open"
    assert rows(counters, series="permit")[0]["value"] == 1
