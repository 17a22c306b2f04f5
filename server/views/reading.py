"""What the pages of a case and of a task show, read in one go from one state of the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from server import clock, db
from server.errors import NotFound
from server.law.ahead import drawn_box
from server.law.catalogue import Catalogue
from server.law.clauses import Clause
from server.views import pictures
from server.views.diagrams import address
from server.views.forms import payload
from server.views.pictures import Picture
from server.views.standing import Ending, Standing, ending, in_a_sentence, standings
from server.work import (
    access,
    beginning,
    cases,
    choices,
    comments,
    journal,
    publications,
    submission,
)
from server.work import desk as desks
from server.work.cases import Dossier
from server.work.desk import Desk
from server.work.people import Person
from server.work.surroundings import Surroundings
from server.work.together import withdrawing

Row = dict[str, Any]

OVER = ("ended", "cancelled")

DOCUMENT_ID = re.compile(r'"([0-9A-HJKMNP-TV-Z]{26})"')


@dataclass(frozen=True, slots=True)
class Run:
    """One procedure of a case with its diagrams."""

    name: str
    status: str
    pictures: list[Picture]

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def is_busy(self) -> bool:
        """Whether it is at a step that is past its date."""
        return any(picture.marks["overdue"] for picture in self.pictures)


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as its page shows it; ``broken`` says what does not fit in its journal."""

    dossier: Dossier
    runs: list[Run]
    broken: list[str]
    seats: list[Row]
    startable: list[Row]
    standings: list[Standing]
    ending: Ending | None

    @property
    def has_comments(self) -> bool:
        """Whether comments were asked for in this case."""
        return any(one["process_id"] == comments.PROCEDURE for one in self.dossier.instances)

    @property
    def sentence(self) -> str:
        """Where it stands."""
        return in_a_sentence(self.dossier.case, self.standings, self.dates)

    @property
    def dates(self) -> list[Row]:
        """The legal dates that still run, the first due first."""
        return [one for one in self.dossier.deadlines if one["status"] == "open"]

    @property
    def dates_met(self) -> list[Row]:
        return [one for one in self.dossier.deadlines if one["status"] == "met"]


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Where a case stands after an act; ``item_id`` is what may still be taken back, or empty."""

    case: Row
    sentence: str
    standings: list[Standing]
    item_id: str


@dataclass(frozen=True, slots=True)
class EntrancePage:
    """A message that a person may bring to a case, with its form."""

    case: Row
    waiting: Row
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SeatPage:
    """A seat of a panel in session, and the experts who could take it."""

    case: Row
    item: Row
    experts: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task as its page shows it; ``payload`` is None where this person may not fill it in."""

    dossier: Dossier
    item: Row
    deadline: Row | None
    picture: Picture
    basis: list[Clause]
    payload: dict[str, Any] | None

    @property
    def row(self) -> Row:
        """The task as a row of the inbox."""
        case = self.dossier.case
        return {**self.item, "number": case["number"], "title": case["title"]}


@dataclass(frozen=True, slots=True)
class StartPage:
    """The form that starts a procedure, with its diagram."""

    name: str
    picture: str
    payload: dict[str, Any]


def case_page(person: Person, case_id: str) -> CasePage:
    """Raises NotFound."""
    with db.read() as tx:
        found = cases.dossier(tx, person, case_id)
        runs = [_run(tx, found, instance) for instance in _in_order(found)]
        broken, startable = journal.verify(tx, case_id), cases.startable(tx, person, case_id)
        stands, end = _standings(tx, found), _ending(tx, found)
        return CasePage(found, runs, broken, _seats(found), startable, stands, end)


def handed_in(person: Person, case_id: str, item_id: str) -> HandedIn | None:
    """None for a case that the person may not know of."""
    with suppress(NotFound), db.read() as tx:
        found = cases.dossier(tx, person, case_id)
        stands = _standings(tx, found)
        mine = {one["id"] for one in found.items if one["completed_by"] == person.id}
        item = item_id if item_id in mine and _may_take_back(tx, person, item_id) else ""
        return HandedIn(found.case, in_a_sentence(found.case, stands, ()), stands, item)
    return None


def _may_take_back(tx: Connection, person: Person, item_id: str) -> bool:
    return withdrawing.is_possible(person, cases.task(tx, person, item_id))


