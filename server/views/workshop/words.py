"""Words of the workshop in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from server.studio.difference import Change
from server.studio.measures.rows import Column
from server.studio.shelf import Model
from server.views.language import current, labelled
from server.views.rule_words import CONSEQUENCES
from server.views.words import DUTIES, ROLES, STATES, Words, word
from server.work.migration import Reason

MODEL_KINDS: Words = {
    "procedure": lazy_gettext("流程"),
    "part": lazy_gettext("部件"),
    "table": lazy_gettext("决策表"),
    "form": lazy_gettext("表单"),
    "regime": lazy_gettext("管理办法"),
}
DRAFT_STATES: Words = {
    "open": lazy_gettext("修改中"),
    "submitted": lazy_gettext("待审批"),
    "approved": lazy_gettext("已批准"),
    "released": lazy_gettext("已发布"),
    "discarded": lazy_gettext("已放弃"),
}
DRAFT_ACTS: Words = {
    "open": lazy_gettext("建立草稿"),
    "submit": lazy_gettext("提交审批"),
    "withdraw": lazy_gettext("撤回提交"),
    "approve": lazy_gettext("同意发布"),
    "refuse": lazy_gettext("退回修改"),
    "release": lazy_gettext("发布"),
    "discard": lazy_gettext("放弃"),
    "rebase": lazy_gettext("改以现行版本为基础"),
}
MEASURE_STEPS: Words = {
    "facts": lazy_gettext("基本情况"),
    "text": lazy_gettext("条文"),
    "clauses": lazy_gettext("条款"),
    "model": lazy_gettext("参照办法"),
    "rows": lazy_gettext("机构、环节和数字"),
    "scenarios": lazy_gettext("场景"),
    "coverage": lazy_gettext("核对"),
}
MEASURE_FACTS: Words = {
    "instrument": lazy_gettext("办法全称"),
    "title": lazy_gettext("创新基地的名称"),
    "short": lazy_gettext("简称"),
    "issuer": lazy_gettext("制定和主管机关"),
    "document_number": lazy_gettext("文号"),
    "status": lazy_gettext("效力状态"),
    "effective_from": lazy_gettext("施行日期"),
    "effective_to": lazy_gettext("有效期至"),
    "base_word": lazy_gettext("条文对创新基地的称呼"),
    "city": lazy_gettext("主管机关所在城市"),
    "title_en": lazy_gettext("创新基地的英文名称"),
    "short_en": lazy_gettext("英文简称"),
    "base_word_en": lazy_gettext("英文称呼"),
}
STATUSES: Words = {
    "in_force": lazy_gettext("现行有效"),
    "trial": lazy_gettext("试行"),
    "draft": lazy_gettext("征求意见稿"),
}
MARKS: Words = {
    "rule": lazy_gettext("由流程办理"),
    "norm-only": lazy_gettext("无须办理"),
    "manual": lazy_gettext("人工办理"),
}
CHOICES: Words = {
    "within": lazy_gettext("之内"),
    "latest_by": lazy_gettext("不迟于"),
    "window": lazy_gettext("期间之内"),
    "min_duration": lazy_gettext("不少于"),
    "term": lazy_gettext("期限"),
    "yearly": lazy_gettext("每年"),
    "day_after": lazy_gettext("次日"),
    "ordered": lazy_gettext("由通知确定"),
    "month": lazy_gettext("月"),
    "day": lazy_gettext("日"),
    "working_day": lazy_gettext("工作日"),
    "year": lazy_gettext("年"),
    "year_end": lazy_gettext("年底"),
    "date": lazy_gettext("所定日期"),
    "person": lazy_gettext("人"),
    "piece": lazy_gettext("项"),
    "time": lazy_gettext("次"),
    "before": lazy_gettext("之前"),
    "after": lazy_gettext("之后"),
    "at_most": lazy_gettext("不超过"),
    "at_least": lazy_gettext("不少于"),
    "equal": lazy_gettext("为"),
    "look_back": lazy_gettext("此前"),
    "hard": lazy_gettext("必须符合"),
    "soft": lazy_gettext("原则上"),
    "judgement": lazy_gettext("需人工判断"),
    "all": lazy_gettext("全体"),
    "present": lazy_gettext("到会"),
    "units": lazy_gettext("单位数"),
}
"""Words of the guided page for a new regime."""

CHANGES: Words = {
    "added": lazy_gettext("已新增"),
    "removed": lazy_gettext("已删除"),
    "changed": lazy_gettext("已修改"),
    "moved": lazy_gettext("移动"),
}
STANDINGS: Words = {
    "worse": lazy_gettext("修改后不符"),
    "failed": lazy_gettext("现行版本也不符"),
    "better": lazy_gettext("修改后符合"),
    "passed": lazy_gettext("符合"),
}
STANDING_CSS = {"worse": "gc-tag-bad", "failed": "gc-tag-open"}
ORDER_STATES: Words = {
    "submitted": lazy_gettext("待确认"),
    "refused": lazy_gettext("未同意"),
    "running": lazy_gettext("迁移中"),
    "paused": lazy_gettext("已暂停"),
    "done": lazy_gettext("已完成"),
    "undoing": lazy_gettext("迁回中"),
    "undone": lazy_gettext("已迁回"),
}
ORDER_ACTS: Words = {
    "order": lazy_gettext("提出迁移"),
    "consent": lazy_gettext("确认迁移"),
    "refuse": lazy_gettext("不同意"),
    "withdraw": lazy_gettext("撤回"),
    "pause": lazy_gettext("暂停"),
    "resume": lazy_gettext("继续"),
    "undo": lazy_gettext("全部迁回"),
}
CASE_MOVES: Words = {
    "waiting": lazy_gettext("待迁移"),
    "moved": lazy_gettext("已迁移"),
    "refused": lazy_gettext("未迁移"),
    "gone": lazy_gettext("已办结"),
    "returning": lazy_gettext("待迁回"),
    "returned": lazy_gettext("已迁回"),
    "kept": lazy_gettext("未迁回"),
}
REASONS: Words = {
    "missing": lazy_gettext("“%(name)s”在新版本中没有，需要指定对应的环节"),
    "join": lazy_gettext("“%(name)s”已办完并在等待汇合，新版本没有这一路，需要指定对应的环节"),
    "named": lazy_gettext("“%(name)s”已指定对应的环节"),
    "kind": lazy_gettext("“%(name)s”在新版本中是另一种环节"),
    "role": lazy_gettext("“%(name)s”在新版本中由另一角色办理"),
    "loop": lazy_gettext("“%(name)s”正由多人办理，新版本改变了多人办理的方式"),
    "body": lazy_gettext("“%(name)s”正由多人办理，新版本改变了办理的内容"),
    "timer": lazy_gettext("“%(name)s”正在计时，新版本改变了计时的规定"),
    "event": lazy_gettext("“%(name)s”正在等待，新版本改变了所等的事件"),
    "called": lazy_gettext("“%(name)s”正在办理，新版本换了所调用的部件"),
    "added_timer": lazy_gettext("新版本在正在办理的环节上增加了“%(name)s”，无从确定自何时起算"),
    "marking": lazy_gettext("按新版本的图，办件不可能停在这里：%(name)s"),
    "too_large": lazy_gettext("新版本的图分支过多，不能证明办件可以停在这里"),
    "process": lazy_gettext("新版本中本办法没有这个程序"),
    "state": lazy_gettext("新版本的状态表中没有办件现在的状态"),
    "fault": lazy_gettext("“%(name)s”在新版本中不能自动完成"),
    "elsewhere": lazy_gettext("办件已不在当时的版本"),
    "unreadable": lazy_gettext("办件的数据不能读取"),
}
"""Why a case cannot go over to another version."""
FIELDS: Words = {
    "name": lazy_gettext("名称"),
    "kind": lazy_gettext("类型"),
    "lane": lazy_gettext("办理角色"),
    "documentation": lazy_gettext("说明"),
    "form": lazy_gettext("表单"),
    "assignee": lazy_gettext("指定办理人"),
    "handler": lazy_gettext("办理函数"),
    "decision": lazy_gettext("决策表"),
    "result": lazy_gettext("结果变量"),
    "called": lazy_gettext("调用的部件"),
    "attached_to": lazy_gettext("所附环节"),
    "event": lazy_gettext("事件"),
    "mapping": lazy_gettext("变量传递"),
    "loop": lazy_gettext("多人办理"),
    "default": lazy_gettext("默认走向"),
    "interrupting": lazy_gettext("是否中断"),
    "way": lazy_gettext("走向"),
    "condition": lazy_gettext("条件"),
    "clauses": lazy_gettext("依据条款"),
    "due": lazy_gettext("期限事项"),
    "due_from": lazy_gettext("起算日"),
    "state": lazy_gettext("状态"),
    "outcome": lazy_gettext("结果"),
    "record": lazy_gettext("登记内容"),
    "columns": lazy_gettext("列"),
    "note": lazy_gettext("备注"),
    "label": lazy_gettext("名称"),
    "label_en": lazy_gettext("英文名称"),
    "dateLabel": lazy_gettext("名称"),
    "key": lazy_gettext("变量名"),
    "type": lazy_gettext("类型"),
    "description": lazy_gettext("填写提示"),
    "description_en": lazy_gettext("填写提示（英文）"),
    "validate": lazy_gettext("填写要求"),
    "values": lazy_gettext("选项"),
    "valuesKey": lazy_gettext("选项来源"),
    "conditional": lazy_gettext("显示条件"),
    "properties": lazy_gettext("附加属性"),
    "text": lazy_gettext("文字"),
}

TAKEN: Words = {
    "encoding": lazy_gettext("文件标明的字符编码不对，已按 %(detail)s 读取。"),
    "references": lazy_gettext("有 %(detail)s 处引用带有前缀，已去掉前缀。"),
    "ids": lazy_gettext("这些编号含有不能用的字符，已改写：%(detail)s。"),
    "planes": lazy_gettext("有 %(detail)s 张图没有指明画的是什么，已按整个流程显示。"),
    "drawn": lazy_gettext("文件没有图形，已按流程顺序排出一张图。"),
}
"""What was done to a file of another tool."""


def taken_note(done: str, detail: str) -> str:
    """What was done to a file of another tool, as a sentence."""
    return word(TAKEN, done) % {"detail": detail}


def field_word(change: Change) -> str:
    """What changed, in words; the heading of a column speaks for itself."""
    return word(FIELDS, change.field) if change.field in FIELDS else change.field


def model_name(model: Model) -> str:
    """A model's name in the language of the page."""
    parts = (labelled(part) for part in model.name.split(" · "))
    return " · ".join(parts) if current() == "en" else model.name


