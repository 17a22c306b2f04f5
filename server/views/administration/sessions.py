"""Who is signed in, since when and from where."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server.views.administration import words
from server.views.administration.common import Column, Listing, administrators, show
from server.views.administration.people import link
from server.views.session import config
from server.work.people import listing
from server.work.people.roles import SECURITY, SYSTEM

bp = Blueprint("visits", __name__, url_prefix="/administration/sessions")


@bp.get("")
@administrators(SYSTEM, SECURITY)
def register() -> ResponseReturnValue:
    """Running sessions; they are ended on the person's page."""
    return show(
        Listing(
            heading=gettext("会话"),
            explanation=gettext("正在使用系统的人员；结束会话请进入人员页面"),
            endpoint="visits.register",
            columns=[
                Column(gettext("姓名"), lambda s: s["name"], "person", link),
                Column(gettext("账号"), lambda s: s["login"]),
                Column(gettext("登录时间"), lambda s: words.instant(s["created_at"])),
                Column(gettext("最近使用"), lambda s: words.instant(s["seen_at"]), "seen"),
                Column(gettext("最迟结束"), lambda s: words.instant(s["expires_at"])),
                Column(gettext("地址"), lambda s: s["address"]),
            ],
            find=listing.find_sessions,
            note=_policy(),
        )
    )


def _policy() -> str:
    """The rules in force, from the configuration."""
    rules = config()
    told: str = gettext(
        "现行策略：同一人最多 %(sessions)d 个会话，"
        "闲置 %(idle)d 分钟或登录满 %(absolute)d 小时即结束；"
        "密码至少 %(least)d 个字符、%(classes)d 类字符，不得与最近 %(kept)d 个相同；"
        "连续 %(tries)d 次不正确锁定 %(lock)d 分钟。",
        sessions=rules.session_limit,
        idle=rules.session_idle // 60,
        absolute=rules.session_absolute // 3600,
        least=rules.password_least,
        classes=rules.password_classes,
        kept=rules.password_remembered,
        tries=rules.login_tries,
        lock=rules.login_lock // 60,
    )
    return told