def task_page(person: Person, item_id: str) -> TaskPage:
    """Raises NotFound."""
    with db.read() as tx:
        desk = cases.task(tx, person, item_id)
        found = cases.dossier(tx, person, desk.case["id"])
        item = next(one for one in found.items if one["id"] == item_id)
        return TaskPage(
            dossier=found,
            item=item,
            deadline=_deadline(found, item),
            picture=_picture(tx, found, item),
            basis=_clauses(desk, item["clauses"]),
            payload=_task_page_form(tx, person, desk, found) if _is_mine(person, item) else None,
        )


def task_told(person: Person, item_id: str) -> Row:
    """A task for programs: the row of the list with its deadline and legal basis, and the result
    for whoever handed it in. Raises NotFound."""
    with db.glance() as tx:
        desk, item, deadline = cases.item_told(tx, person, item_id)
        case = desk.case
        return {
            **item,
            **{name: case[name] for name in ("number", "title", "state")},
            "deadline": deadline,
            "basis": _clauses(desk, item["clauses"]),
            "result": item["result"] if item["completed_by"] == person.id else None,
        }


def task_form(person: Person, item_id: str) -> tuple[Row, Row | None]:
    """A task and its form, which is None where this person may not fill it in. Raises NotFound."""
    with db.glance() as tx:
        desk, draft, papers = cases.item_form(tx, person, item_id)
        is_mine = _is_mine(person, desk.item)
        return desk.item, _task_form(tx, person, desk, draft, papers) if is_mine else None


def standing(person: Person, instance_id: str) -> tuple[Dossier, Row, list[Picture]]:
    """A procedure with its case and diagrams; raises NotFound."""
    with db.read() as tx:
        found = cases.of_instance(tx, person, instance_id)
        instance = next(one for one in found.instances if one["id"] == instance_id)
        return found, instance, _run(tx, found, instance).pictures


def entrance_page(person: Person, waiting_id: str) -> EntrancePage:
    """Raises NotFound."""
    with db.read() as tx:
        desk = cases.entrance(tx, person, waiting_id)
        urls = {"submit": url_for("cases.deliver", waiting_id=waiting_id)}
        content = _form(desk, desk.subscription["form"], urls)
        named = attached(json.dumps(content["data"], default=str))
        shown = _form(desk, desk.subscription["form"], urls, {}, [*_documents(tx, person, named)])
        return EntrancePage(desk.case, desk.subscription, shown)


def procedure_page(person: Person, case_id: str, process_id: str) -> EntrancePage:
    """The form that starts a further procedure in a case. Raises NotFound, NotAllowed, Refused."""
    with db.read() as tx:
        desk, start = cases.beginning_of(tx, person, case_id, process_id)
        urls = {"submit": url_for("cases.start", case_id=case_id, process_id=process_id)}
        content = _form(desk, start.properties["form"], urls)
        return EntrancePage(desk.case, {"name": start.name, "clauses": start.clauses}, content)


def seat_page(person: Person, item_id: str) -> SeatPage:
    """Raises NotFound, and NotAllowed for who does not keep the panel."""
    with db.read() as tx:
        desk = cases.task(tx, person, item_id)
        access.may_keep_panel(person, desk.case, desk.parties)
        return SeatPage(desk.case, desk.item, choices.experts(tx, desk.case["regime"]))


def start_page(person: Person, regime: str, process_id: str, office: str | None) -> StartPage:
    """``office`` chooses among the person's own. Raises NotFound and NotAllowed."""
    with db.read() as tx:
        law = cases.law_of(tx, regime)
        start = beginning.starting_event(law.catalogue, regime, process_id)
        chosen = access.organisation_for(person, start.lane or "", regime, office)
        known = {"regime": law.regime.as_variable(), "today": clock.today()}
        offered = choices.Context(lambda: known, partial(choices.offered, tx, law))
        form = law.catalogue.form(start.properties["form"], regime) or b"{}"
        return StartPage(
            name=pictures.name_of(law.catalogue, regime, process_id),
            picture=address(publications.current(tx), regime, process_id),
            payload=payload(form, offered, {"submit": _start(regime, process_id, chosen)}),
        )


def _start(regime: str, process_id: str, office: str) -> str:
    return url_for("starts.begin", regime=regime, process_id=process_id, office=office)


