"""What leaves the house: the operators' outbox, and on one's own account how one is told."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from server import db
from server.errors import Invalid, NotFound
from server.jobs.outside import compose
from server.views import account
from server.views.administration.common import Column, Filter, Listing, show
from server.views.administration.words import instant, options
from server.views.guards import signed_in
from server.views.language import current
from server.views.published import regime_short
from server.views.words import Words, word
from server.work import operations
from server.work.outside import contacts, outbox
from server.work.outside.contacts import Wishes
from server.work.sql import Row

bp = Blueprint("outbox", __name__)

CHANNELS: Words = {
    "mail": lazy_gettext("电子邮件"),
    "wecom": lazy_gettext("企业微信机器人"),
    "dingtalk": lazy_gettext("钉钉机器人"),
    "webhook": lazy_gettext("接口推送"),
}
STATUSES: Words = {
    "gathering": lazy_gettext("归集中"),
    "due": lazy_gettext("待发送"),
    "sent": lazy_gettext("已发送"),
    "dead": lazy_gettext("发送失败"),
    "cancelled": lazy_gettext("不再发送"),
}
ERRORS: Words = {
    "away": lazy_gettext("连接不上对方的服务器，请检查地址、网络和证书"),
    "timeout": lazy_gettext("对方的服务器没有在时限内应答"),
    "login": lazy_gettext("邮件服务器不接受本系统的账号或密码"),
    "address": lazy_gettext("收件地址不被接受，请本人更正邮箱"),
    "refused": lazy_gettext("对方的服务器拒绝了这条消息"),
    "forbidden": lazy_gettext("目标地址不在允许的范围内，没有连接"),
    "gone": lazy_gettext("该机器人或接口已不在运维名单中"),
    "unexpected": lazy_gettext("发送时程序出错，请查看日志"),
    "needless": lazy_gettext("事项已经办结或者收件人已停用，无需再发"),
    "taken_back": lazy_gettext("运维人员取消了发送"),
    "suspect": lazy_gettext("恢复备份之前可能已经发送，没有再发"),
}
SUSPECT: Words = {"yes": lazy_gettext("可能已发送")}


@bp.get("/operations/messages")
@signed_in
def register() -> ResponseReturnValue:
    """Every message that left, waits or was given up."""
    if not operations.operated(g.person):
        raise NotFound("没有找到这个页面")
    with db.read() as tx:
        pause, counted = outbox.paused(tx), outbox.counts(tx)
    return show(
        Listing(
            heading=gettext("外发消息"),
            explanation=gettext(
                "同一人几分钟内的提醒合为一条；消息只写编号、名称、环节、期限和链接"
            ),
            endpoint="outbox.register",
            columns=[
                Column(gettext("收件人"), addressee, "", _link),
                Column(gettext("地址"), lambda m: m["address"], "address"),
                Column(gettext("方式"), lambda m: word(CHANNELS, m["channel"])),
                Column(gettext("类别"), lambda m: regime_short(m["regime"])),
                Column(gettext("事项数"), lambda m: len(m["items"])),
                Column(gettext("产生时间"), lambda m: instant(m["created_at"]), "created"),
                Column(gettext("发送时间"), _when, "run_at"),
                Column(gettext("状态"), status_word),
                Column(gettext("原因"), lambda m: word(ERRORS, m["error"]) if m["error"] else ""),
            ],
            find=lambda tx, asked: outbox.find(tx, g.person, asked),
            filters=[
                Filter("status", gettext("状态"), options(STATUSES)),
                Filter("channel", gettext("方式"), options(CHANNELS)),
                Filter("suspect", gettext("核对"), options(SUSPECT)),
            ],
        ),
        "outbox.html",
        pause=pause,
        counted=counted,
    )


def addressee(message: Row) -> str:
    """A person by name in the language of the page, an endpoint by its own."""
    english = message["person_en"] if current() == "en" else ""
    return str(english or message["person"] or message["recipient"])


def _link(message: Row) -> str:
    return url_for("outbox.message", message_id=message["id"])


def _when(message: Row) -> str:
    return instant(message["sent_at"] or message["run_at"])


def status_word(message: Row) -> str:
    """The state of a message, and whether it may have been sent before."""
    name = word(STATUSES, message["status"])
    is_open = message["suspect"] and message["status"] in outbox.WAITING
    return f"{name}（{gettext('可能已发送')}）" if is_open else name


@bp.get("/operations/messages/<message_id>")
@signed_in
def message(message_id: str) -> ResponseReturnValue:
    """One message in the words in which it goes or went."""
    with db.read() as tx:
        found = outbox.one(tx, g.person, message_id)
    return render_template(
        "outbox_message.html",
        message=found,
        addressee=addressee(found),
        text=compose.text(found["items"], found["locale"]),
        channel=word(CHANNELS, found["channel"]),
        status=status_word(found),
        reason=word(ERRORS, found["error"]) if found["error"] else "",
    )


@bp.post("/operations/messages/<message_id>/resend")
@signed_in
def resend(message_id: str) -> ResponseReturnValue:
    """Send it again."""
    outbox.resend(g.person, message_id, _from())
    return redirect(url_for("outbox.message", message_id=message_id), 303)


@bp.post("/operations/messages/<message_id>/cancel")
@signed_in
def cancel(message_id: str) -> ResponseReturnValue:
    """Do not send it."""
    outbox.take_back(g.person, message_id, _from())
    return redirect(url_for("outbox.message", message_id=message_id), 303)


@bp.post("/operations/messages/pause")
@signed_in
def pause() -> ResponseReturnValue:
    """Hold everything back."""
    outbox.pause(g.person, _from())
    return redirect(url_for("outbox.register"), 303)


@bp.post("/operations/messages/lift")
@signed_in
def lift() -> ResponseReturnValue:
    """Let everything go again."""
    outbox.lift(g.person, request.form.get("suspects", outbox.SEND), _from())
    return redirect(url_for("outbox.register"), 303)


def _from() -> str:
    return request.remote_addr or ""


@bp.post("/account/messages")
@signed_in
def wishes() -> ResponseReturnValue:
    """How this person wants to be told."""
    given = partial(request.form.get, default="")
    made = Wishes(
        mail=(given("mail") or "").strip()[:300],
        events=tuple(request.form.getlist("events")),
        quiet_from=(given("quiet_from") or "")[:5],
        quiet_until=(given("quiet_until") or "")[:5],
    )
    try:
        contacts.keep(g.person, made)
    except Invalid as problem:
        return account.shown(problem, made), 422
    return redirect(url_for("account.page"), 303)
