"""From an engine outcome to one write set and the answer to whoever acted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from server import clock
from server.engine.outcome import Outcome, Passed
from server.models import case_parties, cases, idempotency, jobs, journal, records
from server.models.columns import instant_text, pressed
from server.work import access, endings, papers, parties, succession
from server.work.dates import settle_dates
from server.work.desk import Desk
from server.work.journal import Entry, append, fingerprint
from server.work.opening import open_and_close
from server.work.outside import telling
from server.work.people import Person
from server.work.record import changed, entered
from server.work.sql import Row, json_text, strings
from server.work.store import Writes
from server.work.surroundings import Surroundings

CANCELLED = "cancelled"
"""The outcome of a procedure that another one has ended."""

DEPUTY = "{deputy} 代 {absent} 办理"
"""How the journal names somebody who acted in the place of somebody absent."""

LIMIT_NAME = 100

TOLD = frozenset(
    {
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "endEvent",
        "boundaryEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
    }
)
"""Boxes whose passing is told in the journal; the way through gateways shows in the diagram."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what. ``person`` is None for what happens by itself.

    ``submitted`` are the variables a form gave, ``documents`` the ids attached to it; ``key`` and
    ``request`` identify a request that may be repeated. ``behalf`` is the absent person in whose
    place it was done, ``opens`` by element id the columns that differ in an item it opens again.
    """

    kind: str
    person: Person | None = None
    name: str = ""
    element_id: str = ""
    clauses: Sequence[str] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    submitted: Mapping[str, Any] = field(default_factory=dict)
    documents: Sequence[str] = ()
    key: str | None = None
    request: str = ""
    behalf: Person | None = None
    opens: Mapping[str, Row] = field(default_factory=dict)

    @property
    def signature(self) -> Row:
        """Who acted, as the journal names them."""
        if self.person is None:
            return {}
        name = self.person.name
        signed = DEPUTY.format(deputy=name, absent=self.behalf.name) if self.behalf else name
        return {"actor_id": self.person.id, "actor_name": signed[:LIMIT_NAME]}


def settle(desk: Desk, outcome: Outcome, act: Act, around: Surroundings) -> Row:
    """Write everything that an act changed, in the open transaction; returns its answer.

    Raises Stale when somebody else acted first, and Refused when a task opens whose role no
    organisation plays in this case.
    """
    writes = Writes()
    if outcome.fault:
        around.register.undo()
    _bind_parties(desk, act, writes)
    act, handed_on = _follow(desk, outcome, act)
    opened = open_and_close(desk, outcome, around, writes)
    for item in opened:
        item |= act.opens.get(item["element_id"], {})
    _complete_item(desk, act, writes)
    writes.insert(jobs, *telling.opened(desk, [*opened, *handed_on], act.person))
    papers.issue(desk, outcome.life.papers, act.person, around, writes)
    writes.insert(records, *around.register.added)
    entries = [*_entries(desk, outcome, act), *settle_dates(desk, outcome, around, writes)]
    writes.insert(journal, *append(desk.case, entries, desk.now))
    _write_instance(desk, outcome, writes)
    _write_case(desk, outcome, act.person, around, writes)
    answer = _answer(desk, outcome, act, opened)
    _remember(desk, act, answer, writes)
    writes.apply(desk.tx)
    return answer


def noted(desk: Desk, act: Act, writes: Writes, answer: Row) -> Row:
    """``note`` one act of a person that may be repeated; returns its answer."""
    _remember(desk, act, answer, writes)
    note(desk, [act], writes)
    return answer


def note(desk: Desk, acts: Sequence[Act], writes: Writes) -> None:
    """Write an act that does not move the procedure: its rows and its journal entry."""
    entries = [_act_entry(desk, act) for act in acts]
    writes.insert(journal, *append(desk.case, entries, desk.now))
    _write_case_row(desk, writes)
    writes.apply(desk.tx)


def _bind_parties(desk: Desk, act: Act, writes: Writes) -> None:
    if desk.is_new:
        bound = desk.parties
    else:
        regime = desk.case["regime"]
        chosen = parties.chosen_in(desk.tx, regime, act.submitted)
        new = {role: held for role, held in chosen.items() if role not in desk.parties}
        known = parties.with_shared(desk.catalogue, regime, {**new, **desk.parties}) if new else {}
        bound = {role: held for role, held in known.items() if role not in desk.parties}
        desk.parties |= bound
    writes.insert(case_parties, *parties.rows(desk.case["id"], bound.items()))


def _follow(desk: Desk, outcome: Outcome, act: Act) -> tuple[Act, list[Row]]:
    """The act with the parties that it replaces, and the items that go to those who follow."""
    record = entered(desk.case["record"], changed(outcome))
    followed = succession.followed(desk, record)
    if not followed:
        return act, []
    handed_on = succession.take_over(desk, followed, outcome.closed)
    return replace(act, detail={**act.detail, "parties": followed}), handed_on


def _complete_item(desk: Desk, act: Act, writes: Writes) -> None:
    if act.person and act.documents:
        writes.update("attached", person=act.person.id, documents=strings(act.documents))
        writes.parameters["case_id"] = desk.case["id"]
    if act.kind != "complete" or act.person is None:
        return
    item = desk.item
    result = pressed(json_text(act.submitted))
    writes.update("item", item=item["id"], item_version=item["version"], result=result)
    writes.parameters |= {"person": act.person.id, "now": instant_text(desk.now)}
    if desk.has_draft:
        writes.update("drafts")
    if item["deadline_id"]:
        today = clock.civil_day(desk.now).isoformat()
        writes.update("met", deadline=item["deadline_id"], today=today)


# --- the journal --------------------------------------------------------------------------------


def _entries(desk: Desk, outcome: Outcome, act: Act) -> Iterator[Entry]:
    yield _act_entry(desk, act, outcome)
    for step in outcome.passed:
        if step.kind in TOLD:
            yield Entry(
                "step", step.name, step.element_id, detail=_told(step), clauses=step.clauses
            )
    if fault := outcome.fault:
        detail = {"process": fault.process_id, "error": fault.error}
        yield Entry("fault", fault.name, fault.element_id, detail=detail)


def _act_entry(desk: Desk, act: Act, outcome: Outcome | None = None) -> Entry:
    detail = {**act.detail, "data": fingerprint(act.submitted)}
    if desk.item:
        detail |= {"item": desk.item["id"], "role": desk.item["role"]}
        detail |= {"panel": access.panel_key(desk.item)} if desk.item["multi_instance"] else {}
    if outcome and outcome.states:
        detail["state"] = outcome.case_state
    if outcome and (changes := changed(outcome)):
        detail["record"] = changes
    if act.behalf:
        detail["for"] = act.behalf.id
    clauses = tuple(act.clauses)
    return Entry(
        act.kind, act.name, act.element_id, detail=detail, clauses=clauses, **act.signature
    )


def _told(step: Passed) -> dict[str, Any]:
    return {
        "process": step.process_id,
        "changed": list(step.changed),
        "rules": list(step.matched),
    }


# --- the rows of the case -----------------------------------------------------------------------


def _write_instance(desk: Desk, outcome: Outcome, writes: Writes) -> None:
    row = desk.instance
    now = instant_text(desk.now)
    cancelled = outcome.outcome == CANCELLED
    status = ("cancelled" if cancelled else "ended") if outcome.ended else "running"
    writes.update(
        "instance",
        instance_id=row["id"],
        instance_version=row["version"],
        blob=outcome.state,
        instance_status=status,
        now=now,
        ended_at=now if outcome.ended else None,
        outcome=outcome.outcome,
    )
    if cancelled:
        writes.update("void_instance")
    if row["version"] == 0:
        pinned = ("case_id", "publication_id", "process_id", "digest", "calendar_version")
        writes.replace("instance", "new_instance", **{name: row[name] for name in pinned})
    row["version"] += 1
    if row.get("status") == "failed" and not outcome.fault:
        writes.update("resolved")


def _write_case(
    desk: Desk, outcome: Outcome, person: Person | None, around: Surroundings, writes: Writes
) -> None:
    case = desk.case
    if outcome.states:
        case["moves"] = [case["state"], *outcome.states]
        case["state"] = outcome.states[-1]
    case["record"] = entered(case["record"], changed(outcome))
    if _closes(desk, outcome, around):
        case["closed_at"] = desk.now
        writes.update("void_others")
    if _is_decided(desk, outcome):
        writes.insert(jobs, endings.to_tell(desk, outcome, person))
    if desk.is_new:
        writes.insert(cases, case)
    else:
        _write_case_row(desk, writes)


def _closes(desk: Desk, outcome: Outcome, around: Surroundings) -> bool:
    """A case is closed by the procedure that brought it to its end, not by those cancelled."""
    ended = outcome.ended and outcome.outcome != CANCELLED and not desk.case["closed_at"]
    return ended and around.law.states.is_final(desk.case["state"])


def _is_decided(desk: Desk, outcome: Outcome) -> bool:
    """Whether the end of a procedure has closed the case or brought it into another state."""
    ended = outcome.ended and outcome.outcome != CANCELLED
    return ended and bool(outcome.states or desk.case["closed_at"] == desk.now)


def _write_case_row(desk: Desk, writes: Writes) -> None:
    case = desk.case
    writes.update(
        "case",
        case_id=case["id"],
        case_version=case["version"],
        case_state=case["state"],
        case_moves=json_text(case["moves"]),
        case_record=json_text(case["record"]),
        case_title=case["title"],
        case_head=case["journal_head"],
        case_seq=case["journal_seq"],
        case_closed=instant_text(case["closed_at"]) if case["closed_at"] else None,
    )
    case["version"] += 1


# --- the answer ---------------------------------------------------------------------------------


def _answer(desk: Desk, outcome: Outcome, act: Act, opened: Sequence[Row]) -> Row:
    person = act.person
    mine = [item for item in opened if person and access.may_see(person, item)]
    return {
        "case": desk.case["id"],
        "number": desk.case["number"],
        "state": desk.case["state"],
        "ended": outcome.ended,
        "fault": outcome.fault is not None,
        "next": [{"id": item["id"], "name": item["name"]} for item in mine],
    }


def _remember(desk: Desk, act: Act, answer: Row, writes: Writes) -> None:
    if act.person and act.key:
        row = {"key": act.key, "person_id": act.person.id, "request_hash": act.request}
        writes.insert(idempotency, row | {"response": answer, "created_at": desk.now})
