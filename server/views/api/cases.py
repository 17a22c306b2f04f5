"""Cases: the whole life of a base, with its procedures, dates, papers and journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g

from server import clock, db
from server.views import reading, starts
from server.views.api import conditions, listing
from server.views.api.resource import Resource
from server.views.api.schemas import cases as schemas
from server.views.api.schemas.common import Deadline, Form, Outcome
from server.views.guards import acting
from server.views.pictures import name_of
from server.views.published import catalogue
from server.views.words import RECORD
from server.work import agenda, beginning, cases, inbox, publications, worklist
from server.work import record as records

Json = dict[str, Any]

room = Resource("cases", __name__, description="办件 · The whole life of a base")
runs = Resource("process-instances", __name__, description="程序 · Runs of a diagram in a case")
dates = Resource("deadlines", __name__, description="期限 · Legal dates with their arithmetic")
steps = Resource("steps", __name__, description="在办环节 · Where the cases stand")
audit = Resource("audit-entries", __name__, description="办理记录 · The journal, chained by hash")


@room.operation("GET", "/cases", schemas.CasePage, query=schemas.CaseQuery)
def list_cases(query: Json) -> Json:
    """办件列表

    The cases you may read, the newest first.
    """
    return _cases(query)


@room.operation("POST", "/cases/search", schemas.CasePage, body=schemas.CaseSearch)
def search_cases(body: Json) -> Json:
    """查询办件

    As the list, with filter and page in the body.
    """
    return _cases(listing.flat(body))


def _cases(asked: Json) -> Json:
    read = inbox.started if asked.get("opened_by") == "me" else inbox.readable
    return listing.answer(read(g.person, listing.wanted(asked), listing.size(asked)))


@room.operation(
    "POST",
    "/cases",
    Outcome,
    status=201,
    guard=acting,
    needs="case:start",
    body=schemas.CaseStart,
    keyed=True,
    refuses=(404, 409),
)
def start_case(body: Json) -> Json:
    """发起办件

    Open a case by handing in the form of a procedure that begins one; see its start-form.
    """
    key, law = conditions.key(), catalogue()
    regime, process_id, data = body["regime"], body["process_id"], body["data"]
    role = beginning.starting_event(law, regime, process_id).lane or ""
    office = body.get("organisation_id")
    title = body.get("title") or starts.title_of(law, regime, process_id, data)
    parties = {role: office} if office else {}
    return worklist.start_case(g.person, regime, process_id, title, parties, data, key)


@room.operation(
    "GET",
    "/cases/<case_id>",
    schemas.CaseDetail,
    needs="case:read",
    query=schemas.CaseDetailQuery,
)
def get_case(case_id: str, query: Json) -> Json:
    """一个办件

    State, parties, dates with their arithmetic, procedures, tasks, papers, what you may do beside
    tasks; the register entry as it stood on a day with `on`.
    """
    page, day = reading.case_page(g.person, case_id), query.get("on")
    found = page.dossier
    record = _record(case_id, day) if day else found.case["record"]
    return {
        **found.case,
        "roles": sorted(found.roles),
        "parties": found.parties,
        "record_on": day or clock.today(),
        "record": {name: record[name] for name in RECORD if name in record},
        "regions": record.get(records.REGIONS, {}),
        "deadlines": found.deadlines,
        "process_instances": _named(found.case, found.instances),
        "user_tasks": found.items,
        "documents": found.documents,
        "messages": found.waiting,
        "startable": page.startable,
        "panel_seats": page.seats,
        "journal": {
            "entries": found.case["journal_seq"],
            "head": found.case["journal_head"],
            "faults": page.broken,
        },
    }


def _record(case_id: str, day: Any) -> Mapping[str, Any]:
    with db.read() as tx:
        return records.record_at(tx, case_id, day)


def _named(case: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Procedures with the names their diagrams have in the publication they began with."""
    with db.read() as tx:
        return [
            {**row, "name": name_of(_law(tx, row), case["regime"], row["process_id"])}
            for row in rows
        ]


def _law(tx: Any, row: Mapping[str, Any]) -> Any:
    return publications.catalogue(tx, row["publication_id"], row["digest"])


# --- procedures ---------------------------------------------------------------------------------


@runs.operation(
    "GET", "/cases/<case_id>/process-instances", schemas.ProcessInstanceList, needs="case:read"
)
def list_process_instances(case_id: str) -> Json:
    """办件的程序

    Every procedure that has run or runs in a case.
    """
    with db.read() as tx:
        found = cases.dossier(tx, g.person, case_id)
    return {"items": _named(found.case, found.instances)}


