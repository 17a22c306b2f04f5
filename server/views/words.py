"""Words for the values of the database, in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from flask import Flask
from flask_babel import format_date, gettext, lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from server import clock
from server.work.access import MASK
from server.work.journal import SYSTEM
from server.work.people.journal import COMMAND_LINE
from server.work.settle import DEPUTY

SOON = 3
"""Days before a deadline from which it is shown as near."""

MEGABYTE = 1024 * 1024

Words = Mapping[str, LazyString]

STATES: Words = {
    "": lazy_gettext("办理中"),
    "application_drafting": lazy_gettext("申报准备"),
    "sponsor_argumentation": lazy_gettext("论证"),
    "recommender_review": lazy_gettext("审核推荐"),
    "application_submitted": lazy_gettext("已申报"),
    "formal_review": lazy_gettext("形式审查"),
    "expert_review": lazy_gettext("专家评审"),
    "plan_revision": lazy_gettext("修改完善"),
    "authority_study": lazy_gettext("研究"),
    "public_notice": lazy_gettext("公示"),
    "objection_handling": lazy_gettext("异议处理"),
    "not_approved": lazy_gettext("不予批准"),
    "in_construction": lazy_gettext("建设中"),
    "acceptance_applied": lazy_gettext("已申请验收"),
    "acceptance_review": lazy_gettext("验收"),
    "rectifying_acceptance": lazy_gettext("验收整改"),
    "established": lazy_gettext("已成立"),
    "rectifying_evaluation": lazy_gettext("评估整改"),
    "rectifying_assessment": lazy_gettext("考核整改"),
    "terminated": lazy_gettext("终止建设"),
    "revoked": lazy_gettext("撤销"),
    "project_drafting": lazy_gettext("项目准备"),
    "project_applied": lazy_gettext("项目已申请"),
    "project_approved": lazy_gettext("项目已批准"),
    "project_published": lazy_gettext("项目已公示"),
    "project_in_progress": lazy_gettext("项目实施中"),
    "adjustment_requested": lazy_gettext("已申请调整"),
    "project_terminated": lazy_gettext("项目终止"),
    "project_withdrawn": lazy_gettext("项目撤回"),
    "closeout_submitted": lazy_gettext("已提交结题报告"),
    "project_closed": lazy_gettext("项目结题"),
    "archived": lazy_gettext("已归档"),
    "council_in_office": lazy_gettext("理事会在任"),
}
ROLES: Words = {
    "undertaker": lazy_gettext("申报（承担）单位"),
    "sponsor": lazy_gettext("标准化主管机构"),
    "recommender": lazy_gettext("推荐单位"),
    "formal_reviewer": lazy_gettext("形式审查机构"),
    "authority": lazy_gettext("主管部门"),
    "expert_panel": lazy_gettext("评审专家"),
    "assistant": lazy_gettext("协助单位"),
    "supervisor": lazy_gettext("监督单位"),
    "secretariat": lazy_gettext("理事会秘书处"),
    "chair": lazy_gettext("理事长"),
    "director": lazy_gettext("创新基地主任"),
    "nominator": lazy_gettext("创新基地承担单位"),
    "member": lazy_gettext("理事"),
    "joiner": lazy_gettext("申请加入单位"),
    "consulted": lazy_gettext("被征求意见单位"),
    "process_owner": lazy_gettext("流程管理岗"),
    "approver": lazy_gettext("流程审批岗"),
    "reader": lazy_gettext("流程查阅岗"),
    "operator": lazy_gettext("运维岗"),
    "leader": lazy_gettext("领导"),
    "system_administrator": lazy_gettext("系统管理员"),
    "security_administrator": lazy_gettext("安全管理员"),
    "auditor": lazy_gettext("审计员"),
}
DUTIES: Words = {
    "plan_filer": lazy_gettext("方案报送单位"),
    "extension_applicant": lazy_gettext("延期申请单位"),
    "acceptance_applicant": lazy_gettext("验收申请单位"),
}
"""Who has to do one thing: each regime gives it to another role."""
STATUSES: Words = {
    "completed": lazy_gettext("已办结"),
    "running": lazy_gettext("进行中"),
    "ended": lazy_gettext("已结束"),
    "failed": lazy_gettext("待处理故障"),
    "cancelled": lazy_gettext("已取消"),
}
RECORD: Words = {
    "application_number": lazy_gettext("申报编号"),
    "base_name_zh": lazy_gettext("名称"),
    "base_name_en": lazy_gettext("英文名称"),
    "approved_on": lazy_gettext("批准日期"),
    "approval_received_on": lazy_gettext("批准文件送达日期"),
    "period_months": lazy_gettext("建设期（月）"),
    "notice_last_day": lazy_gettext("公示截止日期"),
    "construction_end": lazy_gettext("建设期届满日"),
    "original_construction_end": lazy_gettext("原定届满日"),
    "extension_months": lazy_gettext("延期（月）"),
    "plan_filed_on": lazy_gettext("建设方案报送日期"),
    "midterm_done_on": lazy_gettext("中期检查日期"),
    "self_check_on": lazy_gettext("自查日期"),
    "rectification_due_on": lazy_gettext("整改期限"),
    "established_on": lazy_gettext("成立日期"),
    "evaluation_grade": lazy_gettext("评估等次"),
    "assessment_grade": lazy_gettext("考核结果"),
    "work_evaluation": lazy_gettext("年度评估结果"),
    "ended_on": lazy_gettext("终结日期"),
    "ended_ground": lazy_gettext("终结事由"),
    "not_approved_reason": lazy_gettext("不予批准的理由"),
    "project_number": lazy_gettext("项目登记号"),
    "project_type_title": lazy_gettext("项目类型"),
    "lead_unit": lazy_gettext("立项申请单位"),
    "project_approved_on": lazy_gettext("批准日期"),
    "work_plan_year": lazy_gettext("纳入年度工作计划"),
    "project_published_on": lazy_gettext("公示日期"),
    "working_group": lazy_gettext("工作小组"),
    "joined_summary": lazy_gettext("加入的单位和人员"),
    "started_on": lazy_gettext("开始实施"),
    "project_results": lazy_gettext("成果数量"),
    "closeout_submitted_on": lazy_gettext("提交结题报告"),
    "project_closed_on": lazy_gettext("结题日期"),
    "archive_number": lazy_gettext("档案号"),
    "letter_on": lazy_gettext("发函日期"),
    "comments_due_on": lazy_gettext("反馈截止日期"),
    "consulted_names": lazy_gettext("被征求意见单位"),
    "comments_total": lazy_gettext("意见条数"),
    "comments_late": lazy_gettext("其中逾期"),
    "booking_number": lazy_gettext("台账编号"),
    "fund_balance": lazy_gettext("记账后余额（元）"),
    "unit_count": lazy_gettext("理事单位"),
    "member_count": lazy_gettext("在任理事"),
    "chair_name": lazy_gettext("理事长"),
    "vice_chair_names": lazy_gettext("副理事长"),
    "secretary_general_name": lazy_gettext("秘书长"),
    "director_name": lazy_gettext("创新基地主任"),
    "council_warning": lazy_gettext("提示"),
    "elected_on": lazy_gettext("选举决议日期"),
    "term_ends_on": lazy_gettext("任期届满日"),
    "meeting_number": lazy_gettext("会议"),
    "meeting_on": lazy_gettext("会议日期"),
    "ballot_summary": lazy_gettext("最近一次表决"),
    "measures_effective_on": lazy_gettext("管理办法施行日期"),
    "charter_effective_on": lazy_gettext("章程施行日期"),
}
"""What the register entry of a case shows, in this order."""

REGIONS: Mapping[str, tuple[LazyString, Words]] = {
    "term": (
        lazy_gettext("理事会任期"),
        {"running": lazy_gettext("任期内"), "expired": lazy_gettext("已届满，未换届")},
    ),
    "assembly": (
        lazy_gettext("年度全体会议"),
        {
            "due": lazy_gettext("待召开"),
            "reminded": lazy_gettext("尚未召开，已提醒"),
            "overdue": lazy_gettext("逾期未召开"),
            "held": lazy_gettext("已召开"),
        },
    ),
    "meeting": (
        lazy_gettext("理事会会议"),
        {
            "proposed": lazy_gettext("已提议"),
            "called": lazy_gettext("已召集"),
            "in_session": lazy_gettext("正在开会"),
            "adjourned": lazy_gettext("休会"),
            "closed": lazy_gettext("已闭会"),
        },
    ),
}
"""Parallel regions of a case that its page shows, with the words for where they stand."""

GROUNDS: Words = {
    "not_extended": lazy_gettext("届满未申请延期"),
    "extension_denied": lazy_gettext("延期申请未获批准"),
    "unfinished_after_extension": lazy_gettext("延期后仍未完成建设任务"),
    "acceptance_not_passed": lazy_gettext("验收未通过"),
    "rectification_overdue": lazy_gettext("逾期未整改并重新申请验收"),
    "acceptance_failed_again": lazy_gettext("整改后再次验收未通过"),
    "period_over": lazy_gettext("期满未申请验收也未获准延期"),
    "evaluation_failed": lazy_gettext("整改后再次评估仍不合格"),
    "assessment_not_rectified": lazy_gettext("考核不合格，整改后仍不符合要求"),
    "violation": lazy_gettext("存在办法所列违规情形"),
    "conditions_lost": lazy_gettext("不再具备建设运行条件"),
    "adjustment_impossible": lazy_gettext("技术难关无法通过调整解决"),
}
"""The grounds of processes/tables/endings.dmn, in words that every regime can read."""

ACTS: Words = {
    "start": lazy_gettext("已发起"),
    "begin": lazy_gettext("自动启动"),
    "passed_over": lazy_gettext("不需启动"),
    "message": lazy_gettext("已通知"),
    "move": lazy_gettext("期限变动"),
    "recompute": lazy_gettext("期限重算"),
    "claim": lazy_gettext("已签收"),
    "release": lazy_gettext("已退回待签"),
    "complete": lazy_gettext("已办结"),
    "deliver": lazy_gettext("已提出"),
    "step": lazy_gettext("自动办理"),
    "fire": lazy_gettext("已到期"),
    "withdraw": lazy_gettext("已撤回"),
    "take_back": lazy_gettext("已撤回提交"),
    "return": lazy_gettext("已退回补正"),
    "transfer": lazy_gettext("已转办"),
    "hand_over": lazy_gettext("已移交"),
    "ask": lazy_gettext("已征求意见"),
    "answer": lazy_gettext("已答复意见"),
    "copy": lazy_gettext("已抄送"),
    "urge": lazy_gettext("已催办"),
    "comment": lazy_gettext("已留言"),
    "replace": lazy_gettext("已更换"),
    "cancel": lazy_gettext("已取消"),
    "fault": lazy_gettext("故障"),
    "retry": lazy_gettext("已重试"),
    "migrate": lazy_gettext("已迁移"),
    "hold": lazy_gettext("停止销毁"),
    "end_hold": lazy_gettext("恢复按期限销毁"),
}
KINDS: Words = {
    "norm-only": lazy_gettext("一般规定"),
    "user-task": lazy_gettext("办理事项"),
    "rule": lazy_gettext("判定规则"),
    "record": lazy_gettext("登记事项"),
    "timer": lazy_gettext("期限"),
    "document": lazy_gettext("文书材料"),
    "eligibility": lazy_gettext("申报条件"),
    "state": lazy_gettext("状态"),
    "notice": lazy_gettext("公示公告"),
    "naming": lazy_gettext("名称"),
    "quorum": lazy_gettext("表决人数"),
}
PLACES: Words = {
    "element": lazy_gettext("环节"),
    "flow": lazy_gettext("走向"),
    "row": lazy_gettext("表格行"),
    "form": lazy_gettext("表单"),
    "handler": lazy_gettext("规则程序"),
    "scenario": lazy_gettext("情景"),
}
RESULTS: Words = {
    "met": lazy_gettext("符合"),
    "not_met": lazy_gettext("不符合"),
    "judgement": lazy_gettext("需人工判断"),
}
ACTORS: Words = {
    SYSTEM: lazy_gettext("系统"),
    MASK: lazy_gettext("评审专家"),
    COMMAND_LINE: lazy_gettext("命令行"),
}
"""Names in the journal that are no person's."""

