"""Starting a case: which procedures a person may start, the self-check, the first form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from server import db
from server.law import self_check as checking
from server.law.catalogue import Catalogue
from server.views import reading
from server.views.body import submission
from server.views.eligibility import checked
from server.views.guards import signed_in
from server.views.pictures import name_of
from server.views.published import catalogue
from server.views.tasks import after
from server.work import beginning, worklist

bp = Blueprint("starts", __name__)


@bp.get("/start")
@signed_in
def choose() -> ResponseReturnValue:
    """The procedures open to this person, once for each office in whose name they act."""
    with db.read() as tx:
        choices = beginning.startable(tx, g.person)
    checkable = _own_first(catalogue().checkable)
    return render_template("start.html", choices=choices, checkable=checkable)


def _own_first(regimes: Iterable[str]) -> list[str]:
    held = {office.regime for office in g.person.memberships}
    return sorted(regimes, key=lambda regime: regime not in held)


@bp.get("/start/<regime>/<process_id>")
@signed_in
def form(regime: str, process_id: str) -> ResponseReturnValue:
    """The form that starts a procedure."""
    page = reading.start_page(g.person, regime, process_id, request.args.get("office"))
    is_checkable = process_id == checking.PROCESS
    return render_template("start_form.html", page=page, regime=regime, checkable=is_checkable)


@bp.post("/start/<regime>/<process_id>")
@signed_in
def begin(regime: str, process_id: str) -> ResponseReturnValue:
    """Open the case and run the first steps."""
    given, law = submission(), catalogue()
    role = beginning.starting_event(law, regime, process_id).lane or ""
    office = request.args.get("office")
    answer = worklist.start_case(
        g.person,
        regime,
        process_id,
        title_of(law, regime, process_id, given.data),
        {role: office} if office else {},
        given.data,
        given.key,
    )
    return {"next": after(answer)}, 201


@bp.get("/self-check/<regime>")
@signed_in
def self_check(regime: str) -> ResponseReturnValue:
    """The conditions of an application, judged by the facts in the address."""
    return render_template("self_check.html", **checked(regime))


def title_of(law: Catalogue, regime: str, process_id: str, data: dict[str, Any]) -> str:
    """The title of a new case: the regime's object, its field where one is named, the procedure,
    and the subject where the starting event says which fields of its form tell it."""
    field = str(data.get("field_name") or "")[:60]
    middle = f"（{field}）" if field else " · "
    named = beginning.starting_event(law, regime, process_id).words("subject")
    subject = next((str(data[name])[:60] for name in named if data.get(name)), "")
    told = f"：{subject}" if subject else ""
    return f"{law.regimes[regime].title}{middle}{name_of(law, regime, process_id)}{told}"
