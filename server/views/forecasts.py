"""推演: what lies ahead of a case under stated assumptions. Nothing changes by it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import db
from server.studio import simulation
from server.studio.scenarios import usual
from server.studio.simulation import Duty, Forecast
from server.views import apart, columns, exports
from server.views.guards import signed_in
from server.views.language import labelled
from server.views.pages import organisation_name, titled_row
from server.views.pictures import name_of
from server.views.published import catalogue, of_regime
from server.views.words import ROLES, STATES, word
from server.work import access, cases
from server.work.cases import Dossier
from server.work.sql import Row

MOST_YEARS, MOST_DAYS = 10, 90

bp = Blueprint("forecasts", __name__)


class Asked(NamedTuple):
    """What is assumed: bundles of the regime, how far, how long a task without a date takes."""

    assume: list[str]
    years: int
    pace: int

    @property
    def arguments(self) -> dict[str, object]:
        """The address arguments that ask for the same again."""
        return {"run": "1", "assume": self.assume, "years": self.years, "pace": self.pace}


@bp.get("/cases/<case_id>/forecast")
@signed_in
def page(case_id: str) -> ResponseReturnValue:
    """The assumptions as a form; below it, once asked for, the forecast; or that as a file."""
    found = readable(case_id)
    known = bundles(found.case["regime"])
    asked = _asked(known)
    told = foretold(found, asked) if "run" in request.args or exports.asked() else None
    if told and request.args.get("format") == "ics":
        return _calendar(told)
    if told and exports.asked():
        page = exports.whole(lines(found, told))
        return exports.answer(gettext("推演"), columns.of_forecast(), page)
    return render_template(
        "forecast.html",
        case=found.case,
        known=known,
        asked=asked,
        told=told,
        lines=lines(found, told) if told else [],
    )


def readable(case_id: str) -> Dossier:
    """Raises NotFound, and NotAllowed while a forecast would tell what is sealed."""
    with db.read() as tx:
        found = cases.dossier(tx, g.person, case_id)
    running = {one["id"] for one in found.instances if one["status"] == "running"}
    access.may_forecast(g.person, found.case, found.roles, found.items, running)
    return found


def bundles(regime: str) -> dict[str, str]:
    """What can be assumed of a regime's cases, with its words."""
    known = usual.of(catalogue(), regime).assumptions
    return {
        name: labelled(str(bundle.get("title", name)))
        for name, bundle in known.items()
        if name != simulation.ORDINARY
    }


def _asked(known: dict[str, str]) -> Asked:
    given = request.args
    years, pace = given.get("years", 3, int), given.get("pace", simulation.PACE, int)
    assume = [one for one in dict.fromkeys(given.getlist("assume")) if one in known]
    return Asked(assume, min(max(years, 1), MOST_YEARS), min(max(pace, 0), MOST_DAYS))


def foretold(found: Dossier, asked: Asked) -> Forecast:
    """The case run forward, in words. Raises Refused where it cannot go on, TooMany."""
    config = current_app.config["GUICHENG"]
    told = apart.forecast(config, found.case["id"], asked.assume, asked.years, asked.pace)
    told.duties = [_in_words(found, duty) for duty in told.duties]
    return told


def _in_words(found: Dossier, duty: Duty) -> Duty:
    names = {party["organisation_id"]: organisation_name(party) for party in found.parties}
    law, regime = catalogue(), found.case["regime"]
    drawn = duty.procedure in law.diagrams(regime)
    return replace(
        duty,
        name=labelled(duty.name),
        role=word(ROLES, duty.role) if duty.role else "",
        organisation=names.get(duty.organisation or "", ""),
        procedure=labelled(name_of(law, regime, duty.procedure)) if drawn else duty.procedure,
    )


def lines(found: Dossier, told: Forecast) -> list[Row]:
    """Duties, dates and states of the case in the order of their days."""
    duties = [
        {
            "day": duty.due_on or duty.done_on or duty.opened_on,
            "what": duty.name,
            "who": duty.role,
            "office": duty.organisation or "",
            "procedure": duty.procedure,
            "due_on": duty.due_on,
            "provisional": duty.provisional,
            "done_on": duty.done_on,
            "clauses": of_regime(duty.clauses, found.case["regime"]),
            "note": duty.obstacle,
        }
        for duty in told.duties
    ]
    states = [_plain(day, gettext("进入状态：%(state)s", state=word(STATES, state)))
              for day, state in told.states[1:]]  # fmt: skip
    return _at_once([*duties, *_dates(found, told), *states])


def _at_once(lines: list[Row]) -> list[Row]:
    """In the order of the days; what several people do on the same day is one line."""
    alike: dict[str, list[Row]] = {}
    for line in sorted(lines, key=lambda line: str(line["day"])):
        alike.setdefault(str(line), []).append(line)
    return [
        same[0] | {"what": gettext("%(what)s（%(num)s 人）", what=same[0]["what"], num=len(same))}
        if len(same) > 1
        else same[0]
        for same in alike.values()
    ]


def _dates(found: Dossier, told: Forecast) -> list[Row]:
    return [
        _plain(each.due_on, _title(found.case["regime"], each.milestone, each.title))
        | {
            "due_on": each.due_on,
            "provisional": each.provisional,
            "done_on": each.met_on,
            "clauses": each.clause.split(),
        }
        for each in told.dates
    ]


def _plain(day: object, what: str) -> Row:
    nothing = {"who": "", "office": "", "procedure": "", "due_on": None, "provisional": False}
    return {"day": day, "what": what, **nothing, "done_on": None, "clauses": [], "note": ""}


def _title(regime: str, milestone: str, title: str) -> str:
    row = catalogue().row("deadlines", regime, milestone=milestone)
    return titled_row(row) if row else title


def _calendar(told: Forecast) -> Response:
    file = f"attachment; filename=forecast-{told.case['number']}.ics"
    return Response(
        simulation.as_calendar(told),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": file},
    )