def _in_order(found: Dossier) -> list[Row]:
    """Those with an open task, those that wait, those that are over; newest first."""
    busy = {item["instance_id"] for item in found.items if item["status"] == "open"}
    newest = reversed(found.instances)
    return sorted(newest, key=lambda one: (one["status"] in OVER, one["id"] not in busy))


def _run(tx: Connection, found: Dossier, instance: Row) -> Run:
    law = publications.catalogue(tx, instance["publication_id"], instance["digest"])
    standing = cases.progress(tx, found.case, instance)
    drawn = pictures.of_instance(law, found.case["regime"], instance, standing, found.items)
    return Run(drawn[0].name, instance["status"], drawn)


def _standings(tx: Connection, found: Dossier) -> list[Standing]:
    laws = {
        one["id"]: publications.catalogue(tx, one["publication_id"], one["digest"])
        for one in found.instances
    }
    return standings(laws, found, partial(_asked, tx, laws, found.case["regime"]))


def _asked(tx: Connection, laws: dict[str, Catalogue], regime: str, item: Row) -> list[str]:
    """What an open item asks for; most boxes say nothing, and then nothing is read."""
    box = drawn_box(laws[item["instance_id"]], regime, item["process_id"], item["element_id"])
    names = box.words("asks") if box else ()
    if not names:
        return []
    desk = desks.of_item(tx, item["id"], "", lock=False)
    return submission.texts_of(desk, Surroundings(desk), names)


def _ending(tx: Connection, found: Dossier) -> Ending | None:
    last = found.instances[-1]
    law = publications.catalogue(tx, last["publication_id"], last["digest"])
    return ending(law, found)


def _picture(tx: Connection, found: Dossier, item: Row) -> Picture:
    instance = next(one for one in found.instances if one["id"] == item["instance_id"])
    drawn = _run(tx, found, instance).pictures
    return next((one for one in drawn if one.process_id == item["process_id"]), drawn[0])


def _seats(found: Dossier) -> list[Row]:
    """The seats of panels in session that the person may change."""
    if not found.roles & access.PANEL_KEEPERS:
        return []
    return [one for one in found.items if one["status"] == "open" and one["multi_instance"]]


def _deadline(found: Dossier, item: Row) -> Row | None:
    return next((one for one in found.deadlines if one["id"] == item["deadline_id"]), None)


def _clauses(desk: Desk, ids: Iterable[str]) -> list[Clause]:
    """Those of the case's own regime; a shared diagram names the clauses of all."""
    return desk.catalogue.clauses_of(desk.case["regime"], ids)


def _is_mine(person: Person, item: Row) -> bool:
    return item["status"] == "open" and access.in_hand(person, item) and bool(item["form"])


def _task_page_form(tx: Connection, person: Person, desk: Desk, found: Dossier) -> Row:
    draft = submission.draft(tx, desk.item["id"], person)
    return _task_form(tx, person, desk, draft, found.documents)


def _task_form(
    tx: Connection, person: Person, desk: Desk, draft: Row, papers: Sequence[Row]
) -> Row:
    item = desk.item
    urls = {
        "submit": url_for("tasks.complete", item_id=item["id"]),
        "draft": "" if Surroundings(desk).is_secret else url_for("tasks.draft", item_id=item["id"]),
    }
    loose = _documents(tx, person, attached(json.dumps(draft))) if draft else ()
    return _form(desk, item["form"], urls, draft, [*papers, *loose]) | {"version": item["version"]}


def _form(
    desk: Desk,
    form_id: str,
    urls: Mapping[str, str],
    draft: Mapping[str, Any] | None = None,
    documents: Sequence[Row] = (),
) -> dict[str, Any]:
    form = desk.catalogue.form(form_id, desk.case["regime"]) or b"{}"
    filled = submission.context(desk, Surroundings(desk))
    return payload(form, filled, urls, draft or {}, documents)


def attached(text: str) -> set[str]:
    """What may be document ids in a draft."""
    return set(DOCUMENT_ID.findall(text))


def _documents(tx: Connection, person: Person, ids: Iterable[str]) -> Iterator[Row]:
    for document_id in ids:
        with suppress(NotFound):  # uploaded by somebody else, or collected meanwhile
            yield cases.document(tx, person, document_id)
