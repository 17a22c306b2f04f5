"""While a panel is in session nobody learns another's opinion, nor applicants who the experts are.

Every GET route is asked by everybody with every identifier there is, plainly, searched, sorted
and filtered, and the POST routes for their errors: first after an expert has handed in one
opinion, then after the same expert has handed in another one. No answer may hold a word of it,
and both times the answers must be the same to the letter: a count, an order or an error that
knows the opinion would differ. Routes that come later are walked as soon as they exist.
"""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import chain, count, islice, product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server import clock, db
from server.errors import PROGRAMS
from server.models import document_texts, documents, people, publications
from server.work import access
from server.work.together import offers
from tests.server.views.conftest import (
    PDF,
    TODAY,
    Visit,
    Visitor,
    convene_panel,
    start_application,
)
from tests.server.views.matrix import methods
from tests.server.views.snapshot import Snapshot

AUTHOR = "shanxi_expert_2"
DRAFTER = "shanxi_expert_4"
NAME, NAME_EN = "评审专家2隐其名", "Expert Hidden Name"
FELLOWS = ("shanxi_expert_1", "shanxi_expert_3", "shanxi_expert_8")
"""Two of the panel and one who is not on it."""

APPLICANTS = ("shanxi_applicant", "shanxi_recommender", "shanxi_applicant_2")
STAFF = (
    "shanxi_formal_reviewer",
    "shanxi_authority",
    "shanxi_assistant",
    "shanxi_supervisor",
    "shanxi_leader",
    "shanxi_operator",
    "shanxi_process_owner",
)
ELSEWHERE = ("jiangxi_authority", "national_operator")
SEARCHERS = ("shanxi_expert_1", "shanxi_applicant")
"""Those who also search, sort and export."""

CHANGES_ONESELF = ("session.", "account.", "language")
"""Endpoints that only end or change the visitor's own session."""

SELF_TOLD = "GET /metrics"
"""What the server tells of its own requests is never twice the same; no word may be in it."""

IDENTIFIER = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b")
DIGEST = re.compile(r"\b[0-9a-f]{12,64}\b")
COMBINATIONS = 8
"""Of routes with several identifiers so many combinations are tried."""


@dataclass(frozen=True)
class Opinion:
    """What the expert hands in one of the two times; ``words`` must be seen nowhere."""

    verdict: int
    words: str


OPINIONS = (Opinion(0, "琥珀色的甲意见amberalpha"), Opinion(1, "琥珀色的乙意见amberomega"))


@dataclass
class Session:
    """A panel in session, and everybody signed in before the opinion is handed in."""

    app: Flask
    author: Visitor
    drafter: Visitor
    visitors: dict[str, Visitor]
    before: Snapshot
    rooms: tuple[str, ...] = ("/",)
    """How the addresses begin that are asked."""

    @property
    def rules(self) -> list[Rule]:
        every = sorted(self.app.url_map.iter_rules(), key=str)
        return [rule for rule in every if str(rule).startswith(self.rooms)]

    def hand_in(self, opinion: Opinion) -> None:
        """The one expert hands in an opinion with a document; another keeps a draft of it."""
        self.before.restore()
        with clock.following(ticking(minute=20)):
            self._hand_in(opinion)

    def _hand_in(self, opinion: Opinion) -> None:
        form = self.author.form(self.author.task())
        verdicts = form["data"]["verdict_choices"]
        words = {
            "declared_interest": "none",
            "expert_verdict": verdicts[opinion.verdict]["value"],
            "expert_opinion": opinion.words,
        }
        self._attach(opinion)
        self.author.do(words)
        draft = self.drafter.form(self.drafter.task())["urls"]["draft"]
        kept = self.drafter.send(draft, {"version": 1, "data": words}, "PUT")
        assert kept.status_code == 200, kept.get_json()

    def _attach(self, opinion: Opinion) -> None:
        sent = self.author.client.post(
            "/documents",
            data={"file": (io.BytesIO(PDF + opinion.words.encode()), f"{opinion.words}.pdf")},
            headers={"X-CSRFToken": self.author.token, "Accept": "application/json"},
        )
        attached = update(documents).where(documents.c.id == sent.get_json()["id"])
        told = {"status": "read", "text": f"意见书 {opinion.words}"}
        with db.transaction() as tx:
            case = tx.execute(text("SELECT id FROM cases")).scalar_one()
            tx.execute(attached.values(case_id=case))
            of_it = select(documents.c.sha).where(documents.c.id == sent.get_json()["id"])
            its = document_texts.c.sha.in_(of_it)
            assert tx.execute(update(document_texts).where(its).values(told)).rowcount == 1


