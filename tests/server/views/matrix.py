"""The world of the access matrix: one case of Shanxi, all that is in it, somebody in each office.

For every role there are four people: the one whose case and task it is (``own``), a colleague in
the same office (``same_unit``), the same role in another organisation (``other_unit``), and under
another regime (``other_regime``). Beside them stand nobody and the administrators.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import zstandard
from flask import Flask
from sqlalchemy import delete, insert, select, update
from werkzeug.routing import Rule

from server import clock, db
from server.errors import PROGRAMS
from server.ids import new_id
from server.models import (
    appointments,
    case_parties,
    cases,
    change_set_saves,
    change_sets,
    consultations,
    copies,
    deadlines,
    deputies,
    documents,
    handovers,
    instances,
    jobs,
    memberships,
    migrations,
    notifications,
    organisations,
    outbox,
    people,
    proposals,
    publications,
    records,
    submissions,
    subscriptions,
    tokens,
    work_items,
)
from server.studio.measures import facts
from server.work import sessions
from tests.server.views.snapshot import Snapshot

HERE = Path(__file__).parent
TABLE = HERE / "access_matrix.csv"

REGIME, OTHER_REGIME = "shanxi", "jiangxi"
ROLES = (
    "undertaker",
    "sponsor",
    "recommender",
    "assistant",
    "formal_reviewer",
    "authority",
    "expert_panel",
    "supervisor",
    "leader",
    "operator",
    "process_owner",
    "approver",
)
RELATIONS = ("own", "same_unit", "other_unit", "other_regime")
NOBODY = "nobody"
ADMINISTRATORS = ("system_administrator", "security_administrator", "auditor")
"""They hold an office of the installation and, by it, of no regime."""

WITHOUT_ITEM = frozenset({"leader", "operator", "process_owner", "approver"})
"""Roles that look on: no lane is theirs, so "their" task is the authority's."""

TOGETHER = frozenset({"supervisor", *WITHOUT_ITEM, *ADMINISTRATORS})
"""Roles that people of the authority's own office hold."""

STANDARD_BODY = '{"version": 1, "data": {}}'
"""What is sent to a route that changes something, unless its row says otherwise."""


ON_ROUTE = {
    "/cases/<case_id>/start/<process_id>": {"process_id": "end_case"},
    "/tasks/<item_id>/acts/<act>": {"act": "copy"},
    "/workshop/migrations/<order_id>/acts/<act>": {"act": "withdraw"},
    "/workshop/drafts/<draft_id>/simulation/<path:path>": {"path": "processes/application.bpmn"},
    "/api/v1/user-tasks/<item_id>/acts/<act>": {"act": "copy"},
    "/workshop/drafts/<draft_id>/preview/<path:path>": {
        "path": "forms/formal_review/review_papers.form"
    },
}
"""Routes where a parameter means something else than elsewhere."""

DRAFT_FILE = "/api/v1/drafts/<draft_id>/file"
QUERIES = {
    "/api/v1/citations": {"file": "processes/application.bpmn", "element": "fill_application"},
    "/api/v1/comparison": {"regimes": "national,shanxi"},
    "/api/v1/search": {"text": "基地"},
    "/api/v1/models/source": {"path": "processes/application.bpmn"},
    DRAFT_FILE: {"path": "processes/tables/deadlines.dmn"},
}
"""Routes that answer nothing without arguments in their address."""


class Actor(NamedTuple):
    """Who asks: a role and a relation, or nobody or an administrator with an empty relation."""

    role: str
    relation: str = ""

    @property
    def column(self) -> str:
        return self.relation or self.role

    def __str__(self) -> str:
        return f"{self.role}@{self.relation}" if self.relation else self.role


ACTORS = [
    Actor(NOBODY),
    *(Actor(*each) for each in product(ROLES, RELATIONS)),
    *map(Actor, ADMINISTRATORS),
]
COLUMNS = (NOBODY, *RELATIONS, *ADMINISTRATORS)


@dataclass(frozen=True)
class Row:
    """A line of the table: the answer of each column, those who get another, what is sent."""

    method: str
    route: str
    answers: dict[str, int]
    exceptions: dict[str, int]
    body: str

    def expected(self, actor: Actor) -> int:
        """The exception of this very actor, else of the role, else the column's answer."""
        by_actor = self.exceptions.get(str(actor))
        by_role = self.exceptions.get(actor.role) if actor.relation else None
        return by_actor or by_role or self.answers[actor.column]


