"""Moving running cases: what a version means for them, orders to move them, how far they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Connection

from server import db
from server.errors import Invalid, NotFound
from server.law.catalogue import Catalogue
from server.studio.drafts import overlay, reach, store
from server.views import exports
from server.views.exports import Column
from server.views.guards import signed_in
from server.views.language import labelled
from server.views.published import regime_short
from server.views.query import LIMIT_TEXT
from server.views.words import local_time, word
from server.views.workshop.blueprint import bp
from server.views.workshop.words import CASE_MOVES, ORDER_STATES, reason_text
from server.work import access, migration, publications
from server.work.migration import Effect, Element, Ids, Order, Reason, Standing
from server.work.people import Person, names_of

PAGE = 50
CHOOSABLE = 500
"""Cases among which one may choose; a longer list goes over as a whole."""
MOVING = ("running", "undoing")
"""States in which a page asks again."""
MAP, DROP = "map:", "-"
"""Form fields that name the box of the new version; the value for a box that is given up."""


# --- what a version means for open cases --------------------------------------------------------


@bp.get("/drafts/<draft_id>/effect")
@signed_in
def effect(draft_id: str) -> ResponseReturnValue:
    """What a draft would mean for the cases that run now, as a part of its page."""
    held = access.may_read_models(g.person)
    with db.read() as tx:
        laid = overlay.of(tx, store.find(tx, draft_id))
        touched = reach.procedures(laid)
        made = overlay.catalogue(laid.tree)
        found = migration.effects(tx, made, held, lambda *pair: pair in touched)
    return render_template("workshop/_effect.html", effects=found, names=_names(made), plan=False)


def _names(made: Catalogue) -> Callable[[str, str], str]:
    """Procedure and regime to what the procedure is called."""

    def name(process_id: str, regime: str) -> str:
        path = made.diagrams(regime).get(process_id) or made.processes.get(process_id)
        drawn = made.describe(path) if path else None
        return labelled(drawn.name) if drawn else process_id

    return name


@bp.get("/migrations")
@signed_in
def migrations() -> ResponseReturnValue:
    """Procedures that run on earlier versions, and the orders to move cases."""
    held = access.may_read_models(g.person)
    asked = {name: request.args.get(name, "")[:LIMIT_TEXT] for name in ("q", "state")}
    page, sort = max(request.args.get("page", 1, int), 1), request.args.get("sort", "")
    with db.read() as tx:
        made = publications.catalogue(tx, publications.current(tx))
        orders = migration.listed(tx, held)
        people = names_of(tx, {order.row["ordered_by"] for order in orders})
        found = [] if exports.asked() else migration.effects(tx, made, held)
    names = _names(made)
    lines = [_line(order, names, people) for order in orders]
    lines = sorted(filter(lambda line: _wanted(line, asked), lines), **_ordering(sort))
    if exports.asked():
        return exports.answer(gettext("在办迁移"), _columns(), exports.whole(lines))
    return render_template(
        "workshop/migrations.html",
        lines=lines[(page - 1) * PAGE : page * PAGE],
        total=len(lines),
        next_page=page + 1 if len(lines) > page * PAGE else None,
        asked=asked,
        sort=sort,
        states=ORDER_STATES,
        effects=found,
        names=names,
        plan=True,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list of orders."""

    order: Order
    name: str
    by: str
    state: str


def _line(order: Order, names: Callable[[str, str], str], people: Mapping[str, str]) -> Line:
    row = order.row
    name = names(row["process_id"], row["regime"])
    return Line(order, name, people.get(row["ordered_by"], ""), state_of(order))


def state_of(order: Order) -> str:
    """The word for where an order stands."""
    status: str = order.row["status"]
    return {"running": "done", "undoing": "undone"}[status] if order.is_over else status


def _wanted(line: Line, asked: Mapping[str, str]) -> bool:
    text = f"{line.name} {line.order.row['reason']} {line.by}".lower()
    return asked["q"].strip().lower() in text and asked["state"] in ("", line.state)


def _ordering(sort: str) -> dict[str, Any]:
    keys: Mapping[str, Callable[[Line], Any]] = {
        "name": lambda line: line.name,
        "cases": lambda line: line.order.total,
        "at": lambda line: line.order.row["ordered_at"],
    }
    key = keys.get(sort.removeprefix("-"), keys["at"])
    return {"key": key, "reverse": sort.startswith("-") or sort.removeprefix("-") not in keys}


