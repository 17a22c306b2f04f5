"""What is seen of a try-out: the tokens, what waits for whom, the dates, what has happened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from server import clock, db
from server.feel.values import from_host, to_json
from server.models import subscriptions
from server.studio.scenarios import finding
from server.studio.scenarios.play import Play
from server.studio.scenarios.scenario import THE_CASE, Step
from server.work import cases, submission
from server.work import desk as desks
from server.work.cases import Dossier
from server.work.desk import Desk
from server.work.sql import Row
from server.work.surroundings import Surroundings

IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)
FAR = timedelta(days=366 * 10)
HERE = Step("试办")
LAST = 12
"""Entries of the journal that are shown."""


def seen(play: Play) -> dict[str, Any]:
    """Everything the page of a try-out shows, as JSON."""
    told: dict[str, Any] = {"today": clock.today().isoformat(), "next": _next(play)}
    case_id = play.cases.get(THE_CASE)
    if case_id is None:
        return told | {"case": None}
    with db.read() as tx:
        found = cases.everything(tx, case_id)
        running = [{**_named(play, each), **cases.progress(tx, found.case, each)}
                   for each in found.instances]  # fmt: skip
    return told | {
        "case": {name: found.case[name] for name in ("number", "title", "state")},
        "instances": running,
        "items": list(_items(play, found)),
        "messages": list(_messages(play, case_id)),
        "deadlines": [_deadline(each) for each in found.deadlines if each["status"] != "void"],
        "documents": [{name: each[name] for name in ("id", "name", "size")}
                      for each in found.documents],
        "entries": [_entry(each) for each in found.entries[-LAST:][::-1]],
        "startable": _startable(play),
    }  # fmt: skip


def _next(play: Play) -> str | None:
    due = play.stage.next_due(clock.now() + FAR)
    return clock.civil_day(due).isoformat() if due else None


def _named(play: Play, instance: Row) -> dict[str, Any]:
    path = play.catalogue.diagrams(play.regime).get(instance["process_id"], "")
    told = {name: instance[name] for name in ("id", "process_id", "status", "outcome")}
    return {**told, "path": path}


def _items(play: Play, found: Dossier) -> Iterator[dict[str, Any]]:
    numbers: Counter[str] = Counter()
    for item in found.items:
        if item["status"] != "open":
            continue
        number, element = numbers[item["element_id"]], item["element_id"]
        numbers[element] += 1
        told = {name: item[name] for name in ("name", "role", "form", "instance_id", "process_id")}
        told |= {"target": element, "number": number, "clauses": list(item["clauses"])}
        told |= {"due_on": item["due_on"] and item["due_on"].isoformat()}
        with db.read() as tx:
            desk = desks.of_item(tx, item["id"], _doer(play, item), lock=False)
            yield told | {"context": _context(play, desk, item["form"])}


def _doer(play: Play, item: Row) -> str:
    if item["assignee_id"]:
        return str(item["assignee_id"])
    return finding.holder(item["role"], play.regime, item["organisation_id"]).id


def _context(play: Play, desk: Desk, form_id: str | None) -> Mapping[str, Any]:
    """The variables that a form names."""
    form = play.catalogue.form(form_id, play.regime) if form_id else None
    if form is None:
        return {}
    context = submission.context(desk, Surroundings(desk))
    names = sorted(set(IDENTIFIER.findall(form.decode())))
    return {name: to_json(from_host(context[name])) for name in names if name in context}


def _messages(play: Play, case_id: str) -> Iterator[dict[str, Any]]:
    """What people may bring to a procedure that waits."""
    wanted = select(subscriptions).where(
        subscriptions.c.case_id == case_id, subscriptions.c.form.is_not(None)
    )
    with db.read() as tx:
        rows = [dict(row) for row in tx.execute(wanted).mappings()]
    for row in {each["message"]: each for each in rows}.values():
        yield {"target": row["message"], "name": row["name"], "role": row["role"]}


def _deadline(row: Row) -> dict[str, Any]:
    names = ("title", "title_en", "status", "provisional", "clause", "proof", "calendar_version")
    days = {name: row[name] and row[name].isoformat() for name in ("due_on", "met_on")}
    return {name: row[name] for name in names} | days


def _entry(row: Row) -> dict[str, Any]:
    day = clock.civil_day(row["at"]).isoformat()
    return {"on": day, "act": row["act"], "name": row["name"]}


def _startable(play: Play) -> list[str]:
    """The procedures that somebody could start in the case now."""
    found = []
    for process, path in play.catalogue.procedures(play.regime).items():
        diagram = play.catalogue.describe(path)
        starts = diagram.of_kind("startEvent") if diagram else ()
        own = [each for each in starts if each.properties.get("starts") == "procedure"]
        if own and "form" in own[0].properties and play.may_start(HERE, process):
            found.append(process)
    return found
