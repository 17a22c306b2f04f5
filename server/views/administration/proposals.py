"""Changes that one administrator has proposed and the other approves or refuses."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
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
    roles_of,
    show,
    text,
)
from server.views.words import ROLES, word
from server.work.people import administration, listing
from server.work.people.roles import SECURITY, SYSTEM

bp = Blueprint("proposals", __name__, url_prefix="/administration/changes")


@bp.get("")
@administrators(SYSTEM, SECURITY)
def register() -> ResponseReturnValue:
    """Proposals, the open ones first."""
    return show(
        Listing(
            heading=gettext("变更核准"),
            explanation=gettext("重要变更由一位管理员提出、另一位管理员核准"),
            endpoint="proposals.register",
            columns=[
                Column(
                    gettext("变更"),
                    lambda p: words.act_word(p["act"]),
                    link=lambda p: url_for("proposals.one", proposal_id=p["id"]),
                ),
                Column(gettext("对象"), lambda p: p["subject_name"]),
                Column(gettext("提出人"), lambda p: p["proposer"]),
                Column(gettext("提出时间"), lambda p: words.instant(p["proposed_at"]), "at"),
                Column(gettext("状态"), lambda p: word(words.STATUSES, p["status"])),
                Column(gettext("核准人"), lambda p: p["decider"] or ""),
            ],
            find=listing.find_proposals,
            filters=[Filter("status", gettext("状态"), words.options(words.STATUSES))],
        )
    )


@bp.get("/<proposal_id>")
@administrators(SYSTEM, SECURITY)
def one(proposal_id: str) -> ResponseReturnValue:
    """A proposal with what it changes."""
    return _page(proposal_id)


@bp.post("/<proposal_id>/approve")
@administrators(SYSTEM, SECURITY)
def approve(proposal_id: str) -> ResponseReturnValue:
    """Carry it out."""

    def act() -> ResponseReturnValue:
        done = administration.approve(by(), proposal_id, roles_of)
        back = url_for("proposals.one", proposal_id=proposal_id)
        if done.secret:
            return render_template(
                "administration/secret.html", secret=done.secret, login="", back=back
            )
        return redirect(back, 303)

    return attempt(act, lambda problem: _page(proposal_id, problem))


@bp.post("/<proposal_id>/refuse")
@administrators(SYSTEM, SECURITY)
def refuse(proposal_id: str) -> ResponseReturnValue:
    """Leave it undone."""

    def act() -> ResponseReturnValue:
        administration.refuse(by(), proposal_id, text("reason", 1000))
        return redirect(url_for("proposals.one", proposal_id=proposal_id), 303)

    return attempt(act, lambda problem: _page(proposal_id, problem))


def _page(proposal_id: str, problem: Problem | None = None) -> str:
    with db.read() as tx:
        found = listing.proposal(tx, proposal_id)
        if found is None:
            raise NotFound("没有找到这项变更")
        names = {row["id"]: row["name"] for row in listing.choices(tx, ended=True)}
    return render_template(
        "administration/proposal.html",
        proposal=found,
        facts=_facts(found["payload"], names),
        is_other=g.person.id not in (found["proposed_by"], found["subject_id"]),
        problem=problem,
        given=request.form,
        words=words,
    )


def _facts(payload: dict[str, str], names: dict[str, str]) -> list[tuple[str, str]]:
    """What the change consists of, in words."""
    told = [
        (gettext("角色"), word(ROLES, payload["role"]) if "role" in payload else ""),
        (gettext("任职单位"), names.get(payload.get("organisation_id", ""), "")),
        (
            gettext("管理办法"),
            words.regime_word(payload["regime"]) if "regime" in payload else "",
        ),
        (gettext("起始日期"), payload.get("from_on") or ""),
        (gettext("截止日期"), payload.get("until_on") or payload.get("on") or ""),
    ]
    return [(name, value) for name, value in told if value]
