"""A case as a person may read it: facts, parties, deadlines, items, history, what is open to them.

Everything here passes through server/work/access: what a person may not know of is not found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from server.engine import runtime
from server.engine.dialect.model import Element
from server.errors import NotFound
from server.law.forms import read
from server.law.law import Law
from server.models import (
    cases,
    corrections,
    deadlines,
    documents,
    instances,
    jobs,
    subscriptions,
    work_items,
)
from server.work import access, beginning, calendars, journal, publications
from server.work import desk as desks
from server.work.desk import NO_CASE, Desk
from server.work.people import Person
from server.work.several import Several
from server.work.sql import Query, Row, columns, readers
from server.work.surroundings import spec_of

CASE = Query(f"SELECT {columns(cases, 'c')} FROM cases c WHERE c.id = :case", readers(cases))

PARTIES = Query("""
    SELECT p.role, p.organisation_id, o.name, o.name_en FROM case_parties p
    JOIN organisations o ON o.id = p.organisation_id
    WHERE p.case_id = :case AND p.until_on IS NULL ORDER BY p.role""")

INVOLVED = Query("""
    SELECT 1 AS found FROM work_items
    WHERE case_id = :case AND (assignee_id = :person OR completed_by = :person) LIMIT 1""")

INSTANCES = Query(
    f"SELECT {columns(instances, 'i')} FROM instances i WHERE i.case_id = :case ORDER BY i.id",
    {**readers(instances), "bytes": ["state_blob"]},
)
CASE_OF = Query("SELECT case_id FROM instances WHERE id = :instance")

DEADLINES = Query(
    f"""SELECT {columns(deadlines, "d")} FROM deadlines d
        WHERE d.case_id = :case AND d.status <> 'void' ORDER BY d.due_on, d.id""",
    readers(deadlines),
)
ITEMS = Query(
    f"""SELECT {columns(work_items, "w")}, p.name AS assignee_name,
            q.name AS completed_by_name
        FROM work_items w LEFT JOIN people p ON p.id = w.assignee_id
        LEFT JOIN people q ON q.id = w.completed_by
        WHERE w.case_id = :case ORDER BY w.id""",
    readers(work_items),
)
CORRECTIONS = Query(
    f"""SELECT {columns(corrections, "k")}, p.name AS returned_by_name
        FROM corrections k JOIN people p ON p.id = k.returned_by WHERE k.case_id = :case""",
    readers(corrections),
)
WAITING = Query(
    f"SELECT {columns(subscriptions, 's')} FROM subscriptions s WHERE s.case_id = :case",
    readers(subscriptions),
)
DOCUMENTS = Query(
    f"""SELECT {columns(documents, "d")} FROM documents d
        WHERE d.case_id = :case ORDER BY d.uploaded_at, d.id""",
    readers(documents),
)
DOCUMENT = Query(
    f"SELECT {columns(documents, 'd')} FROM documents d WHERE d.id = :id", readers(documents)
)
INCIDENTS = Query(
    f"SELECT {columns(jobs, 'j')} FROM jobs j WHERE j.case_id = :case"
    " AND j.status = 'dead' AND j.instance_id IS NOT NULL",
    readers(jobs),
)

OF_ITEM = "(SELECT w.case_id FROM work_items w WHERE w.id = :item)"

TOLD_OF_ITEM = {
    "names": Query("""
        SELECT p.name AS assignee_name, q.name AS completed_by_name
        FROM work_items w LEFT JOIN people p ON p.id = w.assignee_id
        LEFT JOIN people q ON q.id = w.completed_by WHERE w.id = :item"""),
    "deadline": Query(
        f"""SELECT {columns(deadlines, "d")} FROM deadlines d JOIN work_items w
            ON w.deadline_id = d.id WHERE w.id = :item AND d.status <> 'void'""",
        readers(deadlines),
    ),
    "open_panel": Query("""
        SELECT 1 AS found FROM work_items w JOIN work_items v ON v.instance_id = w.instance_id
            AND v.multi_instance = w.multi_instance AND v.status = 'open'
        WHERE w.id = :item LIMIT 1"""),
}
"""What is told of an item beside its desk."""

SHOWN_IN_FORM = {
    "draft": Query(
        "SELECT data FROM drafts WHERE work_item_id = :item AND person_id = :person",
        {"json": ["data"]},
    ),
    "documents": Query(
        f"""SELECT {columns(documents, "d")}, {access.SEALED} AS sealed FROM documents d
            WHERE d.case_id = {OF_ITEM} ORDER BY d.uploaded_at, d.id""",
        readers(documents),
    ),
}
"""What the form of an item shows beside the variables of its task."""


AT_FIRST = Several(case=CASE, parties=PARTIES, involved=INVOLVED)

WHOLE = Several(
    AT_FIRST.parts,
    items=ITEMS,
    corrections=CORRECTIONS,
    instances=INSTANCES,
    deadlines=DEADLINES,
    entries=journal.ENTRIES,
    documents=DOCUMENTS,
    waiting=WAITING,
    incidents=INCIDENTS,
)


@dataclass(slots=True)
class Dossier:
    """A case with everything that a person may read of it.

    ``roles`` are those the person holds in the case. ``items`` and ``entries`` are as the person
    may see them; ``waiting`` are the acts open to them beside work items.
    """

    case: Row
    parties: list[Row]
    roles: set[str]
    instances: list[Row] = field(default_factory=list)
    deadlines: list[Row] = field(default_factory=list)
    items: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    incidents: list[Row] = field(default_factory=list)
    corrections: list[Row] = field(default_factory=list)

    def correction(self, item: Row) -> Row | None:
        """The list of defects for which an item was opened again, if it was."""
        place = item["instance_id"], item["task_id"]
        lists = (one for one in self.corrections if (one["instance_id"], one["task_id"]) == place)
        return next(lists, None)

    @property
    def offices(self) -> dict[str, str]:
        """Role -> organisation."""
        return {party["role"]: party["organisation_id"] for party in self.parties}


def readable(tx: Connection, person: Person, case_id: str) -> Dossier:
    """The case and its parties; raises NotFound for a case the person may not know of."""
    return _readable(person, AT_FIRST.all(tx, case=case_id, person=person.id))


def _readable(person: Person, read: Mapping[str, list[Row]]) -> Dossier:
    if not read["case"]:
        raise NotFound(NO_CASE)
    found = Dossier(read["case"][0], read["parties"], set())
    if not access.may_read_case(person, found.case, found.offices, bool(read["involved"])):
        raise NotFound(NO_CASE)
    found.roles = access.roles_in(person, found.case, found.offices)
    return found


def dossier(tx: Connection, person: Person, case_id: str) -> Dossier:
    """Everything that a person may read of a case; raises NotFound."""
    read = WHOLE.all(tx, case=case_id, person=person.id)
    found, items = _readable(person, read), read["items"]
    panels = open_panels(items)
    found.items = [_item_as_seen(person, item, found.roles, panels) for item in items]
    found.instances, found.deadlines = read["instances"], read["deadlines"]
    found.corrections = read["corrections"]
    found.entries = access.visible_entries(person, read["entries"], found.roles, panels)
    found.documents = _documents(person, read["documents"], items, panels)
    regime = found.case["regime"]
    found.waiting = [each for each in read["waiting"] if access.can_deliver(person, each, regime)]
    if access.operates(person, regime):
        found.incidents = read["incidents"]
    return found


def everything(tx: Connection, case_id: str) -> Dossier:
    """A case with nothing hidden, for the operator at the machine; raises NotFound."""
    case = CASE.first(tx, case=case_id)
    if case is None:
        raise NotFound(NO_CASE)
    return Dossier(
        case,
        PARTIES.all(tx, case=case_id),
        set(),
        instances=INSTANCES.all(tx, case=case_id),
        deadlines=DEADLINES.all(tx, case=case_id),
        items=ITEMS.all(tx, case=case_id),
        entries=journal.entries(tx, case_id),
        documents=DOCUMENTS.all(tx, case=case_id),
    )


def of_instance(tx: Connection, person: Person, instance_id: str) -> Dossier:
    """The case in which a procedure runs; raises NotFound."""
    row = CASE_OF.first(tx, instance=instance_id)
    if row is None:
        raise NotFound("没有找到这个程序")
    return dossier(tx, person, row["case_id"])


def open_panels(items: list[Row]) -> set[str]:
    """The panels in session: their members' opinions are sealed."""
    keys = (access.panel_key(item) for item in items if item["status"] == "open")
    return {key for key in keys if key}


