"""The invented office with people who own and approve procedures, and a second version to go to."""

from __future__ import annotations

from sqlalchemy import insert, select

from server import db
from server.ids import new_id
from server.jobs import worker
from server.models import memberships, migration_cases, people
from server.work import publications
from server.work.people import Membership, Person
from tests.office import REGIME, Office
from tests.procedures import tree

PERMIT = "processes/permit.bpmn"
STEP = """<bpmn:userTask id="recheck" name="复核"><bpmn:extensionElements>
    <zeebe:formDefinition formId="permit/explain"/></bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="review_to_recheck" sourceRef="review" targetRef="recheck"/>
    <bpmn:sequenceFlow id="recheck_to_decide" sourceRef="recheck" targetRef="decide"/>"""
WAY = '<bpmn:sequenceFlow id="review_to_decide" sourceRef="review" targetRef="decide"/>'


def second(*changes: tuple[str, str]) -> dict[str, bytes]:
    """The files with a step before the decision, another name for the first, and more changes."""
    told = tree()
    text = told[PERMIT].decode().replace(WAY, STEP).replace("编制材料", "编制并核对材料")
    lane = "<bpmn:flowNodeRef>decide</bpmn:flowNodeRef>"
    text = text.replace(lane, lane + lane.replace("decide", "recheck"))
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return told | {PERMIT: text.encode()}


def official(office: Office, login: str, role: str, regime: str = REGIME) -> Person:
    """Another person of the authority."""
    place = office.organisations["authority"]
    person = Person(new_id(), login, login, memberships=(Membership(place, role, regime),))
    with db.transaction() as tx:
        row = {"id": person.id, "login": login, "name": login, "password_hash": "x"}
        tx.execute(insert(people).values(**row))
        held = {"person_id": person.id, "organisation_id": place, "role": role, "regime": regime}
        tx.execute(insert(memberships).values(**held))
    return person


def publish(files: dict[str, bytes]) -> int:
    """Put files in force; returns the number of the publication."""
    with db.transaction() as tx:
        return publications.publish(tx, files, "第二版", None)


def work() -> None:
    """Do everything that is due."""
    while worker.run_one():
        pass


def lines(order_id: str) -> dict[str, str]:
    """Instance to what became of it."""
    own = select(migration_cases).where(migration_cases.c.migration_id == order_id)
    with db.read() as tx:
        return {row.instance_id: row.status for row in tx.execute(own)}
