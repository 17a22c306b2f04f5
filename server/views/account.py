"""Everybody's own account: password, sessions, language."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server import db
from server.errors import Invalid, NotAllowed, NotSignedIn, Problem, wants_json
from server.views.guards import signed_in
from server.views.language import LOCALES
from server.views.session import LIMIT_PASSWORD, config, cookie_name
from server.work import people, sessions
from server.work.outside import contacts
from server.work.outside.contacts import Wishes

bp = Blueprint("account", __name__, url_prefix="/account")

OPEN = frozenset(
    {
        "account.page",
        "account.change_password",
        "session.sign_in",
        "session.enter",
        "session.sign_out",
        "session.token",
        "session.switch_language",
        "static",
    }
)
"""What can be reached while a new password is due."""


def insist() -> ResponseReturnValue | None:
    """Before any other page: a password that is due must be changed."""
    person = g.get("person")
    if person is None or not person.must_change or request.endpoint in OPEN:
        return None
    if wants_json() or request.method != "GET":
        raise NotAllowed("请先修改密码，再继续使用。", code="password_due")
    return redirect(url_for("account.page"), 303)


@bp.get("")
@signed_in
def page() -> ResponseReturnValue:
    """The account."""
    return shown()


@bp.post("/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """A new password; all sessions end, also this one."""
    old, new, again = (request.form.get(n, "")[:LIMIT_PASSWORD] for n in ("old", "new", "again"))
    try:
        if new != again:
            raise Invalid(errors={"again": ["两次输入的新密码不一致。"]})
        people.change_password(g.person.id, old, new, request.remote_addr or "")
    except (Invalid, NotSignedIn) as problem:
        return shown(problem), 422
    return redirect(url_for("session.sign_in", next=url_for("account.page")), 303)


@bp.post("/language")
@signed_in
def choose_language() -> ResponseReturnValue:
    """The language of this person's pages wherever they sign in."""
    locale = request.form.get("locale", "")
    if locale not in LOCALES:
        raise Invalid(errors={"locale": ["请从列表中选择语言"]})
    with db.transaction() as tx:
        people.speak(tx, g.person.id, locale)
    return redirect(url_for("session.switch_language", code=locale, next=url_for("account.page")))


@bp.post("/sessions/end")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End this person's sessions elsewhere."""
    sessions.end_others(g.person.id, _current())
    return redirect(url_for("account.page"), 303)


def _current() -> str:
    return sessions.identifier(request.cookies.get(cookie_name(), ""))


def shown(problem: Problem | None = None, given: Wishes | None = None) -> str:
    """The account; with what was wrong, beside what was filled in."""
    with db.read() as tx:
        running = sessions.running(tx, g.person.id)
        wishes = given or contacts.of_person(tx, g.person)
    return render_template(
        "account.html",
        running=running,
        current=_current(),
        least=config().password_least,
        problem=problem,
        wishes=wishes,
    )
