"""Cases: the list of those a person may read, one case, the acts open to them beside tasks."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server.views import columns, exports, reading
from server.views.body import submission
from server.views.guards import signed_in
from server.views.inbox import case_states
from server.views.query import from_arguments
from server.views.tasks import after
from server.work import inbox, worklist

bp = Blueprint("cases", __name__)


@bp.get("/cases")
@signed_in
def register() -> ResponseReturnValue:
    """Every case the person may read."""
    query = from_arguments(request.args)
    page = inbox.readable(g.person, query.wanted, exports.size())
    if exports.asked():
        return exports.answer(gettext("办件"), columns.of_cases(), page)
    return render_template(
        "cases.html",
        query=query,
        items=page.items,
        cursor=page.cursor,
        endpoint="cases.register",
        heading=gettext("办件"),
        explanation=gettext("您有权查看的办件"),
        nothing=gettext("没有符合条件的办件"),
        states=case_states(),
    )


@bp.get("/cases/<case_id>")
@signed_in
def page(case_id: str) -> ResponseReturnValue:
    """State, parties, deadlines with proofs, diagrams, documents, history, open acts."""
    return render_template("case.html", page=reading.case_page(g.person, case_id))


@bp.get("/entrances/<waiting_id>")
@signed_in
def entrance(waiting_id: str) -> ResponseReturnValue:
    """The form of a message for which a case waits: an objection for instance."""
    return render_template("entrance.html", page=reading.entrance_page(g.person, waiting_id))


@bp.post("/entrances/<waiting_id>")
@signed_in
def deliver(waiting_id: str) -> ResponseReturnValue:
    """Bring the message."""
    given = submission()
    return {"next": after(worklist.deliver(g.person, waiting_id, given.data, given.key))}


@bp.get("/cases/<case_id>/start/<process_id>")
@signed_in
def procedure(case_id: str, process_id: str) -> ResponseReturnValue:
    """The form that starts a further procedure in a case: an extension, an acceptance."""
    page = reading.procedure_page(g.person, case_id, process_id)
    return render_template("entrance.html", page=page)


@bp.post("/cases/<case_id>/start/<process_id>")
@signed_in
def start(case_id: str, process_id: str) -> ResponseReturnValue:
    """Start it."""
    given = submission()
    answer = worklist.start_procedure(g.person, case_id, process_id, given.data, given.key)
    return {"next": after(answer)}, 201


@bp.get("/seats/<item_id>")
@signed_in
def seat(item_id: str) -> ResponseReturnValue:
    """A seat of a panel in session: withdraw the expert or put another in the place."""
    return render_template("seat.html", page=reading.seat_page(g.person, item_id), problem=None)


@bp.post("/seats/<item_id>")
@signed_in
def change_seat(item_id: str) -> ResponseReturnValue:
    """Change the panel; the others go on."""
    expert, reason = request.form.get("expert", ""), request.form.get("reason", "")
    if expert:
        answer = worklist.replace_expert(g.person, item_id, expert, reason)
    else:
        answer = worklist.withdraw_expert(g.person, item_id, reason)
    return redirect(url_for("cases.page", case_id=answer["case"]), 303)
