"""Words of the administration, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext, lazy_gettext

from server.views.published import regime_short
from server.views.words import ROLES, Words, local_time, word
from server.work.people.roles import INSTALLATION

KINDS: Words = {
    "authority": lazy_gettext("行政机关"),
    "technical_body": lazy_gettext("技术机构"),
    "applicant": lazy_gettext("申报单位"),
    "expert_organisation": lazy_gettext("专家所在单位"),
    "other": lazy_gettext("其他单位"),
}
ACTS: Words = {
    "sign_in": lazy_gettext("登录"),
    "sign_in_refused": lazy_gettext("登录被拒"),
    "change_password": lazy_gettext("修改密码"),
    "create_organisation": lazy_gettext("新增单位"),
    "rename_organisation": lazy_gettext("单位更名"),
    "end_organisation": lazy_gettext("单位终止"),
    "create_person": lazy_gettext("新增人员"),
    "reset_password": lazy_gettext("重置密码"),
    "end_service": lazy_gettext("人员离任"),
    "link_identity": lazy_gettext("关联统一身份"),
    "add_tie": lazy_gettext("登记任职经历或利害关系"),
    "grant": lazy_gettext("授予角色"),
    "end_office": lazy_gettext("结束任职"),
    "lock": lazy_gettext("锁定账号"),
    "unlock": lazy_gettext("解锁账号"),
    "end_sessions": lazy_gettext("结束会话"),
    "propose": lazy_gettext("提出变更"),
    "approve": lazy_gettext("核准变更"),
    "refuse": lazy_gettext("退回变更"),
    "resend_message": lazy_gettext("重发消息"),
    "cancel_message": lazy_gettext("取消发送消息"),
    "pause_messages": lazy_gettext("暂停外发"),
    "lift_pause": lazy_gettext("恢复外发"),
    "purge_case": lazy_gettext("销毁期满的办件"),
}
TIES: Words = {
    "worked": lazy_gettext("曾任职"),
    "owner": lazy_gettext("出资或持股"),
    "declared": lazy_gettext("其他利害关系"),
    "employed": lazy_gettext("现任职"),
}
STATUSES: Words = {
    "open": lazy_gettext("待核准"),
    "approved": lazy_gettext("已核准"),
    "refused": lazy_gettext("已退回"),
}
MEANS: Words = {
    "password": lazy_gettext("密码"),
    "oidc": lazy_gettext("统一身份"),
}
DETAILS: Words = {
    "by": lazy_gettext("方式"),
    "login": lazy_gettext("账号"),
    "role": lazy_gettext("角色"),
    "regime": lazy_gettext("管理办法"),
    "organisation": lazy_gettext("任职单位"),
    "organisation_id": lazy_gettext("任职单位"),
    "from_on": lazy_gettext("起始日期"),
    "until_on": lazy_gettext("截止日期"),
    "on": lazy_gettext("日期"),
    "kind": lazy_gettext("种类"),
    "code": lazy_gettext("代码"),
    "name_en": lazy_gettext("英文名称"),
    "to": lazy_gettext("新名称"),
    "to_en": lazy_gettext("新英文名称"),
    "act": lazy_gettext("操作"),
    "proposal": lazy_gettext("变更"),
    "locked_until": lazy_gettext("锁定至"),
    "reason": lazy_gettext("理由"),
    "issuer": lazy_gettext("签发者"),
    "subject": lazy_gettext("用户标识"),
}
"""What the particulars of an entry of the journal are called."""
VALUES: Mapping[str, Words] = {"by": MEANS, "act": ACTS, "kind": {**KINDS, **TIES}, "role": ROLES}
STATES: Words = {
    "active": lazy_gettext("正常"),
    "locked": lazy_gettext("锁定"),
    "left": lazy_gettext("离任"),
}


def options(words: Words) -> list[tuple[str, str]]:
    """Values with their words, for a closed list."""
    return [(value, str(name)) for value, name in words.items()]


def account_state(row: Mapping[str, object], now: object) -> str:
    """``active``, ``locked`` or ``left``."""
    if row["ended_on"]:
        return "left"
    until = row["locked_until"]
    is_locked = not row["active"] or (until is not None and until > now)  # type: ignore[operator]
    return "locked" if is_locked else "active"


def regime_word(regime: str) -> str:
    """What lists call a regime; the administrators' offices belong to the installation."""
    return gettext("本系统") if regime == INSTALLATION else regime_short(regime)


def told(detail: Mapping[str, object]) -> str:
    """The particulars of an entry in one line."""
    said = {name: value for name, value in detail.items() if value not in ("", None)}
    return "；".join(f"{word(DETAILS, name)} {_value(name, value)}" for name, value in said.items())


def _value(name: str, value: object) -> str:
    if name == "regime":
        return regime_word(str(value))
    return word(VALUES.get(name, {}), str(value))


def instant(value: object) -> str:
    """An instant of a row, empty where there is none."""
    return local_time(value) if value else ""  # type: ignore[arg-type]


def act_word(value: str) -> str:
    """What was done."""
    return word(ACTS, value)
