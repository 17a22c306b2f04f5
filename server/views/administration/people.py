"""People: the list, one of them with account, offices and sessions, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import clock, db
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
    needed,
    roles_of,
    show,
    text,
)
from server.views.published import catalogue
from server.views.session import config
from server.views.words import ROLES, word
from server.work import sessions
from server.work.people import administration, listing
from server.work.people.administration import Done
from server.work.people.appointments import Office
from server.work.people.roles import ADMINISTRATORS, INSTALLATION, SECURITY, SYSTEM

bp = Blueprint("people", __name__, url_prefix="/administration/people")


@bp.get("")
@administrators(SYSTEM, SECURITY)
def register() -> ResponseReturnValue:
    """Everybody who has or had an account."""
    now = clock.now()
    return show(
        Listing(
            heading=gettext("人员"),
            explanation=gettext("账号由系统管理员维护，角色由安全管理员授予"),
            endpoint="people.register",
            columns=[
                Column(gettext("姓名"), lambda p: p["name"], "name", link),
                Column(gettext("英文姓名"), lambda p: p["name_en"]),
                Column(gettext("账号"), lambda p: p["login"], "login"),
                Column(gettext("状态"), lambda p: word(words.STATES, words.account_state(p, now))),
                Column(gettext("离任日期"), lambda p: p["ended_on"] or "", "ended"),
            ],
            find=listing.find_people,
            filters=[Filter("state", gettext("状态"), words.options(words.STATES))],
            act=(url_for("people.new"), gettext("新增人员")),
        )
    )


@bp.get("/new")
@administrators(SYSTEM)
def new() -> ResponseReturnValue:
    """The form for a new account."""
    return _form()


@bp.post("/new")
@administrators(SYSTEM)
def create() -> ResponseReturnValue:
    """Make it; its one-time secret is shown this once."""

    def act() -> ResponseReturnValue:
        done = administration.create_person(by(), text("login"), text("name"), text("name_en"))
        return _secret(done, text("login"))

    return attempt(act, _form)


@bp.get("/<person_id>")
@administrators(SYSTEM, SECURITY)
def one(person_id: str) -> ResponseReturnValue:
    """A person."""
    return page(person_id)


@bp.post("/<person_id>/password")
@administrators(SYSTEM)
def reset(person_id: str) -> ResponseReturnValue:
    """A one-time secret in place of the password."""

    def act() -> ResponseReturnValue:
        done = administration.reset_password(by(), person_id)
        return _after(done) if done.proposal else _secret(done, _row(person_id)["login"])

    return attempt(act, lambda problem: page(person_id, problem))


@bp.post("/<person_id>/end")
@administrators(SYSTEM)
def end_service(person_id: str) -> ResponseReturnValue:
    """The last day of service."""
    return _do(person_id, lambda: administration.end_service(by(), person_id, needed("on")))


@bp.post("/<person_id>/lock")
@administrators(SYSTEM, SECURITY)
def lock(person_id: str) -> ResponseReturnValue:
    """No sign-in from now on."""
    return _do(person_id, lambda: administration.lock(by(), person_id))


@bp.post("/<person_id>/unlock")
@administrators(SECURITY)
def unlock(person_id: str) -> ResponseReturnValue:
    """Let them in again."""
    return _do(person_id, lambda: administration.unlock(by(), person_id))


@bp.post("/<person_id>/sessions/end")
@administrators(SYSTEM, SECURITY)
def end_sessions(person_id: str) -> ResponseReturnValue:
    """End all their sessions."""
    return _do(person_id, lambda: administration.end_sessions(by(), person_id))


@bp.post("/<person_id>/identity")
@administrators(SYSTEM)
def link_identity(person_id: str) -> ResponseReturnValue:
    """Link the account to its subject at the provider of the single sign-on."""
    if not config().oidc_issuer:
        raise NotFound

    def act() -> Done:
        issuer = config().oidc_issuer
        return administration.link_identity(by(), person_id, issuer, text("subject"))

    return _do(person_id, act)


@bp.post("/<person_id>/offices")
@administrators(SECURITY)
def grant(person_id: str) -> ResponseReturnValue:
    """Give them an office."""

    def act() -> Done:
        regime = text("regime").removeprefix("-")
        first = day("from_on") or clock.today()
        office = Office(text("organisation_id"), text("role"), regime, first, day("until_on"))
        return administration.grant(by(), person_id, office, roles_of(regime))

    return _do(person_id, act)


@bp.post("/offices/<appointment_id>/end")
@administrators(SECURITY)
def end_office(appointment_id: str) -> ResponseReturnValue:
    """The last day of an office."""
    done = administration.end_appointment(by(), appointment_id, needed("until_on"))
    return redirect(url_for("people.one", person_id=done.id), 303)


def page(person_id: str, problem: Problem | None = None) -> str:
    """A person's page; with a problem, and what was filled in."""
    row = _row(person_id)
    with db.read() as tx:
        return render_template(
            "administration/person.html",
            person=row,
            state=words.account_state(row, clock.now()),
            offices=listing.offices_of(tx, person_id),
            running=sessions.running(tx, person_id),
            identities=listing.identities_of(tx, person_id),
            organisations=listing.choices(tx),
            regimes=[*catalogue().regimes, INSTALLATION],
            roles=_roles(),
            single_sign_on=bool(config().oidc_issuer),
            problem=problem,
            given=request.form,
            words=words,
        )


def link(row: Any) -> str:
    """Where a row's person is found."""
    return url_for("people.one", person_id=row.get("person_id") or row["id"])


def _roles() -> list[tuple[str, str]]:
    """Every role that some regime knows, and the administrators'."""
    known = {role for regime in catalogue().regimes for role in roles_of(regime)}
    return [(role, str(name)) for role, name in ROLES.items() if role in {*known, *ADMINISTRATORS}]


def _row(person_id: str) -> dict[str, Any]:
    with db.read() as tx:
        found = listing.person(tx, person_id)
    if found is None:
        raise NotFound("没有找到这个人员")
    return found


def _form(problem: Problem | None = None) -> str:
    return render_template("administration/person_form.html", problem=problem, given=request.form)


def _do(person_id: str, act: Callable[[], Done]) -> ResponseReturnValue:
    def carry_out() -> ResponseReturnValue:
        done = act()
        return _after(done) if done.proposal else redirect(_here(person_id), 303)

    return attempt(carry_out, lambda problem: page(person_id, problem))


def _here(person_id: str) -> str:
    return url_for("people.one", person_id=person_id)


def _after(done: Done) -> ResponseReturnValue:
    return redirect(url_for("proposals.one", proposal_id=done.proposal), 303)


def _secret(done: Done, login: str) -> str:
    back = _here(done.id)
    return render_template("administration/secret.html", secret=done.secret, login=login, back=back)
