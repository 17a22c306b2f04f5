"""What a row of a decision table says, in words: deadlines, limits, papers, verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext

from server.law.wording import UNITS, UNITS_EN
from server.views.language import current
from server.views.words import ROLES, STATES, Words, word

Row = Mapping[str, Any]

CONSEQUENCES: Words = {
    "adjust": lazy_gettext("调整"),
    "close": lazy_gettext("终止办理"),
    "decide": lazy_gettext("提请决定"),
    "establish": lazy_gettext("成立"),
    "none": lazy_gettext("无后续处理"),
    "priority": lazy_gettext("优先支持"),
    "publish": lazy_gettext("公布"),
    "rectify": lazy_gettext("限期整改"),
    "return": lazy_gettext("退回"),
    "review": lazy_gettext("提交评审"),
    "revise": lazy_gettext("修改完善"),
    "revoke": lazy_gettext("撤销"),
    "study": lazy_gettext("研究"),
    "terminate": lazy_gettext("终止建设"),
}
BOUNDS: Words = {
    "at_least": lazy_gettext("不少于"),
    "at_most": lazy_gettext("不超过"),
    "equal": lazy_gettext("为"),
    "look_back": lazy_gettext("此前"),
}
PIECES: Words = {
    "person": lazy_gettext("人"),
    "piece": lazy_gettext("项"),
    "time": lazy_gettext("次"),
}
STAGES: Words = {
    "acceptance": lazy_gettext("验收"),
    "acceptance_again": lazy_gettext("再次验收"),
    "adjustment": lazy_gettext("调整"),
    "annual_assessment": lazy_gettext("年度考核"),
    "application_review": lazy_gettext("申报评审"),
    "assessment": lazy_gettext("监督考核"),
    "closeout": lazy_gettext("结题"),
    "formal_review": lazy_gettext("形式审查"),
    "periodic_evaluation": lazy_gettext("定期评估"),
    "project_application": lazy_gettext("项目申报"),
}
HARDNESS: Words = {
    "hard": lazy_gettext("必须符合"),
    "soft": lazy_gettext("原则上"),
    "judgement": lazy_gettext("需人工判断"),
}


def title(row: Row, key: str) -> str:
    """A row's title in the language of the page; its key in words where English has none."""
    if current() == "en":
        english = row.get("title_en") or key.replace("_", " ")
        return str(english[:1].upper() + english[1:])
    return str(row["title"])


def amount(row: Row) -> str:
    """``30 个工作日``, or what the approval says."""
    if row["amount"] is None:
        return str(gettext("批复载明的期间"))
    until = row.get("until")
    number = f"{row['amount']}–{until}" if until else str(row["amount"])
    return _counted(number, row["unit"])


def deadline(row: Row, anchor: str) -> str:
    """A rule of the deadlines table; ``anchor`` is what its day of reckoning is called."""
    before, kind = row["direction"] == "before", row["kind"]
    given = {"anchor": anchor, "amount": amount(row)}
    if kind == "yearly":
        told = gettext("每年年底前")
    elif kind == "ordered":
        told = gettext("文件载明的日期前")
    elif kind == "day_after":
        told = gettext("%(anchor)s的次日起", **given)
    elif kind == "min_duration":
        told = gettext("自%(anchor)s起不少于%(amount)s", **given)
    elif kind == "term":
        told = gettext("自%(anchor)s起%(amount)s", **given)
    elif kind == "window" and row["amount"] is None:
        told = gettext("自%(anchor)s起，按批复载明的期间推算", **given)
    elif kind == "window":
        told = _window(before, given)
    elif kind == "latest_by" and not row["amount"]:
        told = gettext("不迟于%(anchor)s", **given)
    elif before:
        told = gettext("%(anchor)s前至少%(amount)s", **given)
    else:
        told = gettext("%(anchor)s后%(amount)s内", **given)
    return f"{told}{gettext('（原则上）') if row['soft'] else ''}"


def _window(before: bool, given: dict[str, str]) -> str:
    if before:
        return str(gettext("%(anchor)s前%(amount)s之内", **given))
    return str(gettext("自%(anchor)s起满%(amount)s之间", **given))


def quota(row: Row) -> str:
    """``不超过 6 个月（原则上）``."""
    told = f"{word(BOUNDS, row['bound'])} {_counted(str(row['amount']), row['unit'])}"
    return told + (gettext("（原则上）") if row["soft"] else "")


def verdict(row: Row) -> str:
    """``整改 → 限期整改``."""
    return f"{title(row, row['verdict'])} → {word(CONSEQUENCES, row['consequence'])}"


def paper(row: Row) -> str:
    """Who brings a paper, and whether it must be there."""
    need = gettext("必备") if row["required"] else gettext("可附")
    return f"{need} · {word(ROLES, row['who'])}"


def state(value: str) -> str:
    """A state of a case."""
    return word(STATES, value)


def _counted(number: str, unit: str) -> str:
    if unit in PIECES:
        return f"{number} {word(PIECES, unit)}"
    if current() == "en":
        return f"{number} {UNITS_EN.get(unit, unit)}{'' if number == '1' else 's'}"
    return f"{number} {UNITS.get(unit, unit)}"
