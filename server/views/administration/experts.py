"""The pool of experts with their employers, former posts and interests, which the check for
conflicts reads (three years, D-16).
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import db
from server.errors import NotFound, Problem
from server.views.administration import words
from server.views.administration.common import (
    Column,
    Filter,
    Listing,
    administrators,
    attempt,
    by,
    day,
    show,
    text,
)
from server.views.published import catalogue
from server.work.people import administration, listing
from server.work.people.roles import SECURITY, SYSTEM

bp = Blueprint("experts", __name__, url_prefix="/administration/experts")


@bp.get("")
@administrators(SYSTEM, SECURITY)
def register() -> ResponseReturnValue:
    """The pool of every regime."""
    regimes = [(regime, words.regime_word(regime)) for regime in catalogue().regimes]
    return show(
        Listing(
            heading=gettext("专家库"),
            explanation=gettext("现任单位、任职经历和利害关系是回避核对的依据"),
            endpoint="experts.register",
            columns=[
                Column(gettext("姓名"), lambda a: a["name"], "person", _link),
                Column(gettext("现任单位"), lambda a: a["organisation"], "organisation"),
                Column(gettext("管理办法"), lambda a: words.regime_word(a["regime"])),
                Column(gettext("入库日期"), lambda a: a["from_on"]),
                Column(gettext("登记的经历和关系"), lambda a: a["ties"]),
            ],
            find=listing.find_experts,
            filters=[Filter("regime", gettext("管理办法"), regimes)],
        )
    )


@bp.get("/<person_id>")
@administrators(SYSTEM, SECURITY)
def one(person_id: str) -> ResponseReturnValue:
    """An expert's employers, former posts and interests."""
    return _page(person_id)


@bp.post("/<person_id>")
@administrators(SYSTEM)
def add(person_id: str) -> ResponseReturnValue:
    """Enter a former post or an interest."""

    def act() -> ResponseReturnValue:
        with db.read() as tx:
            regimes = listing.expert_regimes(tx, person_id)
        tie = text("organisation_id"), text("kind"), day("until")
        administration.add_tie(by(), person_id, *tie, regimes)
        return redirect(url_for("experts.one", person_id=person_id), 303)

    return attempt(act, lambda problem: _page(person_id, problem))


def _page(person_id: str, problem: Problem | None = None) -> str:
    with db.read() as tx:
        found = listing.person(tx, person_id)
        if found is None or not listing.expert_regimes(tx, person_id):
            raise NotFound("没有找到这位专家")
        return render_template(
            "administration/expert.html",
            person=found,
            offices=listing.offices_of(tx, person_id),
            ties=listing.ties_of(tx, person_id),
            organisations=listing.choices(tx, ended=True),
            kinds=[each for each in words.options(words.TIES) if each[0] in administration.TIES],
            problem=problem,
            given=request.form,
            words=words,
        )


def _link(row: dict[str, str]) -> str:
    return url_for("experts.one", person_id=row["person_id"])
