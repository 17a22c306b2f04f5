"""What others have to do with a work item, for the person who looks at it: asked for at once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from server.work.cases import Dossier
from server.work.people import Person
from server.work.several import Several
from server.work.sql import Row
from server.work.together import consult, copying, correcting

ALL = Several(correction=correcting.OF_TASK, questions=consult.OF_ITEM, copies=copying.OF_CASE)


@dataclass(frozen=True, slots=True)
class Beside:
    """``correction`` is the list of defects for which the item was opened again, if it was;
    ``questions`` are asked on it; ``copies`` of the case are those that the person has sent."""

    correction: Row | None
    questions: list[Row]
    copies: list[Row]


def of_item(tx: Connection, person: Person, item: Row, found: Dossier) -> Beside:
    """All that the person may read of it."""
    place = {"instance": item["instance_id"], "task": item["task_id"], "item": item["id"]}
    read = ALL.all(tx, case=found.case["id"], person=person.id, **place)
    correction = next(iter(read["correction"]), None)
    return Beside(correction, consult.as_seen(person, read["questions"], found), read["copies"])