@runs.operation(
    "POST",
    "/cases/<case_id>/process-instances",
    Outcome,
    status=201,
    guard=acting,
    needs="case:start-in",
    body=schemas.ProcedureStart,
    keyed=True,
    refuses=(409,),
)
def start_process_instance(case_id: str, body: Json) -> Json:
    """启动程序

    Start a further procedure in a case: an extension, an acceptance, a change. Refused with its
    clauses while it is not the time for it.
    """
    key = conditions.key()
    return worklist.start_procedure(g.person, case_id, body["process_id"], body["data"], key)


@runs.operation(
    "GET",
    "/cases/<case_id>/process-definitions/<process_id>/start-form",
    Form,
    needs="case:start-in",
    refuses=(422,),
)
def get_procedure_form(case_id: str, process_id: str) -> Json:
    """启动程序的表单

    The form that starts a further procedure in a case.
    """
    return reading.procedure_page(g.person, case_id, process_id).payload


@runs.operation(
    "GET",
    "/process-instances/<instance_id>",
    schemas.ProcessInstanceDetail,
    needs="case:read",
)
def get_process_instance(instance_id: str) -> Json:
    """一个程序

    Where a procedure stands: done, current and overdue elements of each of its diagrams.
    """
    found, instance, drawn = reading.standing(g.person, instance_id)
    places = [{"process_id": one.process_id, "name": one.name, **one.marks} for one in drawn]
    return {**_named(found.case, [instance])[0], "places": places}


# --- dates and steps of all cases ---------------------------------------------------------------


@dates.operation("GET", "/deadlines", schemas.DeadlinePage, query=schemas.DeadlineQuery)
def list_deadlines(query: Json) -> Json:
    """期限列表

    Legal dates of the cases you may read, the earliest first.
    """
    return _dates(query)


@dates.operation("POST", "/deadlines/search", schemas.DeadlinePage, body=schemas.DeadlineSearch)
def search_deadlines(body: Json) -> Json:
    """查询期限

    As the list, with filter and page in the body.
    """
    return _dates(listing.flat(body))


def _dates(asked: Json) -> Json:
    return listing.answer(agenda.dates(g.person, listing.wanted(asked), listing.size(asked)))


@dates.operation("GET", "/deadlines/<deadline_id>", Deadline, needs="case:read")
def get_deadline(deadline_id: str) -> Json:
    """一个期限

    A legal date with its arithmetic, step by step.
    """
    with db.read() as tx:
        return agenda.one_date(tx, g.person, deadline_id)[0]


@steps.operation("GET", "/steps", schemas.StepPage, query=schemas.StepQuery)
def list_steps(query: Json) -> Json:
    """在办环节

    The open tasks of the cases you may read and the offices that have them, the most urgent first.
    """
    return _steps(query)


@steps.operation("POST", "/steps/search", schemas.StepPage, body=schemas.StepSearch)
def search_steps(body: Json) -> Json:
    """查询在办环节

    As the list, with filter and page in the body.
    """
    return _steps(listing.flat(body))


def _steps(asked: Json) -> Json:
    return listing.answer(agenda.steps(g.person, listing.wanted(asked), listing.size(asked)))


# --- the journal --------------------------------------------------------------------------------


@audit.operation(
    "GET",
    "/cases/<case_id>/audit-entries",
    schemas.AuditPage,
    needs="case:read",
    query=schemas.AuditQuery,
)
def list_audit_entries(case_id: str, query: Json) -> Json:
    """办件的办理记录

    Who did what, oldest first, as you may see it.
    """
    return _entries(case_id, query)


@audit.operation(
    "POST",
    "/audit-entries/search",
    schemas.AuditPage,
    needs="case:read",
    body=schemas.AuditSearch,
    refuses=(404,),
)
def search_audit_entries(body: Json) -> Json:
    """查询办理记录

    The journal of one case, with filter, sort and page in the body.
    """
    asked = listing.flat(body)
    return _entries(asked["case_id"], asked)


def _entries(case_id: str, asked: Json) -> Json:
    with db.read() as tx:
        entries = cases.dossier(tx, g.person, case_id).entries
    wanted = [each for each in entries if asked.get("act") in (None, each["act"])]
    is_newest_first = str(asked.get("sort", "")).startswith("-")
    rows = wanted[::-1] if is_newest_first else wanted
    return listing.answer(listing.part_of(rows, asked))