IN_PLACE = re.compile(DEPUTY.format(deputy="(.+)", absent="(.+)"))
"""The name of somebody who acted in the place of somebody absent."""

RESULT_CSS = {"met": "gc-tag-good", "not_met": "gc-tag-bad", "judgement": "gc-tag-open"}


class Due(NamedTuple):
    """How near a deadline is: a style and a sentence, never the colour alone."""

    css: str
    text: str


class Fact(NamedTuple):
    """One line of the register entry."""

    word: str
    value: str


def register_facts(record: Mapping[str, object]) -> list[Fact]:
    """The entries of a case's record that people read, in the order of ``RECORD``, and where the
    regions of ``REGIONS`` stand."""
    entries = [Fact(str(RECORD[n]), word(GROUNDS, str(record[n]))) for n in RECORD if record.get(n)]
    places = record.get("regions")
    stands = places if isinstance(places, Mapping) else {}
    known = [(title, words, stands.get(name)) for name, (title, words) in REGIONS.items()]
    return [*entries, *(Fact(str(title), word(words, str(at))) for title, words, at in known if at)]


def word(words: Words, value: str) -> str:
    """The word for a value; the value itself where a publication brought a new one."""
    return str(words.get(value, value))


def actor_word(name: str) -> str:
    """Who acted: a person, or one in the place of another, or nobody."""
    if found := IN_PLACE.fullmatch(name):
        names = {"deputy": found[1], "absent": found[2]}
        return str(gettext("%(deputy)s 代 %(absent)s 办理", **names))
    return word(ACTORS, name)


