"""The page of the self-check: the conditions of an application, judged by what a unit states."""

from __future__ import annotations

from typing import Any

from flask import g, request

from server import clock, db
from server.law import self_check as checking
from server.views.form_language import in_language
from server.views.language import current
from server.views.published import catalogue, said
from server.work import beginning, cases

LONGEST_FIELD = 60
"""Letters of a field's name."""


def checked(regime: str) -> dict[str, Any]:
    """What the page shows for the facts in the address; raises NotFound."""
    field = request.args.get("field_name", "").strip()[:LONGEST_FIELD]
    with db.read() as tx:
        law = cases.law_of(tx, regime)
        offices = beginning.sponsors(tx, regime)
        asked = checking.questions(law)
        applies = bool(asked and g.person and beginning.applies_for(g.person, regime))
        barred = beginning.barred(tx, g.person, law, field) if applies and field else None
    facts = checking.stated(asked, request.args.getlist)
    criteria = checking.check(law, facts, clock.today())
    failed = [one for one in criteria if one.result == "not_met"]
    return {
        "regime": regime,
        "regimes": catalogue().checkable,
        "questions": [in_language(one, current()) for one in asked],
        "facts": facts,
        "unread": checking.unread(facts, lambda key: [_given(key)]),
        "given": _given,
        "criteria": criteria,
        "barring": sum(not one.soft for one in failed),
        "exceptional": sum(one.soft for one in failed),
        "judged": sum(one.result == "judgement" for one in criteria),
        "provisions": {one.clause: catalogue().clauses.by_id(one.clause) for one in failed},
        "sponsor": law.catalogue.row("roles", regime, role=beginning.SPONSOR),
        "offices": offices,
        "applies": applies,
        "field": field,
        "barred": barred and barred | {"reason": said(barred["reason"])},
    }


def _given(key: str) -> str:
    """What was typed for a question, readable or not."""
    return request.args.get(key, "").strip()[:20]
