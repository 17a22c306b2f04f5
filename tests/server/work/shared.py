"""A procedure on which people work together: written, read, settled, with a panel beside it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from server import db
from server.ids import new_id
from server.models import memberships, people, work_items
from server.work import publications, worklist
from server.work.people import Person, find_person
from tests.office import REGIME, Office
from tests.procedures import tree
from tests.server.engine.drawing import (
    after,
    boundary,
    chain,
    diagram,
    end,
    flow,
    service,
    start,
    user,
    xor,
)
from tests.server.work.helpers import open_item, rows
from tests.server.work.life import CITED, lanes

SHARED = diagram(
    "shared",
    lanes(
        undertaker="asked once_more write add", formal_reviewer="read", authority="settle remind"
    ),
    start("asked", props=CITED | {"form": "permit/start", "state": "application_drafting"}),
    xor("once_more"),
    user("write", name="编写"),
    user("add", name="补充"),
    user("read", name="审阅"),
    boundary("late", "read", after("P5D"), interrupting=False),
    user("remind", name="督办"),
    end("reminded"),
    xor("what", default="on"),
    service("number", "trial.count"),
    user("settle", props={"actions": "copy urge"}, name="决定"),
    end("over", props={"outcome": "settled"}),
    chain("asked", "once_more", "write", "add", "read", "what"),
    flow("what", "once_more", "= again = true", id="again"),
    flow("what", "number", id="on"),
    chain("number", "settle", "over"),
    chain("late", "remind", "reminded"),
)
"""From ``read`` the diagram draws a way back; ``number`` asks the register."""

PLAIN = diagram(
    "plain",
    lanes(undertaker="asked write", formal_reviewer="read check", authority="remind"),
    start("asked", props=CITED | {"form": "permit/start", "state": "application_drafting"}),
    user("write", name="编写"),
    user("read", props={"due": "plan_filing"}, name="审阅"),
    boundary("late", "read", after("P5D"), interrupting=False),
    user("check", name="复核"),
    user("remind", name="督办"),
    end("reminded"),
    end("over", props={"outcome": "settled"}),
    chain("asked", "write", "read", "check", "over"),
    chain("late", "remind", "reminded"),
)


def publish() -> None:
    files = {"processes/shared.bpmn": SHARED, "processes/plain.bpmn": PLAIN}
    with db.transaction() as tx:
        publications.publish(tx, tree() | files, "共同办理", None)


def hand_in(office: Office, login: str, element: str) -> dict[str, Any]:
    """Claim an item and hand it in."""
    item = in_hand(office, login, element)
    return worklist.complete(office[login], item["id"], item["version"], {})


def in_hand(office: Office, login: str, element: str) -> dict[str, Any]:
    """An item of a box that nobody has yet, claimed by somebody."""
    item = open_item(element, assignee_id=None)
    return item | worklist.claim(office[login], item["id"])


def opened(*elements: str) -> list[list[object]]:
    """Element, assignee and status of the items of some boxes."""
    found = [row for row in rows(work_items) if row["element_id"] in elements]
    return [[row["element_id"], row["assignee_id"], row["status"]] for row in found]


def newcomer(office: Office, login: str, place: str, *roles: str) -> Person:
    """Somebody new who holds roles in one of the organisations."""
    identity, organisation = new_id(), office.organisations[place]
    post = {"person_id": identity, "organisation_id": organisation, "regime": REGIME}
    account = {"id": identity, "login": login, "name": login, "password_hash": "x"}
    with db.transaction() as tx:
        tx.execute(insert(people).values(account))
        tx.execute(insert(memberships), [post | {"role": role} for role in roles])
        found = find_person(tx, identity)
    assert found
    return found
