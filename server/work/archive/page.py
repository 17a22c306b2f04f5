"""The record of a case as one page to read: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template

from server import clock
from server.law.forms import read
from server.work.archive.gather import Whole
from server.work.documents import Document

TEMPLATE = Path(__file__).parent / "index.html"

WORDS = {
    "project_name": "项目名称",
    "project_number": "项目登记号",
    "project_type_title": "项目类型",
    "lead_unit": "立项申请单位",
    "applied_on": "申请日期",
    "work_plan_year": "纳入年度工作计划",
    "project_published_on": "公示日期",
    "working_group": "工作小组",
    "participants": "参与单位",
    "started_on": "开始实施日期",
    "joined_summary": "申请加入并被接受",
    "project_results": "成果数量",
    "progress_summary": "进展",
    "closeout_submitted_on": "提交结题报告日期",
    "closeout_round": "提交结题报告次数",
    "closeout_return_reason": "退回补充的意见",
    "project_closed_on": "结题日期",
    "project_terminated_on": "终止日期",
    "termination_reason": "终止理由",
    "project_withdrawn_on": "撤回日期",
    "archive_number": "档案号",
    "archived_on": "归档日期",
}
"""What register entries say that no form asks; those of the project's life come first."""

ENTRIES = {
    "project": "立项登记",
    "work_plan_entry": "列入年度工作计划",
    "project_publication": "项目公示",
    "project_join_request": "加入申请",
    "project_join_decision": "加入决定",
    "working_group": "工作小组",
    "project_adjustment": "调整决定",
    "project_result": "项目成果",
    "closeout_deliberation": "结题审议",
    "project_archive": "项目归档",
    "project_comment": "对公示项目的意见",
    "project_comment_answer": "对意见的答复",
}
"""Kinds of records, as a reader calls them."""

CONTENTS = {
    "content": "内容",
    "join_invitation": "加入条件和联系方式",
    "leader": "负责人",
    "members": "主要参与人员",
    "units": "参与单位",
    "contribution": "拟承担的工作",
    "reason": "理由",
    "opinion": "意见",
    "count": "数量",
    "number": "编号",
    "round": "第几次",
    "papers": "另行归档的材料",
    "place": "存放地点",
    "note": "说明",
    "answer": "答复",
    "year": "年度",
    "comments": "意见",
    "decision": "决定",
}
DECISIONS = {
    "accepted": "接受",
    "refused": "不予接受",
    "adjusted": "同意调整",
    "unchanged": "不作调整",
    "terminated": "终止",
}
"""What a record says beside what the register entry says."""


@cache
def _template() -> Template:
    made = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters["moment"] = moment
    made.filters["plain"] = plain
    return made.from_string(TEMPLATE.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Record:
    """What page and PDF tell of a case; ``documents`` come with where they lie in the package."""

    case: Mapping[str, Any]
    state: str
    instrument: str
    facts: list[tuple[str, object]]
    documents: list[tuple[Document, str]]
    entries: list[dict[str, Any]]
    made_at: datetime


def record_of(whole: Whole, made_at: datetime, papers: Mapping[str, str]) -> Record:
    """``papers`` is document id -> where the paper lies in the package."""
    found, law = whole.dossier, whole.catalogue
    regime = found.case["regime"]
    rows = [(_role(law.row("roles", regime, role=p["role"]), p), p["name"]) for p in found.parties]
    opened = [("立案日期", found.case["opened_on"])]
    closed = [("终结时间", moment(found.case["closed_at"]))] if found.case["closed_at"] else []
    return Record(
        case=found.case,
        state=law.states(regime).words.get(found.case["state"], ("",))[0],
        instrument=law.regimes[regime].instrument,
        facts=[*opened, *closed, *rows, *_record(whole)],
        documents=[(each, papers[each.id]) for each in whole.documents],
        entries=whole.entries,
        made_at=made_at,
    )


def page(whole: Whole, record: Record) -> str:
    """The record as HTML."""
    return _template().render(
        case=record.case,
        state=record.state,
        regime=whole.catalogue.regimes[record.case["regime"]],
        facts=record.facts,
        deadlines=whole.dossier.deadlines,
        procedures=[(_name(whole, each), each) for each in whole.dossier.instances],
        documents=record.documents,
        records=[(_entry(each), list(_told(each["data"])), each) for each in whole.records],
        entries=record.entries,
        broken=whole.broken,
        made_at=record.made_at,
    )


def _record(whole: Whole) -> Iterator[tuple[str, object]]:
    """The register entry: what the project's life left, then what forms asked; the rest is data."""
    record = whole.dossier.case["record"]
    asked = {
        each.path[-1]: each.label
        for content in whole.catalogue.forms.values()
        for each in read(content).walk()
        if each.path and each.label and not each.more.get("values")
    }
    words = {**WORDS, **{name: word for name, word in asked.items() if name not in WORDS}}
    told = ((word, record.get(name)) for name, word in words.items())
    seen: set[str] = set()
    for word, value in told:
        if value not in (None, "") and word not in seen:
            seen.add(word)
            yield word, value


def _entry(record: Mapping[str, Any]) -> str:
    kind = str(record["kind"])
    return ENTRIES.get(kind, kind)


def _told(data: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    words = {**WORDS, **CONTENTS}
    told = {**data, "decision": DECISIONS.get(str(data.get("decision")), "")}
    return ((words[k], v) for k, v in told.items() if k in words and v not in (None, "", []))


def _role(row: Mapping[str, Any] | None, party: Mapping[str, Any]) -> str:
    return str(row["title"]) if row else str(party["role"])


def _name(whole: Whole, instance: Mapping[str, Any]) -> str:
    path = whole.catalogue.diagrams(whole.dossier.case["regime"]).get(instance["process_id"])
    described = whole.catalogue.describe(path) if path else None
    return described.name if described else str(instance["process_id"])


def moment(value: datetime | None) -> str:
    """An instant in Chinese time to the second."""
    return f"{value.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}" if value else ""


def plain(value: object) -> str:
    """A value of the register entry as text."""
    if isinstance(value, Mapping):
        return "；".join(f"{key}：{plain(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "；".join(map(plain, value))
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)