def standing_tag(standing: str) -> Markup:
    """How a scenario stands, as a tag."""
    tag = Markup('<span class="gc-tag {}">{}</span>')
    return tag.format(STANDING_CSS.get(standing, "gc-tag-good"), word(STANDINGS, standing))


def reason_text(reason: Reason | Mapping[str, str]) -> str:
    """Why a case cannot go over, as a sentence; ``reason`` as the engine gives it or as stored."""
    told = Reason(**reason) if isinstance(reason, Mapping) else reason
    if told.code == "refused":
        return told.name
    name = labelled(told.name) if current() == "en" else told.name
    return word(REASONS, told.code) % {"name": name or told.element_id}


def column_word(column: Column) -> str:
    """A column's heading in the language of the page."""
    return gettext("计量单位") if column.name == "unit" else labelled(column.label)


def choice_word(value: str) -> str:
    """A word that a table's column may hold: of the column, a consequence, a role, a state."""
    return next(
        (
            word(words, value)
            for words in (CHOICES, CONSEQUENCES, ROLES, DUTIES, STATES)
            if value in words
        ),
        value,
    )


def register(app: Flask) -> None:
    """Make the words available to templates as filters."""
    app.jinja_env.globals["measure_steps"] = lambda: MEASURE_STEPS
    app.jinja_env.filters.update(
        choice_word=choice_word,
        column_word=column_word,
        measure_fact=lambda value: word(MEASURE_FACTS, value),
        measure_mark=lambda value: word(MARKS, value),
        measure_status=lambda value: word(STATUSES, value),
        change_word=lambda value: word(CHANGES, value),
        draft_act=lambda value: word(DRAFT_ACTS, value),
        draft_state=lambda value: word(DRAFT_STATES, value),
        field_word=field_word,
        standing_tag=standing_tag,
        standing_word=lambda value: word(STANDINGS, value),
        model_kind=lambda value: word(MODEL_KINDS, value),
        model_name=model_name,
        move_word=lambda value: word(CASE_MOVES, value),
        order_act=lambda value: word(ORDER_ACTS, value),
        order_state=lambda value: word(ORDER_STATES, value),
        reason_text=reason_text,
    )