def read_table() -> dict[tuple[str, str], Row]:
    """Method and route -> row."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [_row(line) for line in csv.DictReader(file)]
    found = {(row.method, row.route): row for row in rows}
    times = Counter((row.method, row.route) for row in rows)
    doubled = [" ".join(key) for key, lines in times.items() if lines > 1]
    assert not doubled, f"access_matrix.csv has two lines for {doubled}: keep one"
    return found


def _row(line: dict[str, str]) -> Row:
    answers = {column: int(line[column]) for column in COLUMNS}
    pairs = (each.split("=") for each in (line["except"] or "").split())
    exceptions = {who: int(code) for who, code in pairs}
    return Row(line["method"], line["route"], answers, exceptions, line["body"] or STANDARD_BODY)


def line_for(method: str, route: str, answers: dict[Actor, int], body: str = "") -> str:
    """The shortest line of the table that says what these answers say."""
    usual = {column: _usual(answers, column) for column in COLUMNS}
    other = {actor: code for actor, code in answers.items() if code != usual[actor.column]}
    exceptions = " ".join(_exceptions(answers, other))
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(
        [method, route, *usual.values(), exceptions, "" if body == STANDARD_BODY else body]
    )
    return line.getvalue()


def _usual(answers: dict[Actor, int], column: str) -> int:
    given = [code for actor, code in answers.items() if actor.column == column]
    return max(set(given), key=lambda code: (given.count(code), -code))


def _exceptions(answers: dict[Actor, int], other: dict[Actor, int]) -> Iterator[str]:
    told: set[str] = set()
    for actor, code in other.items():
        alike = {answers[Actor(actor.role, each)] for each in RELATIONS} if actor.relation else ()
        who = actor.role if len(alike) == 1 else str(actor)
        if who not in told:
            told.add(who)
            yield f"{who}={code}"


# --- the people and the things -------------------------------------------------------------------


class World:
    """An application whose database holds the case, and a client for every actor."""

    def __init__(self, app: Flask, path: Path) -> None:
        self.app = app
        self.calls = 0
        with db.transaction() as tx:
            self.case, self.item, self.run, self.file = (
                dict(tx.execute(select(table)).mappings().one())
                for table in (cases, work_items, instances, documents)
            )
            self.offices = _offices(tx)
            self.people = {a: self._person(tx, a) for a in ACTORS if a.role != NOBODY}
            self._bind_parties(tx)
            self.deadline = self._deadline(tx)
            self.administered = self._administered(tx)
            self.things = {role: self._things(tx, role) for role in ROLES}
            self.public = self._published(tx)
            self.draft = self._draft(tx)
            self.order = self._order(tx)
            self.shared = self._shared(tx)
            self.tokens = {actor: self._token(tx, who) for actor, who in self.people.items()}
        self.before = Snapshot(path)

    def _person(self, tx: Any, actor: Actor) -> str:
        """The id of a new person in the office that the relation names."""
        person = {"id": new_id(), "login": f"of {actor}", "name": str(actor), "password_hash": "x"}
        tx.execute(insert(people).values(person))
        regime = {"": "", "other_regime": OTHER_REGIME}.get(actor.relation, REGIME)
        held = {"person_id": person["id"], "role": actor.role, "regime": regime}
        tx.execute(insert(memberships).values(organisation_id=self._office(actor), **held))
        if not actor.relation:
            since = {"id": new_id(), "from_on": clock.today(), "granted_at": clock.now()}
            office = {"organisation_id": self._office(actor), **held}
            tx.execute(insert(appointments).values(**office, **since))
        return person["id"]

    def _office(self, actor: Actor) -> str:
        place = "authority" if actor.role in TOGETHER else actor.role
        there = "own" if actor.relation in ("", "same_unit") else actor.relation
        return self.offices[f"{place}@{there}"]

    def _bind_parties(self, tx: Any) -> None:
        """Every role of the case is that of the office of ``own``."""
        tx.execute(delete(case_parties))
        for role in ROLES:
            if role not in {"expert_panel", *WITHOUT_ITEM}:
                office = self._office(Actor(role, "own"))
                row = {"case_id": self.case["id"], "role": role, "from_on": self.case["opened_on"]}
                tx.execute(insert(case_parties).values(organisation_id=office, **row))
        tx.execute(update(cases).values(opened_by=self.people[Actor("sponsor", "own")]))

    def _things(self, tx: Any, role: str) -> dict[str, str]:
        """What a role has of its own in the case: a task, a message to bring, a document."""
        if role in WITHOUT_ITEM:
            return self.things_of_authority
        own = self.people[Actor(role, "own")]
        place = {"role": role, "organisation_id": self._office(Actor(role, "own"))}
        made = {
            "item_id": self._item(tx, own, place),
            "waiting_id": self._waiting(tx, place),
            "document_id": self._document(tx, own),
            "token_id": self._access_token(tx, own),
            "reminder_id": self._reminder(tx, own),
        }
        if role == "authority":
            self.things_of_authority = made
        return made

    def _item(self, tx: Any, own: str, place: dict[str, str]) -> str:
        """The task of the case once more, in a run of its own, claimed by ``own``; an expert's
        is theirs in person."""
        run = self.run | {"id": new_id()}
        tx.execute(insert(instances).values(run))
        item = self.item | {"id": new_id(), "instance_id": run["id"], "assignee_id": own, **place}
        if place["role"] == "expert_panel":
            item["organisation_id"] = item["claimed_at"] = None
        else:
            item["claimed_at"] = item["opened_at"]
        tx.execute(insert(work_items).values(item))
        return str(item["id"])

    def _waiting(self, tx: Any, place: dict[str, str]) -> str:
        told = ("instance_id", "case_id", "process_id", "element_id", "name", "form", "clauses")
        row = {
            "id": new_id(),
            "message": "note",
            "key": "",
            **{name: self.item[name] for name in told},
        }
        tx.execute(insert(subscriptions).values(row | place))
        return str(row["id"])

    def _document(self, tx: Any, uploader: str) -> str:
        row = {
            **self.file,
            "id": new_id(),
            "case_id": self.case["id"],
            "uploaded_by": uploader,
        }
        tx.execute(insert(documents).values(row))
        return str(row["id"])

    def _access_token(self, tx: Any, own: str) -> str:
        row = {"id": new_id(), "person_id": own, "name": own, "hash": own, "scope": "read"}
        now = clock.now()
        row |= {"created_at": now, "expires_at": now + timedelta(days=1)}
        tx.execute(insert(tokens).values(row))
        return str(row["id"])

    def _reminder(self, tx: Any, own: str) -> str:
        row = {"id": new_id(), "person_id": own, "day": clock.today(), "items": []}
        tx.execute(insert(notifications).values(row | {"created_at": clock.now()}))
        return str(row["id"])

    def _deadline(self, tx: Any) -> str:
        """A legal date of the case."""
        row = {
            "id": new_id(),
            "case_id": self.case["id"],
            "instance_id": self.run["id"],
            "milestone": "plan_filing",
            "title": "报送建设方案",
            "title_en": "filing of the construction plan",
            "kind": "within",
            "due_on": self.case["opened_on"],
            "provisional": False,
            "anchor_on": self.case["opened_on"],
            "soft": False,
            "clause": "SX-16.2",
            "calendar_version": "",
            "proof": [],
            "status": "open",
        }
        tx.execute(insert(deadlines).values(row))
        return str(row["id"])

    def _published(self, tx: Any) -> dict[str, str]:
        """A notice of the case in the portal, and what somebody has sent about it."""
        notice, day = new_id(), self.case["opened_on"]
        about = {"regime": REGIME, "case_id": self.case["id"]}
        row = {"id": notice, "kind": "public_notice", "title": "公示", "effective_on": day, **about}
        tx.execute(insert(records).values(data={}, **row))
        sent = {
            "id": new_id(),
            "receipt": "GZ-2026-0001",
            "code_hash": "0" * 64,
            "kind": "objection",
            "record_id": notice,
            "received_at": clock.now(),
            "received_on": day,
            "identified": True,
            "content": "理由。",
            "documents": [],
            "status": "received",
            **about,
        }
        tx.execute(insert(submissions).values(sent))
        job = {"id": new_id(), "kind": "forward", "ref": sent["id"], "key": f"forward:{sent['id']}"}
        tried = {"attempts": 5, "max_attempts": 5, "status": "dead", "last_error": "原因"}
        case = {"case_id": self.case["id"], "payload": {}, "run_at": clock.now()}
        tx.execute(insert(jobs).values(**job, **tried, **case))
        self.job = job["id"]
        line = {
            "event": "due",
            "case": self.case["id"],
            "number": "1",
            "case_title": "",
            "title": "",
        }
        told = {"id": new_id(), "channel": "mail", "recipient": "x", "address": "x", "locale": "zh"}
        sent_on = {"created_at": clock.now(), "run_at": clock.now(), "status": "dead"}
        items = [line | {"item": None, "due_on": None}]
        tx.execute(insert(outbox).values(**told, **sent_on, regime=REGIME, items=items))
        self.message = told["id"]
        return {"what": "notices", "record_id": notice, "submission_id": sent["id"], "number": "0"}

    def _administered(self, tx: Any) -> dict[str, str]:
        """What administrators deal with: an expert with an office, a change that waits."""
        expert = Actor("expert_panel", "own")
        person, place = self.people[expert], self._office(expert)
        office = {"person_id": person, "organisation_id": place, "role": "expert_panel"}
        held = {"id": new_id(), **office, "regime": REGIME, "from_on": self.case["opened_on"]}
        tx.execute(insert(appointments).values(**held, granted_at=clock.now()))
        change = {
            "id": new_id(),
            "act": "end_organisation",
            "subject_id": self.offices["assistant@other_regime"],
            "subject_name": "",
            "payload": {"on": "2026-11-20"},
            "proposed_by": self.people[Actor("system_administrator")],
            "proposed_at": clock.now(),
            "status": "open",
        }
        tx.execute(insert(proposals).values(change))
        return {
            "person_id": person,
            "organisation_id": place,
            "appointment_id": held["id"],
            "proposal_id": str(change["id"]),
        }

    def _draft(self, tx: Any) -> str:
        """A draft that nobody holds, with the names of a new regime."""
        row = {"id": new_id(), "title": "草稿", "status": "open", "saves": 1, "journal_seq": 0}
        begun = tx.execute(select(publications.c.id)).scalar_one()
        row |= {"base_id": begun, "journal_head": "0" * 64}
        opener = self.people[Actor("process_owner", "own")]
        when = {"opened_at": clock.now(), "changed_at": clock.now()}
        tx.execute(insert(change_sets).values(opened_by=opener, **row, **when))
        told = dict.fromkeys(facts.FIELDS, "新") | {"status": "draft", "effective_from": ""}
        toml = zstandard.compress(facts.written(told | {"effective_to": ""}, "ZZ", "", {}))
        kept = {"change_set_id": row["id"], "seq": 1, "path": "processes/regimes/new/regime.toml"}
        by = {"saved_by": opener, "saved_at": clock.now()}
        tx.execute(insert(change_set_saves).values(content=toml, **kept, **by))
        return str(row["id"])

    def _order(self, tx: Any) -> str:
        """An order to move cases that waits for consent."""
        target = tx.execute(select(publications.c.id)).scalar_one()
        row = {"id": new_id(), "publication_id": target, "regime": REGIME, "status": "submitted"}
        row |= {"process_id": "application", "ids": {}, "reason": "理由", "acts": []}
        orderer = self.people[Actor("process_owner", "own")]
        when = {"ordered_by": orderer, "ordered_at": clock.now()}
        tx.execute(insert(migrations).values(**row, **when))
        return str(row["id"])

    def _shared(self, tx: Any) -> dict[str, str]:
        """What the authority's officer has to do with others: asked, copied, stood in for, told."""
        own, colleague = (self.people[Actor("authority", each)] for each in RELATIONS[:2])
        reviewer, head = (self.people[Actor(role, "own")] for role in ("formal_reviewer", "leader"))
        now, case = clock.now(), self.case["id"]
        item = self.things["authority"]["item_id"]
        asked = {"id": new_id(), "case_id": case, "work_item_id": item, "asked_by": own}
        asked |= {"asked_of": reviewer, "question": "是否合规？", "asked_at": now}
        tx.execute(insert(consultations).values(asked))
        sent = {"id": new_id(), "case_id": case, "person_id": reviewer, "sent_by": own}
        tx.execute(insert(copies).values(sent | {"step": "审阅", "note": "", "sent_at": now}))
        away = {"id": new_id(), "person_id": own, "deputy_id": colleague, "set_by": own}
        later = {"from_on": date(2030, 1, 1), "until_on": date(2030, 1, 2), "created_at": now}
        tx.execute(insert(deputies).values(away | later))
        order = {"id": new_id(), "from_person": own, "to_person": colleague, "started_by": head}
        place = {"organisation_id": self._office(Actor("leader", "own")), "regime": REGIME}
        tx.execute(insert(handovers).values(order | place | {"started_at": now}))
        told = {"id": new_id(), "person_id": own, "created_at": now, "items": []}
        tx.execute(insert(notifications).values(told | {"day": date(2026, 11, 2)}))
        return {
            "consultation_id": asked["id"],
            "copy_id": sent["id"],
            "deputy_id": away["id"],
            "handover_id": order["id"],
            "notice_id": told["id"],
        }

    def _token(self, tx: Any, person_id: str) -> tuple[str, str]:
        """The cookie and the CSRF token of a session."""
        cookie = sessions.begin(tx, person_id)
        session = sessions.load_session(tx, cookie)
        assert session is not None
        return cookie, session.csrf

    @cached_property
    def common(self) -> dict[str, str]:
        """Values of parameters that are the same for everybody."""
        with db.read() as tx:
            publication = tx.execute(select(publications.c.id)).scalar_one()
        return {
            **self.administered,
            "case_id": self.case["id"],
            "clause_id": "SX-15.2",
            "code": "en",
            "act": "discard",
            "deadline_id": self.deadline,
            "draft_id": self.draft,
            "order_id": self.order,
            "file": "processes/application.bpmn",
            "filename": "mark.svg",
            "instance_id": self.run["id"],
            "kind": "docx",
            "language": "zh",
            "path": "processes/tables/deadlines.dmn",
            "process_id": "application",
            "publication": str(publication),
            "regime": REGIME,
            "release_id": "1",
            "step": "facts",
            "job_id": self.job,
            "message_id": self.message,
            **self.public,
            **self.shared,
        }

    # --- asking ---------------------------------------------------------------------------------

    def missing(self, rule: Rule) -> set[str]:
        """The parameters of a route for which the world has no value."""
        return set(rule.arguments) - self.common.keys() - self.things["authority"].keys()

    def ask(self, method: str, rule: Rule, actor: Actor, body: str = STANDARD_BODY) -> int:
        """The status that an actor gets; what the act changed is put back."""
        things = self.things[actor.role if actor.relation else "authority"]
        known = self.common | things | ON_ROUTE.get(str(rule), {})
        values = {name: known[name] for name in rule.arguments} | QUERIES.get(str(rule), {})
        with self.app.test_request_context():
            path = self.app.url_for(rule.endpoint, **values)
        cookie, csrf = self.tokens.get(actor, ("", ""))
        headers = {"Accept": "application/json", "X-CSRFToken": csrf}
        if str(rule).startswith(PROGRAMS):
            headers |= {"If-Match": '"1"', "Idempotency-Key": "once"}
        headers |= {"Cookie": f"guicheng={cookie}"} if cookie else {}
        body = body.replace("<case_id>", self.case["id"])
        content = {"data": body, "content_type": _kind(body)} if method != "GET" else {}
        client = self.app.test_client(use_cookies=False)
        address = {"REMOTE_ADDR": f"192.0.2.{ACTORS.index(actor)}"}
        answer = client.open(
            path,
            method=method,
            headers=headers,
            environ_base=address,
            buffered=True,
            **content,
        )
        self.calls += 1
        if method != "GET" and answer.status_code < 400:
            self.before.restore()
        return answer.status_code


def _kind(body: str) -> str:
    try:
        json.loads(body)
    except ValueError:
        return "application/x-www-form-urlencoded"
    return "application/json"


def _offices(tx: Any) -> dict[str, str]:
    """``role@relation`` -> a new organisation."""
    found = {}
    for role, relation in product(ROLES, ("own", "other_unit", "other_regime")):
        name = f"{role}@{relation}"
        row = {"id": new_id(), "code": name, "name": name, "kind": "authority"}
        tx.execute(insert(organisations).values(row))
        found[name] = row["id"]
    return found


def methods(rule: Rule) -> Iterable[str]:
    """The methods of a route that have an answer of their own."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