def ticking(minute: int) -> clock.Source:
    """A clock that goes on a millisecond whenever it is read, so that rows are in the order of
    their making and every run has the same times."""
    reading = count()
    begun = clock.midnight(TODAY) + timedelta(hours=13, minutes=minute)
    return lambda: begun + timedelta(milliseconds=next(reading))


@pytest.fixture
def session(app: Flask, visit: Visit, tmp_path: Path) -> Iterator[Session]:
    """An application in Shanxi before five experts."""
    with clock.following(ticking(minute=0)):
        made = _in_session(app, visit, tmp_path)
    with clock.frozen(clock.midnight(TODAY) + timedelta(hours=13, minutes=40)):
        yield made
    made.before.close()


def _in_session(app: Flask, visit: Visit, folder: Path) -> Session:
    with db.transaction() as tx:
        named = update(people).where(people.c.login == AUTHOR)
        tx.execute(named.values(name=NAME, name_en=NAME_EN))
    convene_panel(visit, start_application(visit))
    visitors = {login: visit(login) for login in (*FELLOWS, *APPLICANTS, *STAFF, *ELSEWHERE)}
    author, drafter = visit(AUTHOR), visit(DRAFTER)
    before = Snapshot(folder / "office.sqlite")
    return Session(app, author, drafter, visitors, before)


# --- the doors -----------------------------------------------------------------------------------


def values(name: str) -> list[str]:
    """What may stand for a parameter of a route: every identifier of the table it is named after,
    and a few known words."""
    known = {
        "act": list(offers.ALL),
        "what": ["notices"],
        "clause_id": ["SX-15.2"],
        "code": ["zh"],
        "file": ["processes/expert_review.bpmn"],
        "filename": ["mark.svg"],
        "language": ["zh", "en"],
        "process_id": ["application", "panel", "extension"],
        "regime": ["shanxi"],
        "waiting_id": _identifiers("subscriptions"),
        "item_id": _identifiers("work_items"),
    }
    if name == "publication":
        with db.read() as tx:
            return [str(each) for each in tx.execute(select(publications.c.id)).scalars()]
    return known.get(name) or _identifiers(f"{name.removesuffix('_id')}s") or ["1"]


def _identifiers(table: str) -> list[str]:
    if table not in db.db.metadata.tables or "id" not in db.db.metadata.tables[table].c:
        return []
    with db.read() as tx:
        return list(tx.execute(text(f'SELECT id FROM "{table}" ORDER BY id')).scalars())


def addresses(app: Flask, rule: Rule, most: int = COMBINATIONS) -> Iterator[str]:
    """Addresses of a route with everything that there is."""
    names = sorted(rule.arguments)
    with app.test_request_context():
        for chosen in islice(product(*map(values, names)), most):
            yield app.url_for(rule.endpoint, **dict(zip(names, chosen, strict=True)))


def questions(rule: Rule, searches: bool) -> list[str]:
    """Query strings of lists and exports: the opinion looked for, every order, every format."""
    if not searches or rule.arguments:
        return [""]
    if str(rule).startswith(PROGRAMS):
        return ["", *(f"?text={word}" for word in _searched())]
    looked_for = [f"?q={word}&search={word}&text={word}" for word in _searched()]
    orders = [f"?sort={sign}{key}" for sign, key in product(("", "-"), ("due",))]
    formats = [f"?format={kind}" for kind in ("csv", "xlsx")]
    return ["", *looked_for, *orders, *formats]


@cache
def _searched() -> tuple[str, ...]:
    return (*(opinion.words for opinion in OPINIONS), NAME[-3:])


def walk(session: Session) -> Iterator[tuple[str, str, str, TestResponse]]:
    """Who asked, how and where, and the answer."""
    rules = session.rules
    for login, visitor in session.visitors.items():
        for rule in rules:
            if "GET" in (rule.methods or ()) and not rule.endpoint.startswith(CHANGES_ONESELF):
                asked = questions(rule, login in SEARCHERS)
                for address, question in product(addresses(session.app, rule), asked):
                    path = address + question
                    yield login, "GET", path, visitor.get(path, Accept=kind_of(path))


