"""Who objected, and how somebody votes before the ballot closes: no door tells those who may not
know.

Every GET route is asked with every identifier there is, plainly, searched and exported, as
everybody who may not know. A vote has no word of its own, so the answers are asked for twice, after
a vote for and after one against, and must be the same to the letter.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock, create_app, db
from server.config import Config
from server.jobs import claims, worker
from server.models import documents, issued_papers
from server.studio.scenarios import finding
from server.views.session import cookie_name
from server.work import sessions, worklist
from server.work.papers import pdf, word
from tests.server.views.conftest import CHEAP, Visit, Visitor
from tests.server.views.snapshot import Snapshot
from tests.server.views.test_objections import authority
from tests.server.views.test_portal import send
from tests.server.views.test_sealed_opinions import (
    CHANGES_ONESELF,
    SELF_TOLD,
    addresses,
    comparable,
    content,
)
from tests.server.work.test_ballots import THE_CASE, balloting

__all__ = ["authority"]

WORDS = {"sender": "琥珀异议公司", "contact": "0351-4711-0815"}
"""Of the objector; to be found nowhere."""

MOST = 30
"""Of the identifiers of a route so many are tried: more than there are members of the council."""

FORMATS = ("", "?format=csv", "?format=xlsx")


def doors(app: Flask, visitor: Visitor, word: str, room: str = "/") -> Iterator[tuple[str, str]]:
    """Every address (in a room), and what it answers; lists are searched for the word and exported
    too."""
    searched = [*FORMATS, f"?q={word}&search={word}&text={word}"]
    for rule in sorted(app.url_map.iter_rules(), key=str):
        is_asked = "GET" in (rule.methods or ()) and str(rule).startswith(room)
        if is_asked and not rule.endpoint.startswith(CHANGES_ONESELF):
            asked = [""] if rule.arguments else searched
            for address, question in product(addresses(app, rule, MOST), asked):
                answer = visitor.get(address + question)
                assert answer.status_code < 500, address
                yield address + question, content(answer)


# --- who objected --------------------------------------------------------------------------------


STRANGERS = (
    "national_applicant",
    "national_sponsor",
    "national_recommender",
    "national_expert_1",
    "national_process_owner",
    "shanxi_authority",
    "",
)
"""The parties of the case, others, and somebody who has not signed in."""


@pytest.fixture
def objected(app: Flask, visit: Visit, authority: Visitor) -> Flask:
    """An office to which somebody has objected, in time and in hand; its papers are drawn."""
    assert send(visit(""), **WORDS).status_code == 201
    while worker.run_one(claims.ENGINE) or worker.run_one(claims.OUTSIDE):
        pass
    return app


def told(app: Flask, visitor: Visitor) -> list[str]:
    """Where the objector is named; what the visitor asked for does not count."""
    asked, contact = WORDS["sender"], WORDS["contact"]
    return [
        where
        for where, said in doors(app, visitor, asked)
        if contact in said or (asked in said and asked not in where)
    ]


@pytest.mark.timeout(900)
def test_no_door_tells_who_objected(objected: Flask, visit: Visit) -> None:
    found = {login: told(objected, visit(login)) for login in STRANGERS}
    assert found == {login: [] for login in STRANGERS}


def test_the_office_that_handles_it_learns_it(objected: Flask, visit: Visit) -> None:
    found = told(objected, visit("national_authority"))
    assert any(where.startswith("/submissions/") for where in found)


def test_papers_and_their_properties_name_no_objector(objected: Flask) -> None:
    with db.read() as tx:
        papers = tx.execute(select(issued_papers.c.content)).scalars().all()
        names = tx.execute(select(documents.c.name)).scalars().all()
    assert papers
    for said in papers:
        assert not any(each in str(said) for each in WORDS.values())
        drawn = word.draw(said) + pdf.draw(said)
        assert not any(each.encode() in drawn for each in WORDS.values())
    assert not any(WORDS["sender"] in name for name in names)


# --- how somebody votes --------------------------------------------------------------------------


SECRET = "only for tests, and long enough for it"
VOTER = "member_01"
OTHERS = ("council_secretariat.1", "council_chair.1", "member_05", "base_office.1")


@contextmanager
def application(folder: Path) -> Iterator[Flask]:
    """The office of the stage behind the real routes."""
    stored = db.engine().raw_connection().driver_connection
    assert stored is not None
    path = folder / "office.sqlite"
    path.write_bytes(stored.serialize())
    url = {"database_url": f"sqlite:///{path}", "data_dir": folder}
    yield create_app(Config(**url, secret_key=SECRET, **CHEAP))  # type: ignore[arg-type]
    db.engine().dispose()


def signed_in(app: Flask, person_id: str) -> Visitor:
    visitor = Visitor(app.test_client())
    with db.transaction() as tx:
        cookie = sessions.begin(tx, person_id)
    with app.test_request_context():
        visitor.client.set_cookie(cookie_name(), cookie)
    assert visitor.get("/inbox").status_code == 200
    return visitor


def seen_by(app: Flask, visitors: dict[str, Visitor], room: str) -> list[tuple[str, str]]:
    """Who asked where, and what they were told."""
    return [
        (f"{who}: {comparable(where)}", comparable(said))
        for who, visitor in visitors.items()
        for where, said in doors(app, visitor, "反对", room)
        if not where.startswith(SELF_TOLD.removeprefix("GET "))
    ]


def vote(case: str, way: str) -> None:
    (item,) = finding.items(case, element_id="cast_ballot", assignee_id=VOTER)
    member = finding.person(VOTER, "member", "jiangxi_base", None)
    worklist.complete(member, item["id"], item["version"], {"ballot_vote": way})


def test_no_door_tells_a_vote_before_the_ballot_closes(tmp_path: Path) -> None:
    assert differing(tmp_path) == []


def test_the_voter_alone_is_told_their_vote(tmp_path: Path) -> None:
    assert differing(tmp_path, (VOTER,), "/api/v1/user-tasks")


def differing(folder: Path, others: tuple[str, ...] = OTHERS, room: str = "/") -> list[str]:
    """Answers to those who must not know that differ between a vote for and one against."""
    seen: list[list[tuple[str, str]]] = []
    with balloting("open") as play, application(folder) as app, clock.frozen(date(2025, 3, 4)):
        visitors = {who: signed_in(app, who) for who in others}
        before = Snapshot(folder / "office.sqlite")
        for way in ("yes", "no"):
            before.restore()
            vote(play.cases[THE_CASE], way)
            seen.append(seen_by(app, visitors, room))
        before.close()
    return list(_differences(*seen))


def _differences(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> Iterator[str]:
    for (where, said), (there, answer) in zip(one, other, strict=True):
        assert where == there
        if said != answer:
            lines = difflib.unified_diff(said.splitlines(), answer.splitlines(), n=0)
            yield f"{where}: " + "\n".join([*lines][:12])
