"""A draft played through the scenarios that touch it, beside what is in force."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from server import clock, db, demo
from server.config import Config
from server.errors import Refused, TooMany
from server.feel.sentence import told
from server.law.catalogue import Catalogue, digest
from server.rehearsal import machinery
from server.studio import rehearsal
from server.studio.drafts import acts, overlay, store
from server.studio.rehearsal import Report, Told, carrying
from server.studio.rehearsal import store as rehearsals
from server.studio.rehearsal.results import packed, unpacked
from server.studio.scenarios import Result, run
from server.views import apart
from server.work import publications
from server.work.people import Person, find_login, find_person
from tests.walk import shipped

FORMAL = "processes/parts/formal_review.bpmn"
LATE = "processes/acceptance.bpmn"
DEADLINES = "processes/tables/deadlines.dmn"
KEPT = ("SC-045", "EX-11", "DT-11")
"""Scenarios of Shanxi that the office of these tests has: two begin with an application."""


def tree() -> dict[str, bytes]:
    """The shipped files with few scenarios, so that a test is short."""
    folder = "processes/scenarios/"
    own = {f"{folder}shanxi/{name}.yaml" for name in KEPT}
    return {
        path: text
        for path, text in shipped().files.items()
        if not path.startswith(folder) or path.startswith(f"{folder}usual/") or path in own
    }


@pytest.fixture
def owner(sqlite_database: Engine) -> Person:
    return settled()


def settled() -> Person:
    """The office with its procedures published; who owns those of Shanxi."""
    with clock.frozen(date(2026, 11, 20)), db.transaction() as tx:
        demo.seed(tx)
        publications.publish(tx, tree(), "测试", None)
    with db.read() as tx:
        found = find_person(tx, find_login("shanxi_process_owner"))
    assert found is not None
    return found


def draft(owner: Person, changes: Mapping[str, bytes]) -> str:
    draft_id = acts.begin(owner, "试改")
    for path, text in changes.items():
        acts.save(owner, draft_id, path, text, 0)
    return draft_id


def asked(owner: Person, draft_id: str) -> str:
    with db.read() as tx:
        laid = overlay.of(tx, store.find(tx, draft_id))
    return rehearsal.begin(owner, laid)


def rehearsed(owner: Person, changes: Mapping[str, bytes]) -> Report:
    identity = asked(owner, draft(owner, changes))
    rehearsal.carry_out(machinery(), identity)
    with db.read() as tx:
        row = rehearsal.find(tx, identity)
        assert row is not None
        assert row["status"] == "done", row["reason"]
        return rehearsal.report(tx, identity)


def stricter(days: int = 31) -> bytes:
    """The table of deadlines with other days to file the plan in Shanxi."""
    cell = '<outputEntry id="deadlines_shanxi_plan_filing_amount"><text>'
    text = shipped().files[DEADLINES].decode()
    assert f"{cell}30<" in text
    return text.replace(f"{cell}30<", f"{cell}{days}<").encode()


def relabelled() -> bytes:
    return shipped().files[FORMAL].replace("审查".encode(), "审核".encode(), 1)


def names(told: Report, standing: str) -> set[str]:
    return {each.name for each in told.told if told.standing(each) == standing}


def test_a_scenario_that_fails_after_the_change_is_told_in_words(owner: Person) -> None:
    told = rehearsed(owner, {DEADLINES: stricter()})
    assert names(told, "worse") == {"DT-11", "SC-045"}
    assert names(told, "passed") == {"EX-11"}
    failed = next(each for each in told.told if each.name == "DT-11")
    assert failed.clauses == ("SX-16.2",)
    assert "第3步" in failed.lines[0]
    assert "应为 2025-11-07，实为 2025-11-10" in failed.lines[0]


def test_the_diagram_tells_how_often_each_box_and_flow_was_passed(owner: Person) -> None:
    passed = rehearsed(owner, {FORMAL: relabelled()}).passed(FORMAL)
    assert passed["review_papers"] == 3
    assert passed["restart_check_to_check_papers"] == 3
    assert passed["papers_returned"] == 0


def test_only_scenarios_that_come_to_the_change_are_played(owner: Person) -> None:
    text = shipped().files[LATE].replace("批准".encode(), "核准".encode(), 1)
    assert {each.name for each in rehearsed(owner, {LATE: text}).told} == {"SC-045"}


def test_what_is_in_force_is_played_once_for_a_version(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsed(owner, {FORMAL: relabelled()})
    played: list[str] = []

    def noted(on: Catalogue, *rest: Any) -> Result:
        played.append(on.digest)
        return run(on, *rest)

    monkeypatch.setattr(carrying, "run", noted)
    told = rehearsed(owner, {DEADLINES: stricter()})
    assert len(played) == len(told.told)
    assert digest(tree()) not in played


def test_one_is_rehearsed_at_a_time_and_a_lost_one_gives_way(database: Engine) -> None:
    owner = settled()
    first, second = (draft(owner, {DEADLINES: stricter(days)}) for days in (31, 32))
    identity = asked(owner, first)
    assert asked(owner, first) == identity
    with pytest.raises(TooMany):
        asked(owner, second)
    later = clock.now() + rehearsals.SILENCE + timedelta(seconds=1)
    with clock.frozen(later):
        assert asked(owner, second) != identity
    with db.read() as tx:
        lost = rehearsal.find(tx, identity)
    assert lost is not None
    assert (lost["status"], lost["reason"]) == ("failed", rehearsals.LOST)


def test_a_draft_that_moves_on_is_rehearsed_anew(owner: Person) -> None:
    draft_id = draft(owner, {DEADLINES: stricter()})
    identity = asked(owner, draft_id)
    acts.save(owner, draft_id, DEADLINES, stricter(32), 1)
    rehearsal.carry_out(machinery(), identity)
    with db.read() as tx:
        row = rehearsal.find(tx, identity)
        assert row is not None
        assert (row["status"], row["reason"]) == ("failed", carrying.CHANGED)
        assert rehearsal.of_draft(tx, overlay.of(tx, store.find(tx, draft_id))) is None


def test_a_draft_without_a_change_is_not_rehearsed(owner: Person) -> None:
    with pytest.raises(Refused):
        asked(owner, draft(owner, {}))


def test_a_release_shows_the_rehearsal_of_exactly_its_files(owner: Person) -> None:
    draft_id = draft(owner, {FORMAL: relabelled()})
    rehearsal.carry_out(machinery(), asked(owner, draft_id))
    with db.transaction() as tx:
        laid = overlay.of(tx, store.find(tx, draft_id))
        number = publications.store(tx, laid.tree, "发布", None)
        found = rehearsal.of_releases(tx, [number, publications.current(tx)])
    assert {key: row["failures"] for key, row in found.items()} == {number: 0}


def test_a_process_of_its_own_plays_it(sqlite_database: Engine, tmp_path: Path) -> None:
    owner = settled()
    identity = asked(owner, draft(owner, {LATE: shipped().files[LATE] + b"\n"}))
    config = Config(database_url=str(sqlite_database.url), data_dir=tmp_path, secret_key="x" * 32)
    apart.rehearse(config, identity)
    with db.read() as tx:
        row = rehearsal.find(tx, identity)
    for _ in range(600):
        if row and row["status"] not in rehearsal.RUNNING:
            break
        time.sleep(0.1)
        with db.read() as tx:
            row = rehearsal.find(tx, identity)
    assert row is not None
    assert (row["status"], row["played"], row["failures"]) == ("done", 1, 0), row["reason"]


def test_a_difference_is_kept_so_that_it_can_be_said_in_english() -> None:
    line = told("%(place)s%(line)s", place=told("第%(number)s步", number=3), line="x")
    one = Told("processes/scenarios/shanxi/SC-1.yaml", "", (), (line, "以前的一行"), 0.1)
    (kept,) = unpacked(packed([one], {one.path: (line,)})).told
    assert kept.lines == ("第3步x", "以前的一行")
    english = {"第%(number)s步": "step %(number)s: "}
    assert kept.lines[0].said(lambda text: english.get(text, text), ", ", ".") == "step 3: x"
