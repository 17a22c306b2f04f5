"""The auditor's page: what administrators did, who signed in and who was refused."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import db
from server.views.administration import words
from server.views.administration.common import Column, Filter, Listing, administrators, show
from server.views.words import actor_word
from server.work.people import journal, listing
from server.work.people.roles import AUDITOR

bp = Blueprint("administration_journal", __name__, url_prefix="/administration/journal")


@bp.get("")
@administrators(AUDITOR)
def register() -> ResponseReturnValue:
    """The entries, the newest first, and whether the chain holds."""
    with db.read() as tx:
        faults = journal.broken(tx)
    return show(
        Listing(
            heading=gettext("管理日志"),
            explanation=gettext("每一项管理操作和每一次登录，只增不改"),
            endpoint="administration_journal.register",
            columns=[
                Column(gettext("序号"), lambda e: e["seq"], "at"),
                Column(gettext("时间"), lambda e: words.instant(e["at"])),
                Column(gettext("操作人"), lambda e: actor_word(e["actor_name"])),
                Column(gettext("操作"), lambda e: words.act_word(e["act"])),
                Column(gettext("对象"), lambda e: e["subject_name"]),
                Column(gettext("地址"), lambda e: e["address"]),
                Column(gettext("内容"), lambda e: words.told(e["detail"])),
            ],
            find=listing.find_entries,
            filters=[Filter("act", gettext("操作"), words.options(words.ACTS))],
            note="；".join(faults) or gettext("已重算全部校验值，日志完整。"),
            is_good=not faults,
        )
    )