def due_words(day: date | None) -> Due:
    """How a due date is shown today."""
    if day is None:
        return Due("", "")
    left = (day - clock.today()).days
    if left < 0:
        return Due("gc-late", ngettext("超期 %(num)d 天", "超期 %(num)d 天", -left))
    if left == 0:
        return Due("gc-soon", gettext("今天到期"))
    css = "gc-soon" if left <= SOON else ""
    return Due(css, ngettext("剩 %(num)d 天", "剩 %(num)d 天", left))


def local_time(instant: datetime) -> str:
    """An instant as date and minute in China Standard Time."""
    return instant.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


def local_day(instant: datetime) -> str:
    """The civil day of an instant."""
    return clock.civil_day(instant).isoformat()


def long_day(day: date) -> str:
    """A day in full, with its weekday."""
    return str(format_date(day, "full", rebase=False))


def file_size(size: int) -> str:
    """Bytes in the unit people read."""
    if size < MEGABYTE:
        return f"{-(-size // 1024)} KB"
    return f"{size / MEGABYTE:.1f} MB"


def register(app: Flask) -> None:
    """Make the words available to templates as filters."""
    app.jinja_env.filters.update(
        actor_word=actor_word,
        act_word=lambda value: word(ACTS, value),
        register_facts=register_facts,
        due_words=due_words,
        file_size=file_size,
        ground_word=lambda value: word(GROUNDS, value),
        lane_word=lambda value: word(ROLES, value),
        kind_word=lambda value: word(KINDS, value),
        local_day=local_day,
        local_time=local_time,
        long_day=long_day,
        place_word=lambda value: word(PLACES, value),
        result_css=lambda value: RESULT_CSS.get(value, ""),
        result_word=lambda value: word(RESULTS, value),
        state_word=lambda value: word(STATES, value),
        status_word=lambda value: word(STATUSES, value),
    )
