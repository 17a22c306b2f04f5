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
from server.views.words import KINDS, ROLES, STATES, Words, local_day, word


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
        Column(gettext("现在由谁办"), _holders),
        Column(gettext("最近期限"), itemgetter("due_on")),
        Column(gettext("立件日期"), itemgetter("opened_on")),
        Column(gettext("了结时间"), itemgetter("closed_at")),
    ]


def _holders(case: Any) -> str:
    """The steps a case is at, each with who has it."""
    office = in_language("office")
    told = [
        f"{labelled(step['name'])}（{office(step) or word(ROLES, step['role'])}）"
        for step in case["steps"]
    ]
    return "；".join(told)


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


def of_copies() -> list[Column]:
    """Cases a person was pointed to."""
    return [
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("办件名称"), itemgetter("title")),
        Column(gettext("环节"), _label("step")),
        Column(gettext("类别"), _regime),
        Column(gettext("抄送人"), itemgetter("sent_by_name")),
        Column(gettext("附言"), itemgetter("note")),
        Column(gettext("时间"), itemgetter("sent_at")),
        Column(gettext("已阅"), itemgetter("read_at")),
    ]


def of_opinions() -> list[Column]:
    """What a person is asked for."""
    return [
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("办件名称"), itemgetter("title")),
        Column(gettext("当前环节"), _label("step")),
        Column(gettext("征求人"), itemgetter("asked_by_name")),
        Column(gettext("内容"), itemgetter("question")),
        Column(gettext("时间"), itemgetter("asked_at")),
        Column(gettext("办理期限"), itemgetter("due_on")),
    ]


def of_deputies(phases: Words) -> list[Column]:
    """Who stands in for whom."""
    return [
        Column(gettext("外出人"), itemgetter("person_name")),
        Column(gettext("代理人"), itemgetter("deputy_name")),
        Column(gettext("开始日期"), itemgetter("from_on")),
        Column(gettext("截止日期"), itemgetter("until_on")),
        Column(gettext("设置人"), itemgetter("set_by_name")),
        Column(gettext("状态"), _word(phases, "phase")),
    ]


def of_handovers() -> list[Column]:
    """The handings over of some offices."""
    return [
        Column(gettext("离岗人员"), itemgetter("from_name")),
        Column(gettext("接手人"), itemgetter("to_name")),
        Column(gettext("单位"), itemgetter("organisation")),
        Column(gettext("类别"), _regime),
        Column(gettext("时间"), itemgetter("started_at")),
        Column(gettext("已完成"), itemgetter("finished_at")),
    ]


def of_handed(states: Words, reasons: Words) -> list[Column]:
    """The items of one handing over."""
    return [
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("办件名称"), itemgetter("title")),
        Column(gettext("环节"), _label("name")),
        Column(gettext("结果"), _word(states, "status")),
        Column(gettext("说明"), lambda row: word(reasons, row["reason"]) if row["reason"] else ""),
    ]


def of_notices(told: Callable[[Any], str]) -> list[Column]:
    """What a person was told, one line a notice."""
    return [
        Column(gettext("日期"), itemgetter("day")),
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("办件名称"), itemgetter("case_title")),
        Column(gettext("事项"), _label("title")),
        Column(gettext("通知"), told),
        Column(gettext("附言"), lambda row: row.get("text") or ""),
        Column(gettext("期限"), lambda row: row.get("due_on") or ""),
    ]


def of_incidents() -> list[Column]:
    """Jobs that were given up."""
    return [
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("办件"), itemgetter("title")),
        Column(gettext("类别"), _regime),
        Column(gettext("作业"), itemgetter("kind")),
        Column(gettext("原因"), itemgetter("last_error")),
        Column(gettext("已试次数"), itemgetter("attempts")),
        Column(gettext("时间"), itemgetter("run_at")),
    ]


def of_timers() -> list[Column]:
    """Timers to come."""
    return [
        Column(gettext("到期时间"), itemgetter("run_at")),
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("办件"), itemgetter("title")),
    ]


def of_tokens(scopes: Words) -> list[Column]:
    """A person's tokens, never the tokens themselves."""
    return [
        Column(gettext("用途"), itemgetter("name")),
        Column(gettext("权限"), _word(scopes, "scope")),
        Column(gettext("时间"), itemgetter("created_at")),
        Column(gettext("失效时间"), itemgetter("expires_at")),
        Column(gettext("最近使用"), itemgetter("used_at")),
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
