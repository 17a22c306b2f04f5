"""Organisations: the list, one of them with its names and offices, new, renamed, ended."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import db
from server.errors import Problem
from server.views.administration import words
from server.views.administration.common import (
    Column,
    Filter,
    Listing,
    administrators,
    attempt,
    by,
    needed,
    show,
    text,
)
from server.views.words import word
from server.work.people import administration, listing, organisations
from server.work.people.organisations import Naming
from server.work.people.roles import SECURITY, SYSTEM

bp = Blueprint("organisations", __name__, url_prefix="/administration/organisations")


@bp.get("")
@administrators(SYSTEM, SECURITY)
def register() -> ResponseReturnValue:
    """Every organisation."""
    return show(
        Listing(
            heading=gettext("单位"),
            explanation=gettext("参与各项程序的机关、单位及其名称沿革"),
            endpoint="organisations.register",
            columns=[
                Column(gettext("名称"), lambda o: o["name"], "name", _link),
                Column(gettext("英文名称"), lambda o: o["name_en"]),
                Column(gettext("代码"), lambda o: o["code"], "code"),
                Column(gettext("种类"), lambda o: word(words.KINDS, o["kind"]), "kind"),
                Column(gettext("任职人数"), lambda o: o["serving"], "serving"),
                Column(gettext("终止日期"), lambda o: o["until_on"] or ""),
            ],
            find=listing.find_organisations,
            filters=[Filter("kind", gettext("种类"), words.options(words.KINDS))],
            act=(url_for("organisations.new"), gettext("新增单位")),
        )
    )


@bp.get("/new")
@administrators(SYSTEM)
def new() -> ResponseReturnValue:
    """The form for a new organisation."""
    return _form()


@bp.post("/new")
@administrators(SYSTEM)
def create() -> ResponseReturnValue:
    """Make it."""

    def act() -> ResponseReturnValue:
        names = text("name"), text("name_en")
        made = administration.create_organisation(by(), text("code"), text("kind"), *names)
        return redirect(url_for("organisations.one", organisation_id=made.id), 303)

    return attempt(act, _form)


@bp.get("/<organisation_id>")
@administrators(SYSTEM, SECURITY)
def one(organisation_id: str) -> ResponseReturnValue:
    """An organisation."""
    return _page(organisation_id)


@bp.post("/<organisation_id>/name")
@administrators(SYSTEM)
def rename(organisation_id: str) -> ResponseReturnValue:
    """Another name from a day on."""

    def act() -> ResponseReturnValue:
        naming = Naming(text("name"), text("name_en"), needed("from_on"))
        administration.rename_organisation(by(), organisation_id, naming)
        return redirect(url_for("organisations.one", organisation_id=organisation_id), 303)

    return attempt(act, lambda problem: _page(organisation_id, problem))


@bp.post("/<organisation_id>/end")
@administrators(SYSTEM)
def end(organisation_id: str) -> ResponseReturnValue:
    """Propose its last day."""

    def act() -> ResponseReturnValue:
        done = administration.end_organisation(by(), organisation_id, needed("until_on"))
        return redirect(url_for("proposals.one", proposal_id=done.proposal), 303)

    return attempt(act, lambda problem: _page(organisation_id, problem))


def _form(problem: Problem | None = None) -> str:
    return render_template(
        "administration/organisation_form.html",
        problem=problem,
        given=request.form,
        kinds=words.options(words.KINDS),
    )


def _page(organisation_id: str, problem: Problem | None = None) -> str:
    with db.read() as tx:
        row = organisations.one(tx, organisation_id)
        return render_template(
            "administration/organisation.html",
            organisation=row,
            names=organisations.names(tx, organisation_id),
            offices=listing.offices_in(tx, organisation_id),
            before_records=organisations.BEFORE_RECORDS,
            problem=problem,
            given=request.form,
        )


def _link(row: Any) -> str:
    return url_for("organisations.one", organisation_id=row["id"])
