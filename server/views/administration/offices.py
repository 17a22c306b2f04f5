"""Offices: who holds which role where, now or ever."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server.views.administration import words
from server.views.administration.common import Column, Filter, Listing, administrators, show
from server.views.administration.people import link
from server.views.published import catalogue
from server.views.words import ROLES, word
from server.work.people import listing
from server.work.people.roles import SECURITY, SYSTEM

bp = Blueprint("offices", __name__, url_prefix="/administration/offices")


@bp.get("")
@administrators(SYSTEM, SECURITY)
def register() -> ResponseReturnValue:
    """Every office with its days."""
    regimes = [(regime, words.regime_word(regime)) for regime in catalogue().regimes]
    return show(
        Listing(
            heading=gettext("角色任职"),
            explanation=gettext("角色 × 单位 × 管理办法，及其起止日期"),
            endpoint="offices.register",
            columns=[
                Column(gettext("姓名"), lambda a: a["name"], "person", link),
                Column(gettext("角色"), lambda a: word(ROLES, a["role"]), "role"),
                Column(gettext("任职单位"), lambda a: a["organisation"], "organisation"),
                Column(gettext("管理办法"), lambda a: words.regime_word(a["regime"])),
                Column(gettext("起始日期"), lambda a: a["from_on"], "from"),
                Column(gettext("截止日期"), lambda a: a["until_on"] or ""),
            ],
            find=listing.find_offices,
            filters=[
                Filter("role", gettext("角色"), words.options(ROLES)),
                Filter("regime", gettext("管理办法"), regimes),
                Filter("now", gettext("范围"), [("1", gettext("仅现任"))]),
            ],
        )
    )
