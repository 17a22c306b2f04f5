"""Requests to join a published project that come through the portal, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server import db
from server.errors import Invalid, NotFound
from server.jobs import claims, worker
from server.models import people, records, work_items
from server.studio.scenarios import finding
from server.studio.scenarios.play import Play
from server.work import portal, worklist
from server.work.inbox import Wanted
from tests.server.work.played import played


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """A published project whose work has begun."""
    with played("jiangxi_base/SC-097", tmp_path) as played_out:
        yield played_out


def project() -> portal.Published:
    with db.read() as tx:
        (found,) = portal.listed(tx, "projects").items
    return portal_page(found.id)


def portal_page(record_id: str) -> portal.Published:
    with db.read() as tx:
        return portal.published(tx, record_id, "projects")


def ask(name: str = "某竹业公司") -> portal.Handed:
    handed = portal.hand_in(project(), "join", name, "0791-1", "承担试验。", sender_kind="unit")
    assert worker.drain(claims.ENGINE) == 1
    return handed


def state(handed: portal.Handed) -> dict[str, Any]:
    with db.read() as tx:
        return portal.status(tx, handed.receipt, handed.code)


def decide(play: Play, decision: str) -> None:
    with db.read() as tx:
        wanted = select(work_items).filter_by(element_id="decide_join", status="open")
        item = tx.execute(wanted).mappings().one()
    person = finding.holder(item["role"], item["regime"], item["organisation_id"])
    data = {"join_decision": decision, "join_reason": "名额已满。"}
    worklist.complete(person, item["id"], item["version"], data)


def test_a_project_is_public_as_it_was_published(play: Play) -> None:
    assert project().data["lead_unit"]
    assert project().last_day is None


@pytest.mark.parametrize(
    ("decision", "answer"), [("accepted", "同意加入。"), ("refused", "不予接受。名额已满。")]
)
def test_the_lead_unit_decides_and_the_sender_reads_it(
    play: Play, decision: str, answer: str
) -> None:
    handed = ask()
    assert state(handed)["status"] == "in_hand"
    decide(play, decision)
    assert (state(handed)["status"], state(handed)["answer"]) == ("answered", answer)


def test_who_asks_twice_is_told_so(play: Play) -> None:
    ask()
    assert state(ask())["answer"] == "已有同一名称的加入申请在办或者已被接受。"


def test_a_request_needs_a_name(play: Play) -> None:
    with pytest.raises(Invalid) as invalid:
        portal.hand_in(project(), "join", "", "", "承担试验。")
    assert set(invalid.value.errors) == {"sender"}
    with pytest.raises(Invalid):
        portal.hand_in(project(), "join", "甲", "乙", "丙", sender_kind="robot")


def test_only_the_lead_unit_knows_who_asked(play: Play) -> None:
    ask()
    case = finding.case(play.cases["本案"])
    offices = finding.parties(case["id"])
    lead = finding.holder("undertaker", case["regime"], offices["undertaker"])
    other = finding.holder("authority", case["regime"], offices["authority"])
    (row,) = portal.of_office(lead, Wanted()).items
    assert portal.of_office(lead, Wanted(text="竹业")).items == [row]
    assert portal.of_office(lead, Wanted(state="answered")).items == []
    assert portal.of_office(other, Wanted()).items == []
    with db.read() as tx:
        assert portal.one_of_office(tx, lead, row["id"])["sender"] == "某竹业公司"
        with pytest.raises(NotFound):
            portal.one_of_office(tx, other, row["id"])


def test_results_are_in_the_statistics(play: Play) -> None:
    row = {"id": "R", "regime": "jiangxi_base", "kind": "project_result", "title": "某标准"}
    with db.transaction() as tx:
        known = tx.execute(select(records.c.effective_on).limit(1)).scalar_one()
        tx.execute(records.insert().values(**row, effective_on=known, data={"count": 1}))
    with db.read() as tx:
        assert [each["title"] for each in portal.statistics(tx)["results"]] == ["某标准"]


def test_resolutions_that_were_disclosed_are_public_and_no_vote_of_a_person_is(
    tmp_path: Path,
) -> None:
    with played("jiangxi_base/SC-127", tmp_path), db.read() as tx:
        (found,) = portal.listed(tx, "disclosures").items
        assert found.data["resolutions"] == ["理事会决议〔2025〕0001号"]
        assert found.data["text"]
        names = tx.execute(select(people.c.name)).scalars()
        assert [name for name in names if name in str(found.data)] == []