def _item_as_seen(person: Person, item: Row, roles: set[str], panels: set[str]) -> Row:
    seen = item | {"mine": item["status"] == "open" and access.may_see(person, item)}
    if not access.sees_result(person, item, panels):
        seen["result"] = None
    if access.hides_expert(person, item, roles):
        hidden = {"assignee_id": None, "completed_by": None, "task_id": ""}
        seen |= hidden | {"assignee_name": access.MASK, "completed_by_name": access.MASK}
    return seen


def _documents(person: Person, rows: list[Row], items: list[Row], panels: set[str]) -> list[Row]:
    """Documents of the case but those of sealed opinions."""
    sealed = {item["assignee_id"] for item in items if access.panel_key(item) in panels}
    marked = [row | {"sealed": row["uploaded_by"] in sealed} for row in rows]
    return [row for row in marked if access.may_read_document(person, row, True)]


def document(tx: Connection, person: Person, document_id: str) -> Row:
    """One document that a person may read; raises NotFound."""
    row = DOCUMENT.first(tx, id=document_id)
    if row is None or not _may_read(tx, person, row):
        raise NotFound("没有找到这份材料")
    return row


def _may_read(tx: Connection, person: Person, row: Row) -> bool:
    if row["case_id"] is None or row["uploaded_by"] == person.id:
        return bool(row["uploaded_by"] == person.id)
    try:
        found = dossier(tx, person, row["case_id"])
    except NotFound:
        return _shown_at_entrance(tx, person, row)
    return any(each["id"] == row["id"] for each in found.documents)


