"""What the files of the lists hold: the columns of the pages, and what a page has in its links."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter, itemgetter
from typing import Any

from flask_babel import gettext

from server.law.clauses import Clause
from server.views.exports import Column
from server.views.language import current, labelled
from server.views.published import covered, regime_short
from server.views.words import KINDS, ROLES, STATES, local_day, word


def of_tasks() -> list[Column]:
    """What waits for a person."""
    return [
        *_of_items(),
        Column(gettext("到达日期"), lambda row: local_day(row["opened_at"])),
        Column(gettext("办理期限"), itemgetter("due_on")),
        Column(gettext("办理人"), itemgetter("assignee_name")),
    ]


def of_done() -> list[Column]:
    """What a person has handed in."""
    return [
        *_of_items(),
        Column(gettext("办结时间"), itemgetter("completed_at")),
        Column(gettext("办件状态"), _word(STATES, "state")),
    ]


def _of_items() -> list[Column]:
    return [
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("事项名称"), itemgetter("title")),
        Column(gettext("办理环节"), _label("name")),
        Column(gettext("类别"), _regime),
        Column(gettext("角色"), _word(ROLES, "role")),
    ]


def of_cases() -> list[Column]:
    """Cases."""
    return [
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("办件名称"), itemgetter("title")),
        Column(gettext("承担单位"), in_language("name")),
        Column(gettext("类别"), _regime),
        Column(gettext("状态"), _word(STATES, "state")),
        Column(gettext("最近期限"), itemgetter("due_on")),
        Column(gettext("立件日期"), itemgetter("opened_on")),
        Column(gettext("了结时间"), itemgetter("closed_at")),
    ]


def of_dates() -> list[Column]:
    """Legal dates."""
    return [
        Column(gettext("期限"), itemgetter("due_on")),
        Column(gettext("事项"), in_language("title")),
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("办件名称"), itemgetter("case_title")),
        Column(gettext("类别"), _regime),
        Column(gettext("责任角色"), _word(ROLES, "role")),
        Column(gettext("办结"), itemgetter("met_on")),
        Column(gettext("暂定"), lambda row: gettext("暂定") if row["provisional"] else ""),
        Column(gettext("依据"), itemgetter("clause")),
    ]


def of_steps() -> list[Column]:
    """Open tasks of all cases."""
    return [
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("办件名称"), itemgetter("case_title")),
        Column(gettext("当前环节"), _label("name")),
        Column(gettext("类别"), _regime),
        Column(gettext("角色"), _word(ROLES, "role")),
        Column(gettext("承办单位"), in_language("office")),
        Column(gettext("到达日期"), lambda row: local_day(row["opened_at"])),
        Column(gettext("办理期限"), itemgetter("due_on")),
    ]


def of_forecast() -> list[Column]:
    """What lies ahead of a case."""
    return [
        Column(gettext("日期"), itemgetter("day")),
        Column(gettext("事项"), itemgetter("what")),
        Column(gettext("角色"), itemgetter("who")),
        Column(gettext("承办单位"), itemgetter("office")),
        Column(gettext("程序"), itemgetter("procedure")),
        Column(gettext("法定期限"), itemgetter("due_on")),
        Column(gettext("暂定"), lambda row: gettext("暂定") if row["provisional"] else ""),
        Column(gettext("推演办理日"), itemgetter("done_on")),
        Column(gettext("依据"), lambda row: " ".join(row["clauses"])),
        Column(gettext("说明"), itemgetter("note")),
    ]


def of_clauses() -> list[Column]:
    """The register of clauses."""
    in_english = current() == "en"
    return [
        Column(gettext("编号"), attrgetter("id")),
        Column(gettext("类别"), lambda clause: regime_short(clause.regime)),
        Column(gettext("条"), attrgetter("article")),
        Column(gettext("规定"), attrgetter("rule_en" if in_english else "rule_zh")),
        Column(gettext("种类"), lambda clause: word(KINDS, clause.kind)),
        Column(gettext("办理主体"), attrgetter("actor" if in_english else "actor_zh")),
        Column(gettext("解释"), attrgetter("reading_en" if in_english else "reading_zh")),
        Column(gettext("执行处"), _places),
    ]


def _places(clause: Clause) -> int:
    return len(covered().of_clause(clause.id))


def in_language(name: str) -> Callable[[Any], object]:
    """A value that a row has in both languages."""
    english = current() == "en"
    return lambda row: (row[f"{name}_en"] if english else "") or row[name]


def _word(words: Any, name: str) -> Callable[[Any], object]:
    return lambda row: word(words, row[name] or "")


def _label(name: str) -> Callable[[Any], object]:
    return lambda row: labelled(row[name])


def _regime(row: Any) -> object:
    return regime_short(row["regime"])
