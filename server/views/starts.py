"""Starting a case: which procedures a person may start, the self-check, the first form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from server import clock, db
from server.law import self_check as checking
from server.law.catalogue import Catalogue
from server.views import reading
from server.views.body import submission
from server.views.form_language import in_language
from server.views.guards import signed_in
from server.views.language import current
from server.views.pictures import name_of
from server.views.published import catalogue
from server.views.tasks import after
from server.work import beginning, cases, worklist

bp = Blueprint("starts", __name__)


@bp.get("/start")
@signed_in
def choose() -> ResponseReturnValue:
    """The procedures open to this person, once for each office in whose name they act."""
    with db.read() as tx:
        choices = beginning.startable(tx, g.person)
    law = catalogue()
    checkable = [regime for regime in law.regimes if law.rows(checking.TABLE, regime)]
    return render_template("start.html", choices=choices, checkable=checkable)


@bp.get("/start/<regime>/<process_id>")
@signed_in
def form(regime: str, process_id: str) -> ResponseReturnValue:
    """The form that starts a procedure."""
    page = reading.start_page(g.person, regime, process_id, request.args.get("office"))
    checkable = process_id == checking.FORM.partition("/")[0]
    return render_template("start_form.html", page=page, regime=regime, checkable=checkable)


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
    with db.read() as tx:
        law = cases.law_of(tx, regime)
    asked = checking.questions(law)
    facts = checking.stated(asked, request.args.getlist)
    criteria = checking.check(law, facts, clock.today())
    failed = [one for one in criteria if one.result == "not_met"]
    return render_template(
        "self_check.html",
        regime=regime,
        questions=[in_language(one, current()) for one in asked],
        facts=facts,
        criteria=criteria,
        barring=sum(not one.soft for one in failed),
        exceptional=sum(one.soft for one in failed),
        judged=sum(one.result == "judgement" for one in criteria),
        provisions={one.clause: catalogue().clauses.by_id(one.clause) for one in failed},
        sponsor=law.catalogue.row("roles", regime, role="sponsor"),
    )


def title_of(law: Catalogue, regime: str, process_id: str, data: dict[str, Any]) -> str:
    """The title of a new case: the regime's object, its field where one is named, the procedure,
    and the subject where the starting event says which fields of its form tell it."""
    field = str(data.get("field_name") or "")[:60]
    middle = f"（{field}）" if field else " · "
    named = beginning.starting_event(law, regime, process_id).words("subject")
    subject = next((str(data[name])[:60] for name in named if data.get(name)), "")
    told = f"：{subject}" if subject else ""
    return f"{law.regimes[regime].title}{middle}{name_of(law, regime, process_id)}{told}"