def _shown_at_entrance(tx: Connection, person: Person, row: Row) -> bool:
    """Whether a paper is shown to whoever may bring a message: the draft that is commented on."""
    case = CASE.first(tx, case=row["case_id"])
    waiting = WAITING.all(tx, case=row["case_id"]) if case else []
    open_to = [
        each for each in waiting if case and access.can_deliver(person, each, case["regime"])
    ]
    return any(row["id"] in _shown(tx, person, each["id"]) for each in open_to)


def _shown(tx: Connection, person: Person, waiting_id: str) -> set[str]:
    """The papers that the form of a message shows without asking for them."""
    desk = desks.of_subscription(tx, waiting_id, person.id, lock=False)
    form = read(desk.catalogue.form(desk.subscription["form"], desk.case["regime"]) or b"{}")
    known: Row = dict(runtime.variables(spec_of(desk), bytes(desk.instance["state_blob"])))
    shown = (one for one in form.walk() if one.type == "attachment" and one.more.get("readonly"))
    return {paper for one in shown for paper in known.get(one.path[0]) or ()}


def task(tx: Connection, person: Person, item_id: str) -> Desk:
    """The desk of an item that a person may see, or of a case they may read; raises NotFound."""
    desk = desks.of_item(tx, item_id, person.id, lock=False)
    _may_know(tx, person, desk)
    return desk


def item_told(tx: Connection, person: Person, item_id: str) -> tuple[Desk, Row, Row | None]:
    """Likewise, with the item as this person may see it and its deadline, by one statement."""
    desk, read = desks.beside_item(tx, item_id, person.id, TOLD_OF_ITEM)
    _may_know(tx, person, desk)
    roles = access.roles_in(person, desk.case, desk.parties)
    item = desk.item | read["names"][0]
    panels = {access.panel_key(item) or ""} if read["open_panel"] else set()
    return desk, _item_as_seen(person, item, roles, panels), next(iter(read["deadline"]), None)


def item_form(tx: Connection, person: Person, item_id: str) -> tuple[Desk, Row, list[Row]]:
    """Likewise, with the person's draft and the documents of the case that they may read."""
    desk, read = desks.beside_item(tx, item_id, person.id, SHOWN_IN_FORM)
    _may_know(tx, person, desk)
    papers = [row for row in read["documents"] if access.may_read_document(person, row, True)]
    return desk, dict(read["draft"][0]["data"]) if read["draft"] else {}, papers


def _may_know(tx: Connection, person: Person, desk: Desk) -> None:
    if not access.may_see(person, desk.item):
        readable(tx, person, desk.case["id"])


def entrance(tx: Connection, person: Person, waiting_id: str) -> Desk:
    """The desk of a message that a person may bring; raises NotFound."""
    desk = desks.of_subscription(tx, waiting_id, person.id, lock=False)
    access.may_deliver(person, desk.subscription, desk.case["regime"])
    return desk


def startable(tx: Connection, person: Person, case_id: str) -> list[Row]:
    """The further procedures that a person may start in a case now; raises NotFound."""
    return beginning.startable_in(desks.of_case(tx, case_id, lock=False), person)


def beginning_of(
    tx: Connection, person: Person, case_id: str, process_id: str
) -> tuple[Desk, Element]:
    """The desk of a procedure that a person may start in a case, and its starting event."""
    desk = desks.of_case(tx, case_id, lock=False)
    return desk, beginning.may_begin(desk, person, process_id)


def progress(tx: Connection, case: Row, instance: Row) -> dict[str, Any]:
    """Where an instance stands: done and current elements, per called process (runtime.view)."""
    catalogue = publications.catalogue(tx, instance["publication_id"], instance["digest"])
    desk = Desk(tx, case, instance, {}, {}, catalogue, instance["started_at"])
    return runtime.view(spec_of(desk), bytes(instance["state_blob"]))


def facts(found: Dossier) -> dict[str, Any]:
    """The case in short, for the top of a page: number, title, state, parties, register entry."""
    told = ("id", "number", "title", "regime", "kind", "state", "opened_on", "closed_at")
    names = {party["role"]: party["name"] for party in found.parties}
    return {name: found.case[name] for name in told} | {
        "parties": names,
        "record": found.case["record"],
    }


def law_of(tx: Connection, regime: str) -> Law:
    """The law of a regime in force now: current publication, current calendar."""
    catalogue = publications.catalogue(tx, publications.current(tx))
    if regime not in catalogue.regimes:
        raise NotFound("没有这个规程")
    return Law.of(catalogue, regime, calendars.current(tx, catalogue, calendars.mark(tx)))
