"""Ballots of single members: sealed until closing, and a secret one kept with nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
import zstandard
from sqlalchemy import select

from server import db
from server.errors import Invalid
from server.models import idempotency, journal, work_items
from server.rehearsal import machinery
from server.studio.scenarios import finding, stage, usual
from server.studio.scenarios.play import Play
from server.studio.scenarios.scenario import THE_CASE, steps_of
from server.work import cases, worklist
from server.work.access import MASK
from server.work.people import find_person
from server.work.sql import json_text
from tests.walk import shipped

REGIME = "jiangxi_base"
CHAIRS = [{"officer_office": "vice_chair", "officer_name": f"{n}副理事长"} for n in "甲乙丙"]
CHAIR = {"officer_office": "chair", "officer_name": "理事长"}
COUNCIL = {"unit_count": 12, "officers": [CHAIR, *CHAIRS]}
MEMBERS = 12
DONE = "completed"


@contextmanager
def balloting(secrecy: str) -> Iterator[Play]:
    """A vote online in a council of twelve, approved by the chair."""
    online = {"voting_form": "online", "ballot_secrecy": secrecy, "special_reason": "紧急"}
    habits = usual.of(shipped(), REGIME)
    with stage.raised(shipped(), machinery(), date(2025, 3, 3)) as office:
        play = Play(shipped(), REGIME, habits, office)
        go(
            play,
            {"start": "council", "with": COUNCIL, "on": date(2025, 3, 3)},
            {"start": "council_adjustment"},
            {"do": "call_vote", "with": online | {"ballot_closes_on": date(2025, 3, 10)}},
            {"do": "approve_correspondence"},
        )
        yield play


def go(play: Play, *steps: dict[str, Any]) -> None:
    for step in play.usual.expand(steps_of(list(steps))):
        assert play.attempt(step) is None, step


def cast(play: Play, task: str, vote: str) -> None:
    go(play, {"do": task, "number": 0, "with": {"ballot_vote": vote}})


def seen_by(play: Play, person_id: str, task: str) -> list[dict[str, Any]]:
    """The completed items of a task as somebody sees them, with their journal entries."""
    with db.read() as tx:
        person = find_person(tx, person_id)
        assert person is not None
        found = cases.dossier(tx, person, play.cases[THE_CASE])
    return [each for each in found.items if each["element_id"] == task and each["status"] == DONE]


def acts(play: Play, task: str) -> list[dict[str, Any]]:
    told = select(journal).where(journal.c.element_id == task, journal.c.act == "complete")
    with db.read() as tx:
        return [dict(row) for row in tx.execute(told).mappings()]


def test_nobody_sees_a_vote_before_the_ballot_closes() -> None:
    with balloting("open") as play:
        cast(play, "cast_ballot", "no")
        for other in ("council_secretariat.1", "council_chair.1", "member_05"):
            assert [item["result"] for item in seen_by(play, other, "cast_ballot")] == [None]
        assert seen_by(play, "member_01", "cast_ballot")[0]["result"] == {"ballot_vote": "no"}
        with db.read() as tx:
            secretary = find_person(tx, "council_secretariat.1")
            assert secretary is not None
            told = cases.dossier(tx, secretary, play.cases[THE_CASE]).entries
        cast_entries = [e for e in told if e["element_id"] == "cast_ballot"]
        assert [(e["actor_name"], e["detail"]) for e in cast_entries] == [(MASK, {})]


def test_an_open_ballot_is_on_record_after_closing() -> None:
    with balloting("open") as play:
        cast(play, "cast_ballot", "no")
        go(play, {"do": "cast_ballot"})
        votes = [item["result"] for item in seen_by(play, "council_secretariat.1", "cast_ballot")]
        assert votes.count({"ballot_vote": "no"}) == 1
        assert votes.count({"ballot_vote": "yes"}) == MEMBERS - 1


def test_a_secret_ballot_is_kept_with_nobodys_name() -> None:
    with balloting("secret") as play:
        cast(play, "cast_secret_ballot", "no")
        cast(play, "cast_secret_ballot", "yes")
        go(play, {"until": date(2025, 3, 11)})
        stored = select(work_items.c.result).where(
            work_items.c.element_id == "cast_secret_ballot", work_items.c.status == "completed"
        )
        with db.read() as tx:
            results = list(tx.execute(stored).scalars())
        assert results == [{}, {}]
        assert len({entry["detail"]["data"] for entry in acts(play, "cast_secret_ballot")}) == 1
        assert seen_by(play, "member_01", "cast_secret_ballot")[0]["result"] == {}


def test_the_state_of_the_procedure_knows_no_vote_once_they_are_counted() -> None:
    with balloting("secret") as play:
        cast(play, "cast_secret_ballot", "no")
        assert '"vote":"no"' in state_of(play)
        go(play, {"do": "cast_secret_ballot"})
        assert '"vote"' not in state_of(play)


def state_of(play: Play) -> str:
    """What is stored of the procedure, readable."""
    running = finding.running(play.cases[THE_CASE])
    one = next(each for each in running if each["process_id"] == "council_adjustment")
    return zstandard.ZstdDecompressor().decompress(bytes(one["state_blob"])).decode()


def test_a_secret_vote_leaves_no_trace_that_can_be_guessed() -> None:
    with balloting("secret") as play:
        item = finding.items(play.cases[THE_CASE], element_id="cast_secret_ballot")[0]
        member = finding.person(item["assignee_id"], "member", REGIME, None)
        with pytest.raises(Invalid, match="无记名表决不能暂存"):
            worklist.save_draft(member, item["id"], {"ballot_vote": "no"})
        vote = {"ballot_vote": "no"}
        answer = worklist.complete(member, item["id"], item["version"], vote, "key of the request")
        again = worklist.complete(member, item["id"], item["version"], vote, "key of the request")
        assert again == answer
        body = ["complete", item["id"], [item["version"], vote]]
        with db.read() as tx:
            kept = tx.execute(select(idempotency.c.request_hash)).scalars().all()
        assert len(kept) == 1
        assert sha256(json_text(body).encode()).hexdigest() not in kept