def _columns() -> list[Column]:
    return [
        Column(gettext("程序"), lambda line: line.name),
        Column(gettext("管理办法"), lambda line: regime_short(line.order.row["regime"])),
        Column(gettext("理由"), lambda line: line.order.row["reason"]),
        Column(gettext("提出人"), lambda line: line.by),
        Column(gettext("提出时间"), lambda line: local_time(line.order.row["ordered_at"])),
        Column(gettext("办件"), lambda line: line.order.total),
        Column(gettext("已迁移"), lambda line: line.order.counts["moved"]),
        Column(gettext("状态"), lambda line: word(ORDER_STATES, line.state)),
    ]


# --- planning -----------------------------------------------------------------------------------


@bp.get("/migrations/plan/<regime>/<process_id>")
@signed_in
def plan_migration(regime: str, process_id: str) -> ResponseReturnValue:
    """The dry run of one procedure, with the boxes that somebody has named."""
    if regime not in access.may_read_models(g.person):
        raise NotFound("没有找到这个程序")
    ids = _ids(request.args)
    with db.read() as tx:
        number = publications.current(tx)
        made = publications.catalogue(tx, number)
        standing = list(migration.of_procedure(tx, made, regime, process_id, ids))
        questions = list(_questions(tx, made, regime, standing, ids))
    found = Effect(process_id, regime)
    for one in standing:
        found.add(one)
    return render_template(
        "workshop/migration_plan.html",
        effect=found,
        name=_names(made)(process_id, regime),
        number=number,
        questions=questions,
        fitting=[one for one in standing if not one.reasons][:CHOOSABLE],
        choosable=found.fitting <= CHOOSABLE,
        titles=access.oversees(g.person, regime),
        owns=regime in access.regimes_held(g.person, access.PROCESS_OWNER),
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A box that the new version does not know, and those that it may be called there."""

    field: str
    reason: Reason
    chosen: str
    choices: list[tuple[str, str]]
    may_drop: bool


def _questions(
    tx: Connection, made: Catalogue, regime: str, standing: Iterable[Standing], ids: Ids
) -> Iterator[Question]:
    """What is still open, and what has been answered already."""
    asked = dict.fromkeys(r for one in standing for r in one.reasons if r.wants_mapping)
    olds = [publications.catalogue(tx, number) for number in {s.publication_id for s in standing}]
    open_ones = {(reason.process_id, reason.element_id) for reason in asked}
    for process_id, of in ids.items():
        for old_id in [one for one in of if (process_id, one) not in open_ones]:
            box = _box(olds, regime, process_id, old_id)
            asked[Reason("named", process_id, old_id, box.label if box else old_id)] = None
    for reason in asked:
        box = _box(olds, regime, reason.process_id, reason.element_id)
        drop = box is not None and box.kind == "boundaryEvent"
        field = f"{MAP}{reason.process_id}:{reason.element_id}"
        choices = _alike(made, regime, reason, box)
        yield Question(field, reason, _chosen(ids, reason), choices, drop)


def _box(
    olds: Iterable[Catalogue], regime: str, process_id: str, element_id: str
) -> Element | None:
    """A box as an earlier version draws it."""
    for made in olds:
        drawn = made.describe(made.diagrams(regime).get(process_id, ""))
        if drawn and element_id in drawn.by_id:
            return drawn.by_id[element_id]
    return None


def _alike(
    made: Catalogue, regime: str, reason: Reason, box: Element | None
) -> list[tuple[str, str]]:
    """The boxes that could take its place: of the same kind, or of any kind before a join."""
    drawn = made.describe(made.diagrams(regime).get(reason.process_id, ""))
    boxes = drawn.elements if drawn else ()
    fitting = [e for e in boxes if reason.code == "join" or box is None or e.kind == box.kind]
    return [(each.id, labelled(each.label)) for each in fitting]


def _chosen(ids: Ids, reason: Reason) -> str:
    of = ids.get(reason.process_id, {})
    return (of[reason.element_id] or DROP) if reason.element_id in of else ""


def _ids(given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The boxes named in the fields of a form."""
    found: dict[str, dict[str, str]] = {}
    for field, chosen in given.items():
        if field.startswith(MAP) and chosen:
            process_id, _, old = field.removeprefix(MAP).partition(":")
            found.setdefault(process_id, {})[old] = "" if chosen == DROP else chosen
    return found


@bp.post("/migrations")
@signed_in
def order_migration() -> ResponseReturnValue:
    """Order the cases of a procedure to the version in force."""
    given = request.form
    regime, process = given.get("regime", ""), given.get("process", "")
    some = given.get("which") == "some"
    chosen = given.getlist("instance") if some else None
    if some and not chosen:
        raise Invalid("请选定要迁移的办件", code="chosen")
    reason = given.get("reason", "")
    order_id = migration.order(g.person, regime, process, _ids(given), reason, chosen)
    return redirect(url_for("workshop.migration_order", order_id=order_id), 303)


# --- one order ----------------------------------------------------------------------------------


@bp.get("/migrations/<order_id>")
@signed_in
def migration_order(order_id: str) -> ResponseReturnValue:
    """An order, what may be done with it, and its cases."""
    asked = {name: request.args.get(name, "")[:LIMIT_TEXT] for name in ("q", "state")}
    page = max(request.args.get("page", 1, int), 1)
    with db.read() as tx:
        found = migration.find(tx, g.person, order_id)
        cases = migration.cases_of(tx, order_id)
        made = publications.catalogue(tx, found.row["publication_id"])
    cases = [case for case in cases if _is_wanted(case, asked)]
    if exports.asked():
        return exports.answer(gettext("迁移的办件"), _case_columns(), exports.whole(cases))
    return render_template(
        "workshop/migration.html",
        order=found,
        state=state_of(found),
        name=_names(made)(found.row["process_id"], found.row["regime"]),
        entries=[act | {"at": datetime.fromisoformat(act["at"])} for act in found.row["acts"]],
        cases=cases[(page - 1) * PAGE : page * PAGE],
        total=len(cases),
        next_page=page + 1 if len(cases) > page * PAGE else None,
        asked=asked,
        states=CASE_MOVES,
        reads=access.oversees(g.person, found.row["regime"]),
        **_may(g.person, found),
    )


def _is_wanted(case: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    return asked["q"].strip().lower() in case["number"].lower() and asked["state"] in (
        "",
        case["status"],
    )


def _case_columns() -> list[Column]:
    return [
        Column(gettext("办件编号"), lambda case: case["number"]),
        Column(gettext("结果"), lambda case: word(CASE_MOVES, case["status"])),
        Column(gettext("时间"), lambda case: case["settled_at"] and local_time(case["settled_at"])),
        Column(gettext("原因"), lambda case: "；".join(map(reason_text, case["reasons"]))),
    ]


def _may(person: Person, found: Order) -> dict[str, bool]:
    """What the person may do with an order as it stands."""
    row = found.row
    approves = row["regime"] in access.regimes_held(person, access.APPROVER)
    own = row["ordered_by"] == person.id
    steers = approves or row["regime"] in access.regimes_held(person, access.PROCESS_OWNER)
    asked, alive = row["status"] == "submitted", row["status"] in ("running", "paused")
    return {
        "decides": asked and approves and not own,
        "withdraws": asked and own,
        "pauses": steers and row["status"] == "running" and not found.is_over,
        "resumes": steers and row["status"] == "paused",
        "undoes": steers and alive and bool(found.counts["moved"]),
    }


@bp.get("/migrations/<order_id>/progress")
@signed_in
def migration_progress(order_id: str) -> ResponseReturnValue:
    """How far an order is, asked for again and again while it runs; at its end the page is."""
    with db.read() as tx:
        found = migration.find(tx, g.person, order_id)
    state = state_of(found)
    part = render_template("workshop/_migration_progress.html", order=found, state=state)
    return Response(part, headers={} if state in MOVING else {"HX-Refresh": "true"})


@bp.post("/migrations/<order_id>/acts/<act>")
@signed_in
def steer_migration(order_id: str, act: str) -> ResponseReturnValue:
    """One step of an order on its way."""
    access.may_read_models(g.person)
    if act not in ACTS:
        raise NotFound("没有这个操作")
    ACTS[act](g.person, order_id)
    return redirect(url_for("workshop.migration_order", order_id=order_id), 303)


def _refuse(person: Person, order_id: str) -> None:
    migration.refuse(person, order_id, request.form.get("reason", ""))


def _undo(person: Person, order_id: str) -> None:
    migration.take_back(person, order_id, request.form.get("reason", ""))


ACTS: Mapping[str, Callable[[Person, str], object]] = {
    "consent": migration.consent,
    "refuse": _refuse,
    "withdraw": migration.withdraw,
    "pause": migration.pause,
    "resume": migration.resume,
    "undo": _undo,
}