def kind_of(address: str) -> str:
    """What browsers and programs want."""
    return "application/json" if address.startswith(PROGRAMS) else "text/html"


def walk_acts(session: Session) -> Iterator[tuple[str, str, str, TestResponse]]:
    """The same for routes that change something, as a fellow expert and an applicant."""
    now = Snapshot(session.before.path)
    for login, rule in product(SEARCHERS, session.rules):
        if rule.endpoint.startswith(CHANGES_ONESELF):
            continue
        for method, address in product(methods(rule), addresses(session.app, rule)):
            for body in bodies(address) if method != "GET" else []:
                yield login, method, address, session.visitors[login].send(address, body, method)
                now.restore()
    now.close()


def bodies(address: str) -> list[dict[str, Any]]:
    """What is sent: the opinion looked for where a search is asked, else what opens nothing."""
    if address.endswith("/search"):
        return [{"filter": {"text": word}} for word in _searched()]
    return [{"version": 1, "data": {}}]


def content(answer: TestResponse) -> str:
    """Everything that an answer says, in its headers too; packed files are unpacked."""
    body = answer.get_data()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in sorted(packed.namelist()))
    for new_each_time in ("Date", "X-Request-ID"):
        answer.headers.remove(new_each_time)
    return f"{answer.status}\n{answer.headers}\n{body.decode(errors='replace')}"


def comparable(said: str) -> str:
    """Without what is new each time: identifiers and digests."""
    return DIGEST.sub("digest", IDENTIFIER.sub("identifier", said))


# --- what must hold ------------------------------------------------------------------------------


@pytest.mark.timeout(900)
def test_no_door_tells_an_opinion_before_the_panel_has_ended(session: Session) -> None:
    leaks = leaks_of(session)
    assert not leaks, "\n".join(leaks)


def test_an_open_door_is_seen(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "may_read_document", lambda *_: True)
    monkeypatch.setattr(access, "hides_expert", lambda *_: False)
    session.visitors = {login: session.visitors[login] for login in SEARCHERS}
    session.rooms = ("/cases", "/tasks")
    leaks = leaks_of(session)
    assert any(
        "shanxi_expert_1: GET /cases/" in leak and OPINIONS[0].words in leak for leak in leaks
    )
    assert any("shanxi_applicant: GET /tasks/" in leak and NAME[-3:] in leak for leak in leaks)


def leaks_of(session: Session) -> list[str]:
    """What the two walks told of the opinions, or told differently."""
    told: list[list[tuple[str, str, str]]] = []
    for opinion in OPINIONS:
        session.hand_in(opinion)
        assert all(each.get("/inbox").status_code == 200 for each in session.visitors.values())
        told.append([])
        for login, method, address, answer in chain(walk(session), walk_acts(session)):
            assert answer.status_code < 500, f"{login}: {method} {address}"
            told[-1].append((login, f"{method} {address}", content(answer)))
    print(f"\nsealed opinions: {len(told[0])} answers to {len(session.visitors)} people, twice")
    return [*(leak for answers in told for leak in _leaks(answers)), *_differences(*told)]


def _leaks(answers: list[tuple[str, str, str]]) -> Iterator[str]:
    for login, asked, said in answers:
        unasked = said
        for word in _searched():
            if word in asked:  # a page may repeat what the visitor typed
                unasked = unasked.replace(word, "")
        hidden = [opinion.words for opinion in OPINIONS]
        hidden += [NAME[-3:], NAME_EN] if login in APPLICANTS + FELLOWS + ELSEWHERE else []
        for word in hidden:
            if word in unasked:
                yield f"{login}: {asked} tells {word}"


def _differences(
    first: list[tuple[str, str, str]], second: list[tuple[str, str, str]]
) -> Iterator[str]:
    assert len(first) == len(second)
    for (login, asked, one), (_, asked_then, other) in zip(first, second, strict=True):
        assert comparable(asked) == comparable(asked_then)
        if asked.startswith(SELF_TOLD) or one == other:
            continue
        if comparable(one) != comparable(other):
            told = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)
            yield f"{login}: {asked} depends on the opinion:\n" + "\n".join(islice(told, 12))
